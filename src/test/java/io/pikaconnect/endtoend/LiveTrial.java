package io.pikaconnect.endtoend;

import io.pikaconnect.change.KeyMapping;
import io.pikaconnect.change.Selection;
import io.pikaconnect.content.Content;
import io.pikaconnect.content.PikaContent;
import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.pika.Bytes;
import io.pikaconnect.demo.pika.StoredKey;
import io.pikaconnect.demo.pika.StoredKey.Value;
import io.pikaconnect.sink.Formats;
import io.pikaconnect.sink.ModelTopic;
import io.pikaconnect.sink.ModelWorker;
import io.pikaconnect.sink.SinkFixture;
import io.pikaconnect.sink.TargetFixture;
import io.pikaconnect.source.ModelConnect;
import io.pikaconnect.source.TaskSettings;
import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Both connectors' tasks in this JVM, between a stand-in master and a Redis: the source's in a thread of its own, two of
 * the sink in the caller's; the topic is in memory. Tasks are killed and partitions moved at random moments.
 */
final class LiveTrial implements AutoCloseable {

    /**
     * What the sink makes of the topic.
     *
     * @param selection the keys that it applies, of those that the source takes
     * @param mapping their names in Redis
     * @param partitions of the topic
     */
    record Applied(Selection selection, KeyMapping mapping, int partitions) {

        static final Applied ALL = new Applied(Selection.ALL, KeyMapping.NONE, 4);
    }

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration GRACE = Duration.ofSeconds(1);
    private static final Duration AWAY = Duration.ofMillis(2_500);

    private final FakePika pika;
    private final Selection selection;
    private final Random random;
    private final ModelConnect connect;
    private final Applied applied;
    private final ModelTopic topic;
    private final Supplier<TargetFixture> targets;
    private final TargetFixture sink;
    private final ModelWorker[] workers = new ModelWorker[2];
    private final int[] owner;
    private final Thread source = new Thread(this::runSource, "trial-source");
    private final long seed;
    private final AtomicInteger kills = new AtomicInteger();
    private volatile boolean closed;
    private volatile boolean trouble;
    private volatile Optional<Throwable> failure = Optional.empty();
    /** Everything up to here was in the topic, and its place stored, at some moment. Written by the source's thread. */
    private volatile boolean through;

    /** @param targets starts one; a second one for the replay */
    LiveTrial(FakePika pika, boolean exactlyOnce, long seed, Supplier<TargetFixture> targets) throws IOException {
        this(pika, exactlyOnce, seed, Selection.ALL, Applied.ALL, targets);
    }

    /** @param selection the keys that are replicated */
    LiveTrial(FakePika pika, boolean exactlyOnce, long seed, Selection selection) throws IOException {
        this(pika, exactlyOnce, seed, selection, Applied.ALL, SinkFixture::new);
    }

    /** @param applied what the sink makes of them */
    LiveTrial(
            FakePika pika,
            boolean exactlyOnce,
            long seed,
            Selection selection,
            Applied applied,
            Supplier<TargetFixture> targets)
            throws IOException {
        this.applied = applied;
        this.topic = new ModelTopic("pika.db0", applied.partitions).in(Formats.asInKafka());
        this.owner = IntStream.range(0, applied.partitions).map(p -> p % 2).toArray();
        this.pika = pika;
        this.selection = selection;
        this.targets = targets;
        this.sink = targets.get();
        this.seed = seed;
        this.random = new Random(seed);
        Path folder = Workplace.folder("live");
        Map<String, String> settings = TaskSettings.of(
                "source",
                pika,
                folder,
                "topic.prefix",
                "pika",
                "topic.partitions",
                String.valueOf(applied.partitions),
                "record.max.bytes",
                String.valueOf(10_000 + random.nextInt(20_000)),
                "snapshot.chunk.elements",
                String.valueOf(1 + random.nextInt(50)),
                "replica.address",
                "127.0.0.1:" + freePort());
        String release = pika.setup().release().number();
        if (!release.equals(pika.setup().version())) {
            settings.put("pika.version", release);
        } else if (release.equals("4.0.2")) {
            settings.put("on.repeated.member", "first"); // a later one may call itself so, too
        }
        settings.put("keys.include", joined(selection.include()));
        settings.put("keys.exclude", joined(selection.exclude()));
        settings.put("types.include", joined(selection.types()));
        pika.setup().password().ifPresent(password -> settings.put("pika.password", password));
        connect = new ModelConnect(settings, applied.partitions, exactlyOnce, seed);
        if (seed / 2 % 2 == 0) { // the other half of the seeds has raw records only
            connect.changeFormatAtEachStart();
        }
        for (int w = 0; w < 2; w++) {
            start(w);
        }
        source.setDaemon(true);
    }

    private static String joined(Collection<?> parts) {
        return parts.stream().map(Object::toString).collect(Collectors.joining(","));
    }

