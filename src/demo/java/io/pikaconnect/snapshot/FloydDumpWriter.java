package io.pikaconnect.snapshot;

import static io.pikaconnect.snapshot.DumpWriter.join;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.rocksdb.RocksDBException;

/**
 * Writes a dump as Pika 4.0 does: RocksDBs with all types, each with a share of the keys (storage-format 2.3, 6, 8).
 * Keys with a NUL byte before their end are not written as Pika does, which loses them, but right.
 */
public final class FloydDumpWriter implements DumpWriter {

    /** Version of the collections that the short forms write, and when everything was created. */
    static final long VERSION = 1_795_337_869_000L;

    private static final int SLOTS = 1_024;
    private static final long MILLISECONDS = 1L << 63;
    private static final byte[] RESERVE = new byte[16];
    private static final byte[] NOTHING = {};

    private final List<WrittenFolder> folders = new ArrayList<>();
    private final boolean inSeconds;

    /**
     * As 4.0.1 writes it.
     *
     * @param shares how many RocksDBs; Pika's default is 3
     */
    public FloydDumpWriter(Path dump, int shares) throws IOException, RocksDBException {
        this(dump, shares, false, true);
    }

    /**
     * @param inSeconds with times in seconds, as 4.0.0 does
     * @param info whether to write it now; a master writes its own when everything else is complete
     */
    public FloydDumpWriter(Path dump, int shares, boolean inSeconds, boolean info)
            throws IOException, RocksDBException {
        this.inSeconds = inSeconds;
        Files.createDirectories(dump);
        if (info) {
            Files.writeString(dump.resolve("info"), INFO);
        }
        for (int i = 0; i < shares; i++) {
            Path folder = dump.resolve(Integer.toString(i));
            folders.add(new WrittenFolder(folder, FloydFormat.INSTANCE, FloydFormat.INSTANCE.types()));
        }
    }

    /** By the key's hash tag, if it has one. */
    private WrittenFolder folder(byte[] key) {
        CRC32 crc = new CRC32();
        int open = indexOf('{', key, 0);
        int close = open < 0 ? -1 : indexOf('}', key, open + 1);
        if (close < 0) {
            crc.update(key);
        } else {
            crc.update(key, open + 1, close - open - 1);
        }
        return folders.get((int) (crc.getValue() % SLOTS % folders.size()));
    }

    private static int indexOf(char c, byte[] in, int from) {
        for (int i = from; i < in.length; i++) {
            if (in[i] == c) {
                return i;
            }
        }
        return -1;
    }

    /** A key as it is stored, up to the end of its delimiter. */
    static byte[] name(byte[] key) {
        ByteArrayOutputStream name = new ByteArrayOutputStream();
        name.writeBytes(new byte[8]);
        for (byte b : key) {
            name.write(b);
            if (b == 0) {
                name.write(1);
            }
        }
        name.writeBytes(new byte[2]);
        return name.toByteArray();
    }

    /** A deadline as it is stored. */
    long etime(long deadline) {
        if (deadline == 0) {
            return 0;
        }
        return inSeconds ? deadline / 1_000 : deadline | MILLISECONDS;
    }

    private long ctime() {
        return etime(VERSION);
    }

    private long version() {
        return inSeconds ? VERSION / 1_000 : VERSION;
    }

    /** An entry of the column family {@code default}, as it is; in the RocksDB of the key {@code of}. */
    FloydDumpWriter record(byte[] of, byte[] rawKey, byte[] rawValue) throws RocksDBException {
        folder(of).record(rawKey, rawValue);
        return this;
    }

    /** An entry of the column family with a type's elements, as it is. */
    FloydDumpWriter data(byte[] of, PikaType type, byte[] rawKey, byte[] rawValue) throws RocksDBException {
        folder(of).element(type, rawKey, rawValue);
        return this;
    }

    FloydDumpWriter record(byte[] key, byte[] rawValue) throws RocksDBException {
        return record(key, join(name(key), RESERVE), rawValue);
    }

    /** @param etime as it is stored */
    FloydDumpWriter meta(PikaType type, byte[] key, int count, long version, long etime) throws RocksDBException {
        return record(key, join(number(type), count, version, RESERVE, ctime(), etime));
    }

    /** @param etime as it is stored */
    FloydDumpWriter listMeta(byte[] key, long count, long version, long etime, long left, long right)
            throws RocksDBException {
        byte[] type = {3};
        return record(
                key, join(type, count, version, left, "any", "bytes", right, "anything", RESERVE, ctime(), etime));
    }

