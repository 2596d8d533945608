package io.pikaconnect.source;

import static io.pikaconnect.change.Resp.bytes;

import io.pikaconnect.change.Command;
import io.pikaconnect.demo.BinlogItems;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.snapshot.BlackwidowDumpWriter;
import io.pikaconnect.snapshot.DumpWriter;
import io.pikaconnect.snapshot.DumpWriter.StoredStream;
import io.pikaconnect.snapshot.FloydDumpWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.rocksdb.RocksDBException;

/**
 * What the recordings of real masters lack: values, members and commands that need many records each. Always the same.
 */
final class LargeRecording {

    private static final int LARGE = 5_000;
    private static final int MANY = 9_000;
    private static final long SECOND = 1_795_000_000L;
    private static final BinlogPosition POSITION = new BinlogPosition(1, 100);

    private final Random random = new Random(1);
    private final List<BinlogItem> items = new ArrayList<>();
    private BinlogPosition end = POSITION;

    private LargeRecording() {}

    /** As a master up to 3.4 leaves it. */
    static Recording ofOldMaster(Path dump) throws IOException, RocksDBException {
        LargeRecording large = new LargeRecording();
        try (DumpWriter writer = new BlackwidowDumpWriter(dump)) {
            large.write(writer);
        }
        large.commands();
        large.commandsOverSeveralKeys();
        return new Recording(dump, POSITION, large.items);
    }

    /** As a 4.0 leaves it. */
    static Recording ofNewMaster(Path dump) throws IOException, RocksDBException {
        LargeRecording large = new LargeRecording();
        try (DumpWriter writer = new FloydDumpWriter(dump, 2)) {
            large.write(writer);
            large.write(writer, new StoredStream.Id(7, 3));
        }
        large.commands();
        return new Recording(dump, POSITION, large.items);
    }

    private void write(DumpWriter writer) throws RocksDBException {
        long deadline = (SECOND + 1_000_000) * 1_000 + 999;
        writer.string(bytes("string"), large(), deadline)
                .hash(bytes("hash"), deadline, List.of(bytes("f"), large(), large(), bytes("v")))
                .list(bytes("list"), 0, List.of(large(), bytes("e"), large()))
                .zset(bytes("zset"), 0, List.of(large(), bytes("m")), List.of(1.5, -2.25))
                .set(bytes("set"), deadline, List.of(large(), large(), bytes("m")), 2)
                .set(bytes("many"), 0, many());
    }

    private void write(DumpWriter writer, StoredStream.Id id) throws RocksDBException {
        StoredStream.Entry entry = new StoredStream.Entry(id, List.of(bytes("field"), large()));
        writer.stream(bytes("stream"), new StoredStream(List.of(entry), 1, id, new StoredStream.Id(0, 0)));
    }

    private void commands() {
        add("SET", "string", large());
        add("APPEND", "string", large());
        add("HMSET", "hash", large(), large(), "f", "v");
        add("LINSERT", "list", "BEFORE", large(), large());
        addMany(List.of("RPUSH", "many:list"));
        addMany(List.of("SADD", "many:set"));
        addMany(List.of("SREM", "many:set"));
        addMany(List.of("SREM", "many:set", "m1", "m17"));
        addMany(List.of("HDEL", "hash"));
        List<Object> zadd = new ArrayList<>(List.of("ZADD", "many:zset"));
        for (byte[] member : many()) {
            zadd.addAll(List.of(random.nextInt(1_000), member));
        }
        zadd.addAll(List.of(1, "m5", "inf", "m6"));
        add(zadd.toArray());
    }

    private void commandsOverSeveralKeys() {
        add("MSETNX", "a", large(), "b", large(), "c", "short");
        List<Object> mset = new ArrayList<>(List.of("MSET", "large", large()));
        for (byte[] key : many()) {
            mset.addAll(List.of(key, "v"));
        }
        add(mset.toArray());
        addMany(List.of("DEL", "large"));
        add("BITOP", "OR", "a", large(), "b");
        add("ZUNIONSTORE", "a", "2", "b", "c", "WEIGHTS", "1", "2");
    }

    private void addMany(List<Object> begin) {
        List<Object> context = new ArrayList<>(begin);
        context.addAll(many());
        add(context.toArray());
    }

    private void add(Object... context) {
        BinlogItem item = BinlogItems.command(end, SECOND + items.size(), Command.of(context));
        items.add(item);
        end = item.end();
    }

    private static List<byte[]> many() {
        List<byte[]> many = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            many.add(bytes("m" + i));
        }
        return many;
    }

    private byte[] large() {
        byte[] large = new byte[LARGE];
        random.nextBytes(large);
        return large;
    }
}