    /** A port such that + 1000 and what a few retries take is free. */
    private static int freePort() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(15_000, 18_000) / 20 * 20;
            try (ServerSocket first = new ServerSocket(port + 1_000);
                    ServerSocket second = new ServerSocket(port + 1_002)) {
                return port;
            } catch (BindException e) {
                // taken, the next
            }
        }
    }

    private void runSource() {
        Random moments = new Random(seed + 1);
        int[] copied = new int[applied.partitions];
        try {
            connect.start(1 + moments.nextInt(200), 1 + moments.nextInt(100));
            while (!closed) {
                connect.round();
                copy(copied);
                if (trouble && moments.nextInt(40) == 0) {
                    kills.incrementAndGet();
                    connect.crash();
                    copy(copied);
                    connect.start(1 + moments.nextInt(200), 1 + moments.nextInt(100));
                }
                through = connect.storedPosition().equals(Optional.of(pika.end()));
            }
            connect.stop();
        } catch (Throwable e) {
            failure = Optional.of(e);
        }
    }

    private void copy(int[] copied) {
        for (int p = 0; p < applied.partitions; p++) {
            List<ModelConnect.Stored> all = connect.topic().get(p);
            while (copied[p] < all.size()) {
                ModelConnect.Stored r = all.get(copied[p]++);
                topic.copy(p, r.key(), r.value(), r.header(), r.barrier());
            }
        }
    }

    private void start(int w) {
        workers[w] = sink.worker(
                topic,
                sinkSettings(
                        "expiry.grace.ms",
                        String.valueOf(GRACE.toMillis()),
                        "redis.sender.num",
                        String.valueOf(1 + random.nextInt(3)),
                        "sync.batch.num",
                        String.valueOf(1 + random.nextInt(200))));
        for (int p = 0; p < applied.partitions; p++) {
            if (owner[p] == w) {
                workers[w].assign(p);
            }
        }
    }

    private String[] sinkSettings(String... more) {
        return Stream.concat(
                        Stream.of(more),
                        Stream.of(
                                "keys.include",
                                joined(applied.selection.include()),
                                "keys.exclude",
                                joined(applied.selection.exclude()),
                                "types.include",
                                joined(applied.selection.types()),
                                "key.prefix.replace",
                                joined(applied.mapping.rules())))
                .toArray(String[]::new);
    }

    /** Runs everything, with tasks killed and partitions moved, until the condition holds. */
    void runWithTroubleUntil(BooleanSupplier condition) {
        trouble = true;
        source.start();
        turnUntil(() -> {
            disturb();
            return condition.getAsBoolean();
        });
        trouble = false;
        pika.mischief().answerLate(Duration.ZERO);
    }

    private void disturb() {
        int w = random.nextInt(2);
        switch (random.nextInt(600)) {
            case 0, 1 -> { // a rebalance
                int p = random.nextInt(applied.partitions);
                workers[owner[p]].revoke(p);
                owner[p] = 1 - owner[p];
                workers[owner[p]].assign(p);
            }
            case 2, 3, 4 -> { // a task dies, sometimes right after a commit
                if (random.nextBoolean()) {
                    workers[w].commit();
                }
                kills.incrementAndGet();
                workers[w].crash();
                start(w);
            }
            case 10 -> { // the sink is away for longer than the grace, and than short deadlines
                workers[0].crash();
                workers[1].crash();
                kills.addAndGet(2);
                LockSupport.parkNanos(AWAY.toNanos());
                start(0);
                start(1);
            }
            case 5 -> pika.mischief().cutFrame();
            case 6 -> pika.mischief().closeConnections();
            case 7 -> pika.mischief().answerLate(Duration.ofMillis(random.nextInt(100)));
            case 8, 9 -> pika.mischief().answerLate(Duration.ZERO);
            default -> {}
        }
    }

    /** Runs until the master has nothing that the topic has not, and the topic nothing that Redis has not. */
    void runUntilAllIsApplied() {
        turnUntil(() -> through && sink.isAtEnd(topic));
    }

    private void turnUntil(BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            failure.ifPresent(e -> {
                throw new AssertionError("the source failed", e);
            });
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + LIMIT + "; the master's end " + pika.end() + ", stored "
                        + connect.storedPosition() + ", " + connect.records() + " records");
            }
            workers[0].turn();
            workers[1].turn();
            LockSupport.parkNanos(500_000);
        }
    }

    /** How many tasks were killed. */
    int kills() {
        return kills.get();
    }

    /** How Redis differs from the master. */
    List<String> differences() {
        return differences(sink);
    }

    /** How an empty Redis differs from the master once one task applied the whole topic to it. */
    List<String> differencesOfReplay(Random batches) {
        try (TargetFixture second = targets.get()) {
            ModelWorker worker = second.worker(
                            topic, sinkSettings("sync.batch.num", String.valueOf(1 + batches.nextInt(200))))
                    .assign(IntStream.range(0, applied.partitions).toArray());
            turnUntil(() -> {
                worker.turn();
                return second.isAtEnd(topic);
            });
            return differences(second);
        }
    }

    private List<String> differences(TargetFixture of) {
        long second = pika.now() / 1000;
        List<StoredKey> selected = pika.content().stream()
                .filter(key -> isIn(selection, key) && isIn(applied.selection, key))
                .map(key -> new StoredKey(
                        new Bytes(applied.mapping.target(key.name().array()).orElseThrow()),
                        key.value(),
                        key.deadline()))
                .toList();
        Content master = PikaContent.of(selected).aliveIn(second);
        return of.read().aliveIn(second).differencesFrom(master);
    }

    private static boolean isIn(Selection some, StoredKey key) {
        return some.hasName(key.name().array()) && some.hasType(type(key.value()));
    }

    private static String type(Value value) {
        if (value instanceof Value.Fields) {
            return "hash";
        } else if (value instanceof Value.Elements) {
            return "list";
        } else if (value instanceof Value.Members) {
            return "set";
        }
        return value instanceof Value.ScoredMembers ? "zset" : "string";
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        source.join();
        sink.close();
    }
}