    /** An element with whatever tells it apart, and its value. */
    FloydDumpWriter element(PikaType type, byte[] key, long version, byte[] field, byte[] value)
            throws RocksDBException {
        byte[] stored = type == PikaType.STREAM ? value : join(value, RESERVE, ctime());
        return data(key, type, join(name(key), version, field, RESERVE), stored);
    }

    private static byte[] number(PikaType type) {
        return new byte[] {
            switch (type) {
                case HASH -> 1;
                case SET -> 2;
                case ZSET -> 4;
                default -> throw new IllegalArgumentException("has another record: " + type);
            }
        };
    }

    @Override
    public FloydDumpWriter string(byte[] key, byte[] value, long deadline) throws RocksDBException {
        return record(key, join(new byte[1], value, RESERVE, ctime(), etime(deadline)));
    }

    @Override
    public FloydDumpWriter hash(byte[] key, long deadline, List<byte[]> fieldsAndValues) throws RocksDBException {
        for (int i = 0; i < fieldsAndValues.size(); i += 2) {
            element(PikaType.HASH, key, version(), fieldsAndValues.get(i), fieldsAndValues.get(i + 1));
        }
        return meta(PikaType.HASH, key, fieldsAndValues.size() / 2, version(), etime(deadline));
    }

    @Override
    public FloydDumpWriter list(byte[] key, long deadline, List<byte[]> elements) throws RocksDBException {
        for (int i = 0; i < elements.size(); i++) {
            element(PikaType.LIST, key, version(), join(Long.MIN_VALUE + i), elements.get(i));
        }
        long right = Long.MIN_VALUE + elements.size();
        return listMeta(key, elements.size(), version(), etime(deadline), Long.MAX_VALUE, right);
    }

    @Override
    public FloydDumpWriter set(byte[] key, long deadline, List<byte[]> members, int count) throws RocksDBException {
        for (byte[] member : members) {
            element(PikaType.SET, key, version(), member, NOTHING);
        }
        return meta(PikaType.SET, key, count, version(), etime(deadline));
    }

    @Override
    public FloydDumpWriter zset(byte[] key, long deadline, List<byte[]> members, List<Double> scores)
            throws RocksDBException {
        for (int i = 0; i < members.size(); i++) {
            byte[] score = join(Double.doubleToRawLongBits(scores.get(i)));
            element(PikaType.ZSET, key, version(), members.get(i), score);
        }
        return meta(PikaType.ZSET, key, members.size(), version(), etime(deadline));
    }

    @Override
    public FloydDumpWriter stream(byte[] key, StoredStream stream) throws RocksDBException {
        long version = 2;
        for (StoredStream.Entry entry : stream.entries()) {
            element(PikaType.STREAM, key, version, id(entry.id()), message(entry.fieldsAndValues()));
        }
        StoredStream.Id first = stream.entries().isEmpty()
                ? new StoredStream.Id(0, 0)
                : stream.entries().get(0).id();
        return streamMeta(
                key,
                0,
                stream.added(),
                first,
                stream.last(),
                stream.deleted(),
                stream.entries().size(),
                version);
    }

    FloydDumpWriter streamMeta(
            byte[] key,
            int groups,
            long added,
            StoredStream.Id first,
            StoredStream.Id last,
            StoredStream.Id deleted,
            int count,
            long version)
            throws RocksDBException {
        byte[] type = {5};
        byte[] ids = join(first.ms(), first.sequence(), last.ms(), last.sequence(), deleted.ms(), deleted.sequence());
        return record(key, join(type, groups, added, ids, count, version));
    }

    /** The one number that is not little-endian. */
    static byte[] id(StoredStream.Id id) {
        return ByteBuffer.allocate(16).putLong(id.ms()).putLong(id.sequence()).array();
    }

    private static byte[] message(List<byte[]> fieldsAndValues) {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        for (byte[] part : fieldsAndValues) {
            message.writeBytes(join(part.length, part));
        }
        return message.toByteArray();
    }

    @Override
    public FloydDumpWriter flush() throws RocksDBException {
        for (WrittenFolder folder : folders) {
            folder.flush();
        }
        return this;
    }

    @Override
    public void close() throws RocksDBException {
        for (WrittenFolder folder : folders) {
            folder.close();
        }
    }
}
