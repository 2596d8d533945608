package io.pikaconnect.snapshot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.rocksdb.RocksDBException;

/**
 * Writes a dump as Pika does, key by key; everything is in SST files when it is closed.
 *
 * <p>Deadlines are the last Unix millisecond of a key's life, 0 for none. A collection without elements leaves what an
 * emptied one leaves in Pika.
 */
public interface DumpWriter extends AutoCloseable {

    /** A stream, entries in the order of their IDs; {@code added} to it ever, {@code last} and largest deleted ID. */
    record StoredStream(List<Entry> entries, long added, Id last, Id deleted) {

        public record Id(long ms, long sequence) {}

        public record Entry(Id id, List<byte[]> fieldsAndValues) {}
    }

    /** A dump's info file, for readers that need no particular position. */
    String INFO = "0s\n127.0.0.1\n9221\n3\n4711\n";

    DumpWriter string(byte[] key, byte[] value, long deadline) throws RocksDBException;

    /** @param fieldsAndValues in turn */
    DumpWriter hash(byte[] key, long deadline, List<byte[]> fieldsAndValues) throws RocksDBException;

    DumpWriter list(byte[] key, long deadline, List<byte[]> elements) throws RocksDBException;

    /** @param count how many the set's record counts */
    DumpWriter set(byte[] key, long deadline, List<byte[]> members, int count) throws RocksDBException;

    /** @param scores of the members, in their order */
    DumpWriter zset(byte[] key, long deadline, List<byte[]> members, List<Double> scores) throws RocksDBException;

    /** Nothing happens where dumps hold no streams. */
    DumpWriter stream(byte[] key, StoredStream stream) throws RocksDBException;

    /** Puts what was written so far into separate SST files. */
    DumpWriter flush() throws RocksDBException;

    @Override
    void close() throws RocksDBException;

    default DumpWriter string(String key, String value, long deadline) throws RocksDBException {
        return string(bytes(key), bytes(value), deadline);
    }

    default DumpWriter hash(String key, long deadline, String... fieldsAndValues) throws RocksDBException {
        return hash(bytes(key), deadline, list(fieldsAndValues));
    }

    /** As RPUSH to a new key. */
    default DumpWriter list(String key, long deadline, String... elements) throws RocksDBException {
        return list(bytes(key), deadline, list(elements));
    }

    default DumpWriter set(byte[] key, long deadline, List<byte[]> members) throws RocksDBException {
        return set(key, deadline, members, members.size());
    }

    default DumpWriter set(String key, long deadline, String... members) throws RocksDBException {
        return set(bytes(key), deadline, list(members));
    }

    default DumpWriter zset(String key, long deadline, String member, double score) throws RocksDBException {
        return zset(bytes(key), deadline, list(member), List.of(score));
    }

    /** Members with the scores 0.5, 1.5, 2.5 … */
    default DumpWriter zset(String key, long deadline, List<String> members) throws RocksDBException {
        List<Double> scores =
                Stream.iterate(0.5, s -> s + 1).limit(members.size()).toList();
        return zset(bytes(key), deadline, list(members.toArray(String[]::new)), scores);
    }

    private static List<byte[]> list(String... texts) {
        return Arrays.stream(texts).map(DumpWriter::bytes).toList();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    /** Parts one after the other: bytes, text, and numbers of 1, 4 and 8 bytes little-endian. */
    static byte[] join(Object... parts) {
        int size = 0;
        for (Object part : parts) {
            size += part instanceof byte[] b ? b.length : part instanceof String t ? bytes(t).length : Long.BYTES;
        }
        ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        for (Object part : parts) {
            if (part instanceof byte[] b) {
                out.put(b);
            } else if (part instanceof Byte b) {
                out.put(b);
            } else if (part instanceof Integer i) {
                out.putInt(i);
            } else if (part instanceof Long l) {
                out.putLong(l);
            } else {
                out.put(bytes((String) part));
            }
        }
        return Arrays.copyOf(out.array(), out.position());
    }
}
