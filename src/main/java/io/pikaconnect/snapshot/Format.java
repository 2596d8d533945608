package io.pikaconnect.snapshot;

import java.util.List;
import java.util.Set;
import org.rocksdb.AbstractComparator;

/**
 * How a {@link Layout} writes names, their records and elements: their places in the keys and values of RocksDB.
 *
 * <pre>
 * key of a record     name ‖ nameTail
 * key of an element   up to nameStart ‖ name ‖ version ‖ field, member, index or ID ‖ keyTail
 * value of an element field's value, element or score ‖ tail
 * </pre>
 *
 * The <em>name</em> is a user's key as it is written here; {@link #key} decodes it.
 */
sealed interface Format permits BlackwidowFormat, FloydFormat {

    /** The types in a dump, in reading order. */
    List<PikaType> types();

    /** The column family with the elements of a type; for strings, which have none, that of the records. */
    String dataFamily(PikaType type);

    /** The order of list elements; a new object, to be closed after the database. */
    AbstractComparator listOrder();

    /** Bytes before the name in an element's key. */
    int nameStart();

    /** Where the name ends in an element's key; negative if it does not end. */
    int nameEnd(byte[] elementKey, int length);

    /** The user's key, from an element's. */
    byte[] key(byte[] elementKey, int nameEnd);

    int versionLength();

    long version(byte[] elementKey, int nameEnd);

    /** Bytes after the name in the key of its record. */
    int nameTail();

    /** Bytes at the end of an element's key. */
    int keyTail();

    /** The stored value of an element cannot be interpreted. */
    int UNKNOWN_LENGTH = -1;

    /**
     * How many of the bytes stored for an element are its value: those before the tail, or all if the master stored it
     * without a tail; {@link #UNKNOWN_LENGTH} if it is neither.
     */
    int valueLength(PikaType type, byte[] stored, int length);

    /** Whether the elements of a type have a tail after their value. */
    boolean hasElementTail(PikaType type);

    /**
     * Whether an element's key still identifies its name and element.
     *
     * @param elementStart offset after the version
     * @param length of the whole key, at least as long as the tail
     */
    boolean isIntact(PikaType type, byte[] elementKey, int elementStart, int length);

    /** Whether a record has this type; to be checked before anything else about it. */
    boolean isOfType(PikaType type, byte[] recordValue, int length);

    /** Refuses a record of a type that no release has; to be called if its key is intact. */
    default void checkType(byte[] recordKey, int nameEnd, byte[] recordValue, int length) throws SnapshotException {}

    /** The column families that a RocksDB of a dump may have. */
    Set<String> families();

    /** Whether the record of a type can have this length. */
    boolean hasValidLength(PikaType type, int length);

    /** Decodes a record. */
    Meta meta(PikaType type, byte[] recordValue, int length);
}
