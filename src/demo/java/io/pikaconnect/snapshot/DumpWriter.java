package io.pikaconnect.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.rocksdb.AbstractNativeReference;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/** Writes a dump as Pika 3.2 – 3.5 does: the types' RocksDBs, entry by entry, everything in SST files when closed. */
public final class DumpWriter implements AutoCloseable {

    /** Version of the collections that the short forms write. */
    public static final int VERSION = 0x6b02ae8d;

    static {
        RocksDB.loadLibrary();
    }

    private final Map<PikaType, RocksDB> databases = new EnumMap<>(PikaType.class);
    private final Map<PikaType, List<ColumnFamilyHandle>> families = new EnumMap<>(PikaType.class);
    private final List<AbstractNativeReference> options = new ArrayList<>();
    private final WriteOptions writing = new WriteOptions().setDisableWAL(true);

    public DumpWriter(Path dump) throws IOException, RocksDBException {
        Files.createDirectories(dump);
        Files.writeString(dump.resolve("info"), "0s\n127.0.0.1\n9221\n3\n4711\n");
        for (PikaType type : PikaType.values()) {
            List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
            descriptors.add(new ColumnFamilyDescriptor("default".getBytes(StandardCharsets.UTF_8), plain()));
            if (type != PikaType.STRING) {
                ColumnFamilyOptions data = plain();
                if (type == PikaType.LIST) {
                    ListsDataKeyComparator comparator = ListsDataKeyComparator.create();
                    options.add(comparator);
                    data.setComparator(comparator);
                }
                descriptors.add(new ColumnFamilyDescriptor(type.dataFamily().getBytes(StandardCharsets.UTF_8), data));
            }
            DBOptions db = new DBOptions().setCreateIfMissing(true).setCreateMissingColumnFamilies(true);
            options.add(db);
            List<ColumnFamilyHandle> handles = new ArrayList<>();
            databases.put(type, RocksDB.open(db, dump.resolve(type.folder()).toString(), descriptors, handles));
            families.put(type, handles);
        }
    }

