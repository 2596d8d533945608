package io.pikaconnect.snapshot;

import static io.pikaconnect.snapshot.DumpWriter.join;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.rocksdb.RocksDBException;

/** Writes a dump as Pika 3.2 – 3.5 does: a RocksDB for each type, streams in none. */
public final class BlackwidowDumpWriter implements DumpWriter {

    /** Version of the collections that the short forms write. */
    public static final int VERSION = 0x6b02ae8d;

    private final Map<PikaType, WrittenFolder> folders = new EnumMap<>(PikaType.class);

    /** With an info file. */
    public BlackwidowDumpWriter(Path dump) throws IOException, RocksDBException {
        this(dump, true);
    }

    /** @param info whether to write it now; a master writes its own when everything else is complete */
    public BlackwidowDumpWriter(Path dump, boolean info) throws IOException, RocksDBException {
        Files.createDirectories(dump);
        if (info) {
            Files.writeString(dump.resolve("info"), INFO);
        }
        for (PikaType type : BlackwidowFormat.INSTANCE.types()) {
            folders.put(type, new WrittenFolder(dump.resolve(type.plural()), BlackwidowFormat.INSTANCE, List.of(type)));
        }
    }

    /** A record of the column family {@code default}, as it is. */
    BlackwidowDumpWriter name(PikaType type, byte[] key, byte[] value) throws RocksDBException {
        folders.get(type).record(key, value);
        return this;
    }

    /** A record of the column family with the elements, as it is. */
    BlackwidowDumpWriter data(PikaType type, byte[] key, byte[] value) throws RocksDBException {
        folders.get(type).element(type, key, value);
        return this;
    }

    /** @param expiry in seconds, as it is stored */
    BlackwidowDumpWriter meta(PikaType type, byte[] key, int count, int version, int expiry) throws RocksDBException {
        return name(type, key, join(count, version, expiry));
    }

    /** @param expiry in seconds, as it is stored */
    public BlackwidowDumpWriter listMeta(byte[] key, long count, int version, int expiry, long left, long right)
            throws RocksDBException {
        return name(PikaType.LIST, key, join(count, version, expiry, left, right));
    }

    BlackwidowDumpWriter element(PikaType type, byte[] key, int version, byte[] field, byte[] value)
            throws RocksDBException {
        return data(type, join(key.length, key, version, field), value);
    }

    public BlackwidowDumpWriter element(byte[] listKey, int version, long index, byte[] value) throws RocksDBException {
        return data(PikaType.LIST, join(listKey.length, listKey, version, index), value);
    }

    /** A deadline as it is stored: 0 means none, so what ended in the epoch's first second ended one later. */
    private static int second(long deadline) {
        return deadline == 0 ? 0 : (int) Math.max(1, Math.min(Integer.MAX_VALUE, deadline / 1_000));
    }

    @Override
    public BlackwidowDumpWriter string(byte[] key, byte[] value, long deadline) throws RocksDBException {
        return name(PikaType.STRING, key, join(value, second(deadline)));
    }

    @Override
    public BlackwidowDumpWriter hash(byte[] key, long deadline, List<byte[]> fieldsAndValues) throws RocksDBException {
        for (int i = 0; i < fieldsAndValues.size(); i += 2) {
            element(PikaType.HASH, key, VERSION, fieldsAndValues.get(i), fieldsAndValues.get(i + 1));
        }
        return meta(PikaType.HASH, key, fieldsAndValues.size() / 2, VERSION, second(deadline));
    }

    @Override
    public BlackwidowDumpWriter list(byte[] key, long deadline, List<byte[]> elements) throws RocksDBException {
        for (int i = 0; i < elements.size(); i++) {
            element(key, VERSION, Long.MIN_VALUE + i, elements.get(i));
        }
        return listMeta(
                key, elements.size(), VERSION, second(deadline), Long.MAX_VALUE, Long.MIN_VALUE + elements.size());
    }

    @Override
    public BlackwidowDumpWriter set(byte[] key, long deadline, List<byte[]> members, int count)
            throws RocksDBException {
        for (byte[] member : members) {
            element(PikaType.SET, key, VERSION, member, new byte[0]);
        }
        return meta(PikaType.SET, key, count, VERSION, second(deadline));
    }

    @Override
    public BlackwidowDumpWriter zset(byte[] key, long deadline, List<byte[]> members, List<Double> scores)
            throws RocksDBException {
        for (int i = 0; i < members.size(); i++) {
            byte[] score = join(Double.doubleToRawLongBits(scores.get(i)));
            element(PikaType.ZSET, key, VERSION, members.get(i), score);
        }
        return meta(PikaType.ZSET, key, members.size(), VERSION, second(deadline));
    }

    @Override
    public BlackwidowDumpWriter stream(byte[] key, StoredStream stream) {
        return this;
    }

    @Override
    public BlackwidowDumpWriter flush() throws RocksDBException {
        for (WrittenFolder folder : folders.values()) {
            folder.flush();
        }
        return this;
    }

    @Override
    public void close() throws RocksDBException {
        for (WrittenFolder folder : folders.values()) {
            folder.close();
        }
    }
}
