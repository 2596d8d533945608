package io.pikaconnect.demo.bench;

import io.pikaconnect.change.Command;
import io.pikaconnect.demo.BinlogItems;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.snapshot.BlackwidowDumpWriter;
import io.pikaconnect.snapshot.DumpWriter;
import io.pikaconnect.tool.Endpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.rocksdb.RocksDBException;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * The data set that is measured: half of the keys strings of 32 bytes, the rest hashes, lists, sets and sorted sets of 1
 * to 20 elements in equal parts, all values and elements at random, so that they compress badly; then a binlog of writes of
 * all types, some of them new keys. It is the same each time.
 */
final class MixedData {

    private static final int AT_A_TIME = 1_000;
    private static final BinlogPosition START = new BinlogPosition(3, 4711);

    private final Random random = new Random(42);
    private final int keys;

    MixedData(int keys) {
        this.keys = keys;
    }

    /** Writes the dump and thinks up the items; after {@code items} of all kinds come {@code last} SETs of {@link #lastKey}. */
    Recording write(Path folder, int items, int last) throws IOException, RocksDBException {
        Path dump = folder.resolve("dump");
        try (DumpWriter writer = new BlackwidowDumpWriter(dump)) {
            for (int i = 0; i < keys; i++) {
                key(i).writeTo(writer);
            }
        }
        List<BinlogItem> binlog = new ArrayList<>();
        BinlogPosition end = START;
        for (int i = 0; i < items + last; i++) {
            Command command = i < items ? write(i) : Command.of("SET", lastKey(i - items), value());
            BinlogItem item = BinlogItems.command(end, command);
            binlog.add(item);
            end = item.end();
        }
        return new Recording(dump, START, binlog);
    }

    /** Those that make the keys, and then writes of all kinds. */
    Stream<Command> commands(int writes) {
        return IntStream.range(0, keys + writes).mapToObj(i -> i < keys ? key(i).command() : write(i));
    }

    /** Writes one in {@code each} of the keys to a server, as a client. */
    void fill(Endpoint server, int each) {
        try (Jedis client = server.connect()) {
            for (int from = 0; from < keys; from += AT_A_TIME) {
                Pipeline pipeline = client.pipelined();
                for (int i = from; i < Math.min(keys, from + AT_A_TIME); i++) {
                    MixedKey key = key(i);
                    if (i % each == 0) {
                        send(pipeline, key.command());
                    }
                }
                pipeline.syncAndReturnAll().forEach(MixedData::refuseErrors);
            }
        }
    }

    private static void send(Pipeline pipeline, Command command) {
        byte[][] arguments = command.args().subList(1, command.size()).toArray(byte[][]::new);
        pipeline.sendCommand(() -> command.args().get(0), arguments);
    }

    private static void refuseErrors(Object reply) {
        if (reply instanceof JedisDataException error) {
            throw error;
        }
    }

    /** The next one; in turn, since they take their randomness from one source. */
    private MixedKey key(int number) {
        return switch (number % 8) {
            case 0 -> new MixedKey("hash", "hash:" + number, elements(2 * size()));
            case 1 -> new MixedKey("list", "list:" + number, elements(size()));
            case 2 -> new MixedKey("set", "set:" + number, elements(size()));
            case 3 -> new MixedKey("zset", "zset:" + number, elements(size()));
            default -> new MixedKey("string", "string:" + number, value());
        };
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
