package io.pikaconnect.demo.bench;

import io.pikaconnect.change.Command;
import io.pikaconnect.demo.BinlogItems;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.snapshot.BlackwidowDumpWriter;
import io.pikaconnect.snapshot.DumpWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.rocksdb.RocksDBException;

/**
 * The data set that is measured: half of the keys strings of 32 bytes, the rest hashes, lists, sets and sorted sets of 1
 * to 20 elements in equal parts, all values and elements at random, so that they compress badly; then a binlog of writes of all types, some of them new keys.
 */
final class MixedData {

    /** How many keys of a special kind end the binlog: enough for every partition to have some. */
    static final int LAST_KEYS = 64;

    private static final BinlogPosition START = new BinlogPosition(3, 4711);

    private final Random random = new Random(42);
    private final int keys;

    MixedData(int keys) {
        this.keys = keys;
    }

    /** Writes the dump and thinks up the items; all but the last of them are of {@code items}, the last are SETs. */
    Recording write(Path folder, int items) throws IOException, RocksDBException {
        Path dump = folder.resolve("dump");
        try (DumpWriter writer = new BlackwidowDumpWriter(dump)) {
            for (int i = 0; i < keys; i++) {
                switch (i % 8) {
                    case 0 -> writer.hash("hash:" + i, 0, elements(2 * size()));
                    case 1 -> writer.list("list:" + i, 0, elements(size()));
                    case 2 -> writer.set("set:" + i, 0, elements(size()));
                    case 3 -> writer.zset("zset:" + i, 0, List.of(elements(size())));
                    default -> writer.string("string:" + i, value(), 0);
                }
            }
        }
        List<BinlogItem> binlog = new ArrayList<>();
        BinlogPosition end = START;
        for (int i = 0; i < items + LAST_KEYS; i++) {
            Command command = i < items ? write(i) : Command.of("SET", lastKey(i - items), value());
            BinlogItem item = BinlogItems.command(end, command);
            binlog.add(item);
            end = item.end();
        }
        return new Recording(dump, START, binlog);
    }

    static String lastKey(int number) {
        return "last:" + number;
    }

    private Command write(int number) {
        int key = 8 * random.nextInt(keys / 8);
        return switch (random.nextInt(8)) {
            case 0 -> Command.of("HSET", "hash:" + key, "field" + random.nextInt(20), value());
            case 1 -> Command.of("RPUSH", "list:" + (key + 1), value());
            case 2 -> Command.of("SADD", "set:" + (key + 2), "member" + random.nextInt(20));
            case 3 -> Command.of("ZADD", "zset:" + (key + 3), number + ".5", "member" + random.nextInt(20));
            case 4 -> Command.of("INCR", "counter:" + random.nextInt(1_000));
            default -> Command.of("SET", "string:" + (key + 4 + random.nextInt(4)), value());
        };
    }

    private int size() {
        return 1 + random.nextInt(20);
    }

    private String[] elements(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> i + "-" + Long.toHexString(random.nextLong()))
                .toArray(String[]::new);
    }

    private String value() {
        return String.format("%016x%016x", random.nextLong(), random.nextLong());
    }
}
