package io.pikaconnect.snapshot;

import java.util.List;
import java.util.Set;
import org.rocksdb.AbstractComparator;

/**
 * How a {@link Layout} writes names, their records and elements: where things stand in the keys and values of RocksDB.
 *
 * <pre>
 * key of a record     name ‖ nameTail
 * key of an element   up to nameStart ‖ name ‖ version ‖ field, member, index or ID ‖ keyTail
 * value of an element field's value, element or score ‖ tail
 * </pre>
 *
 * The <em>name</em> here is as it is written; {@link #key} makes the user's key of it.
 */
sealed interface Format permits BlackwidowFormat, FloydFormat {

    /** The types that a dump holds, in reading order. */
    List<PikaType> types();

    /** The column family with the elements of a type; that of the records for strings, which have none. */
    String dataFamily(PikaType type);

    /** The order of list elements; a new one, to be closed behind the database. */
    AbstractComparator listOrder();

    /** Bytes in front of the name in an element's key. */
    int nameStart();

    /** Where the name ends in an element's key; negative where it does not. */
    int nameEnd(byte[] elementKey, int length);

    /** The user's key, from an element's. */
    byte[] key(byte[] elementKey, int nameEnd);

    int versionLength();

    long version(byte[] elementKey, int nameEnd);

    /** Bytes behind the name in the key of its record. */
    int nameTail();

    /** Bytes behind everything else in an element's key. */
    int keyTail();

    /** Where it cannot be told what an element's stored value holds. */
    int UNKNOWN_LENGTH = -1;

    /**
     * How many of the bytes stored for an element are its value: those before the tail, or all of them where the master
     * stored it without its tail; {@link #UNKNOWN_LENGTH} where neither can be told.
     */
    int valueLength(PikaType type, byte[] stored, int length);

    /** Whether the elements of a type have anything behind their value. */
    boolean hasElementTail(PikaType type);

    /**
     * Whether an element's key still says which name and element it belongs to.
     *
     * @param elementStart behind the version
     * @param length of the whole key, with room for the tail
     */
    boolean isIntact(PikaType type, byte[] elementKey, int elementStart, int length);

    /** Whether a record is one of this type; to be asked before anything else about it. */
    boolean isOfType(PikaType type, byte[] recordValue, int length);

    /**
     * Refuses a record of a type that no release has; to be asked where its key is whole.
     */
    default void checkType(byte[] recordKey, int nameEnd, byte[] recordValue, int length) throws SnapshotException {}

    /** The column families that a RocksDB may have. */
    Set<String> families();

    /** Whether the record of a type can have this length. */
    boolean hasValidLength(PikaType type, int length);

    /** What a record says. */
    Meta meta(PikaType type, byte[] recordValue, int length);
}
