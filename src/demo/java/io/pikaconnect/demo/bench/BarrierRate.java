package io.pikaconnect.demo.bench;

import io.pikaconnect.change.KeySlot;
import io.pikaconnect.change.Resp;
import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.sink.LedgerView;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;

/**
 * Measures how fast commands over keys of two partitions pass the sink, in a real worker with two tasks. Masters up to
 * 3.4 log such commands as they received them.
 *
 * <p>System properties: {@code bench.commands} (20000) of each kind, {@code bench.kinds} which of them (all),
 * {@code bench.partitions} of the topic (4, or more), {@code hub.plugins} the plugin's folder.
 */
public final class BarrierRate {

    private static final int PARTITIONS = Integer.getInteger("bench.partitions", Machinery.PARTITIONS);
    private static final String PAYLOAD = "x".repeat(100);

    /** What is written: so many commands over two keys, each with what belongs to it. */
    private enum Kind {
        /** One queue, one list of what is in progress. */
        MOVES {
            @Override
            void write(CrossTopic topic, int count) {
                for (int i = 0; i < count; i++) {
                    topic.command("RPUSH", key(0), PAYLOAD + i);
                }
                for (int i = 0; i < count; i++) {
                    topic.command("RPOPLPUSH", key(0), key(3));
                }
            }
        },
        /** Four queues as they are used: a job comes, is taken by a worker, is done. */
        QUEUES {
            @Override
            void write(CrossTopic topic, int count) {
                for (int i = 0; i < count; i++) {
                    String queue = key(i % 4);
                    String inProgress = key((i + 1 + i / 4 % 3) % 4) + "work";
                    topic.command("LPUSH", queue, PAYLOAD + i);
                    topic.command("RPOPLPUSH", queue, inProgress);
                    topic.command("LREM", inProgress, "1", PAYLOAD + i);
                }
            }
        },
        /** Workers that ask an empty queue. */
        POLLS {
            @Override
            void write(CrossTopic topic, int count) {
                for (int i = 0; i < count; i++) {
                    topic.command("RPOPLPUSH", key(i % 4), key((i + 1 + i / 4 % 3) % 4) + "work");
                }
            }
        },
        /** Each waits for the one before it, which the other partition has to do. */
        TO_AND_FRO {
            @Override
            void write(CrossTopic topic, int count) {
                topic.command("RPUSH", key(0), "ball");
                for (int i = 0; i < count; i++) {
                    topic.command("RPOPLPUSH", key(i % 2 * 3), key(3 - i % 2 * 3));
                }
            }
        },
        /** Two small sets, on two partitions, become one on a third. */
        STORES {
            @Override
            void write(CrossTopic topic, int count) {
                for (int i = 0; i < count; i++) {
                    int p = i % 4;
                    topic.command("SADD", key(p), "m" + i % 10);
                    topic.command("SUNIONSTORE", key((p + 1) % 4) + "union", key(p), key((p + 1) % 4));
                }
            }
        },
        /** Two sets of 200 members, of which no copies are made: their partitions stand still. */
        LARGE_STORES {
            @Override
            void write(CrossTopic topic, int count) {
                for (int i = 0; i < 800; i++) {
                    topic.command("SADD", key(i % 4), "m" + i / 4);
                }
                for (int i = 0; i < count; i++) {
                    int p = i % 4;
                    topic.command("SUNIONSTORE", key((p + 1) % 4) + "union", key(p), key((p + 1) % 4));
                }
            }
        },
        /** Locks of two keys, which stand still, too. */
        LOCKS {
            @Override
            void write(CrossTopic topic, int count) {
                for (int i = 0; i < count; i++) {
                    String one = key(i % 4);
                    String other = key((i + 1 + i / 4 % 3) % 4) + "lock";
                    topic.command("MSETNX", one, "1", other, "1");
                    topic.command("DEL", one);
                }
            }
        };

        abstract void write(CrossTopic topic, int count);
    }

    private final PrintStream out = System.out;

    private BarrierRate() {}

    public static void main(String[] args) throws Exception {
        Path target = Files.createDirectories(Path.of("target").toAbsolutePath());
        int commands = Integer.getInteger("bench.commands", 20_000);
        String chosen = System.getProperty("bench.kinds", "");
        List<Kind> kinds = chosen.isEmpty()
                ? List.of(Kind.values())
                : Stream.of(chosen.split(",")).map(Kind::valueOf).toList();
        try (Machinery machinery = new Machinery(
                Files.createTempDirectory(target, "bench-"), Path.of(System.getProperty("hub.plugins")), false)) {
            for (Kind kind : kinds) {
                new BarrierRate().measure(machinery, kind, commands);
            }
        }
    }

    /** A key of that partition. */
    private static String key(int partition) {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "key" + i)
                .filter(k -> KeySlot.partition(Resp.bytes(k), PARTITIONS) == partition)
                .findFirst()
                .orElseThrow();
    }

    private void measure(Machinery machinery, Kind kind, int commands) throws Exception {
        String name = kind.name().toLowerCase(Locale.ROOT);
        machinery.kafka().createTopic(name + ".db0", PARTITIONS);
        try (RedisServer redis = RedisServer.start();
                CrossTopic topic = new CrossTopic(machinery.kafka().bootstrapServers(), name + ".db0", PARTITIONS)) {
            machinery.deploySink(name, redis);
            machinery.await("the epoch", () -> at(redis, topic, 0));
            machinery.pause(name + "-sink", true);
            kind.write(topic, commands);
            topic.flush();
            machinery.pause(name + "-sink", false);
            long total = topic.records();
            machinery.await("the first records", () -> applied(redis) > 0);
            double cpu = machinery.cpu().worker();
            RedisUse before = RedisUse.of(redis);
            long start = System.nanoTime();
            long already = applied(redis);
            machinery.await("all of them", () -> applied(redis) == total);
            Rate records = Rate.since(start, total - already);
            double part = (double) (total - already) / total;
            Rate barriers = new Rate(Math.round(commands * part), records.seconds());
            RedisUse used = RedisUse.of(redis).since(before);
            out.printf(
                    Locale.ROOT,
                    "%-12s %,9.0f commands over two partitions/s (%,.0f records/s), each: %.0f us of Redis' CPU, %.0f us of the worker's%n",
                    name,
                    barriers.perSecond(),
                    records.perSecond(),
                    used.cpuSeconds() * 1e6 / barriers.count(),
                    (machinery.cpu().worker() - cpu) * 1e6 / barriers.count());
            machinery.delete(name);
        }
    }

    private static boolean at(RedisServer redis, CrossTopic topic, long sequence) {
        try (Jedis client = redis.connect()) {
            return LedgerView.read(client)
                    .filter(view -> topic.partitions().allMatch(p -> view.sequence(p) >= sequence))
                    .isPresent();
        }
    }

    /** Records after the epoch's barriers that are applied. */
    private static long applied(RedisServer redis) {
        try (Jedis client = redis.connect()) {
            return LedgerView.read(client)
                    .map(view -> IntStream.range(0, PARTITIONS)
                            .mapToLong(view::sequence)
                            .sum())
                    .orElse(0L);
        }
    }
}