    private ColumnFamilyOptions plain() {
        ColumnFamilyOptions plain = new ColumnFamilyOptions();
        options.add(plain);
        return plain;
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    /** Parts one behind the other: bytes, text, and numbers of 4 and 8 bytes little-endian. */
    public static byte[] join(Object... parts) {
        int size = 0;
        for (Object part : parts) {
            size += part instanceof byte[] b ? b.length : part instanceof String t ? bytes(t).length : Long.BYTES;
        }
        ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        for (Object part : parts) {
            if (part instanceof byte[] b) {
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

    /** A record of the column family {@code default}, as it is. */
    DumpWriter name(PikaType type, byte[] key, byte[] value) throws RocksDBException {
        databases.get(type).put(families.get(type).get(0), writing, key, value);
        return this;
    }

    /** A record of the column family with the elements, as it is. */
    DumpWriter data(PikaType type, byte[] key, byte[] value) throws RocksDBException {
        databases.get(type).put(families.get(type).get(1), writing, key, value);
        return this;
    }

    public DumpWriter string(byte[] key, byte[] value, int expiry) throws RocksDBException {
        return name(PikaType.STRING, key, join(value, expiry));
    }

    public DumpWriter string(String key, String value, int expiry) throws RocksDBException {
        return string(bytes(key), bytes(value), expiry);
    }

    DumpWriter meta(PikaType type, byte[] key, int count, int version, int expiry) throws RocksDBException {
        return name(type, key, join(count, version, expiry));
    }

    public DumpWriter listMeta(byte[] key, long count, int version, int expiry, long left, long right)
            throws RocksDBException {
        return name(PikaType.LIST, key, join(count, version, expiry, left, right));
    }

    DumpWriter element(PikaType type, byte[] key, int version, byte[] field, byte[] value) throws RocksDBException {
        return data(type, join(key.length, key, version, field), value);
    }

    public DumpWriter element(byte[] listKey, int version, long index, byte[] value) throws RocksDBException {
        return data(PikaType.LIST, join(listKey.length, listKey, version, index), value);
    }

    public DumpWriter hash(String key, int expiry, String... fieldsAndValues) throws RocksDBException {
        for (int i = 0; i < fieldsAndValues.length; i += 2) {
            element(PikaType.HASH, bytes(key), VERSION, bytes(fieldsAndValues[i]), bytes(fieldsAndValues[i + 1]));
        }
        return meta(PikaType.HASH, bytes(key), fieldsAndValues.length / 2, VERSION, expiry);
    }

    /** @param fieldsAndValues in turn */
    public DumpWriter hash(String key, int expiry, List<byte[]> fieldsAndValues) throws RocksDBException {
        for (int i = 0; i < fieldsAndValues.size(); i += 2) {
            element(PikaType.HASH, bytes(key), VERSION, fieldsAndValues.get(i), fieldsAndValues.get(i + 1));
        }
        return meta(PikaType.HASH, bytes(key), fieldsAndValues.size() / 2, VERSION, expiry);
    }

    public DumpWriter set(String key, int expiry, String... members) throws RocksDBException {
        for (String member : members) {
            element(PikaType.SET, bytes(key), VERSION, bytes(member), new byte[0]);
        }
        return meta(PikaType.SET, bytes(key), members.length, VERSION, expiry);
    }

    public DumpWriter member(String zset, String member, double score) throws RocksDBException {
        return element(PikaType.ZSET, bytes(zset), VERSION, bytes(member), join(Double.doubleToRawLongBits(score)));
    }

    public DumpWriter zset(String key, int expiry, String member, double score) throws RocksDBException {
        return member(key, member, score).meta(PikaType.ZSET, bytes(key), 1, VERSION, expiry);
    }

    /** Members with the scores 0.5, 1.5, 2.5 … */
    public DumpWriter zset(String key, int expiry, List<String> members) throws RocksDBException {
        for (int i = 0; i < members.size(); i++) {
            member(key, members.get(i), i + 0.5);
        }
        return meta(PikaType.ZSET, bytes(key), members.size(), VERSION, expiry);
    }

    /** As RPUSH to a new key. */
    public DumpWriter list(String key, int expiry, String... elements) throws RocksDBException {
        for (int i = 0; i < elements.length; i++) {
            element(bytes(key), VERSION, Long.MIN_VALUE + i, bytes(elements[i]));
        }
        return listMeta(bytes(key), elements.length, VERSION, expiry, Long.MAX_VALUE, Long.MIN_VALUE + elements.length);
    }

    /** Fields and values in turn; none is what an emptied hash leaves behind. */
    public DumpWriter hash(byte[] key, int expiry, List<byte[]> fieldsAndValues) throws RocksDBException {
        for (int i = 0; i < fieldsAndValues.size(); i += 2) {
            element(PikaType.HASH, key, VERSION, fieldsAndValues.get(i), fieldsAndValues.get(i + 1));
        }
        return meta(PikaType.HASH, key, fieldsAndValues.size() / 2, VERSION, expiry);
    }

    public DumpWriter set(byte[] key, int expiry, List<byte[]> members) throws RocksDBException {
        for (byte[] member : members) {
            element(PikaType.SET, key, VERSION, member, new byte[0]);
        }
        return meta(PikaType.SET, key, members.size(), VERSION, expiry);
    }

    /** @param scores of the members, in their order */
    public DumpWriter zset(byte[] key, int expiry, List<byte[]> members, List<Double> scores) throws RocksDBException {
        for (int i = 0; i < members.size(); i++) {
            byte[] score = join(Double.doubleToRawLongBits(scores.get(i)));
            element(PikaType.ZSET, key, VERSION, members.get(i), score);
        }
        return meta(PikaType.ZSET, key, members.size(), VERSION, expiry);
    }

    public DumpWriter list(byte[] key, int expiry, List<byte[]> elements) throws RocksDBException {
        for (int i = 0; i < elements.size(); i++) {
            element(key, VERSION, Long.MIN_VALUE + i, elements.get(i));
        }
        return listMeta(key, elements.size(), VERSION, expiry, Long.MAX_VALUE, Long.MIN_VALUE + elements.size());
    }

    /** What was written so far goes into SST files of its own. */
    public DumpWriter flush() throws RocksDBException {
        for (PikaType type : PikaType.values()) {
            try (FlushOptions waiting = new FlushOptions().setWaitForFlush(true)) {
                databases.get(type).flush(waiting, families.get(type));
            }
        }
        return this;
    }

    @Override
    public void close() throws RocksDBException {
        flush();
        families.values().forEach(of -> of.forEach(ColumnFamilyHandle::close));
        databases.values().forEach(RocksDB::close);
        options.forEach(AbstractNativeReference::close);
        writing.close();
    }
}
