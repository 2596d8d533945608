package io.pikaconnect.tool.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.pikaconnect.change.KeyMapping;
import io.pikaconnect.change.Selection;
import io.pikaconnect.sink.TargetDb;
import io.pikaconnect.tool.verify.Difference.Kind;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;

/** Two Redis, one of them in Pika's place, that were filled alike, and what is found of differences that were planted. */
class VerificationTest {

    private static final long GRACE_MS = 60_000;
    private static final long HELD_MS = 1L << 51;
    private static final Verification.Plan ALL = new Verification.Plan(0, 3, 0, 1_000, false);

    @RegisterExtension
    static final FakePikaAndRedis servers = new FakePikaAndRedis();

    @BeforeEach
    void fillBothAlike() {
        servers.inBoth(client -> {
            client.flushAll();
            for (int i = 0; i < 300; i++) {
                client.set("string:" + i, "value" + i);
            }
            client.hset("hash", Map.of("f", "1", "g", "2"));
            client.rpush("list", "a", "b", "a");
            client.sadd("set", "x", "y");
            client.zadd("zset", Map.of("m", 1.5, "n", 2.5));
            client.xadd("stream", new StreamEntryID(5, 1), Map.of("f", "1"));
        });
        servers.inRedis(client -> client.hset("pika-connect:ledger", "format", "2"));
    }

    @Test
    void findsNothingWhereBothSidesAreAlike() {
        Findings findings = verify(ALL, Verifier.AT_ONCE);
        assertThat(findings.isEqual()).as(findings::toString).isTrue();
        assertThat(findings.keys()).isEqualTo(305);
        assertThat(findings.changing()).isEmpty();
    }

    @Test
    void findsADifferenceOfEachKindInEachType() {
        servers.inRedis(client -> {
            client.set("string:1", "other");
            client.hset("hash", "h", "3");
            client.lset("list", 2, "b");
            client.srem("set", "x");
            client.zadd("zset", 1.5000000000000002, "m");
            client.xadd("stream", new StreamEntryID(5, 2), Map.of("f", "1"));
            client.del("string:2");
            client.del("string:3");
            client.rpush("string:3", "value3");
            client.pexpire("string:4", 100_000 + HELD_MS);
            client.set("intruder", "?");
        });
        assertThat(verify(ALL, Verifier.AT_ONCE).differences())
                .extracting(Difference::key, Difference::kind)
                .containsExactlyInAnyOrder(
                        tuple("string:1", Kind.VALUE),
                        tuple("hash", Kind.VALUE),
                        tuple("list", Kind.VALUE),
                        tuple("set", Kind.VALUE),
                        tuple("zset", Kind.VALUE),
                        tuple("stream", Kind.VALUE),
                        tuple("string:2", Kind.MISSING),
                        tuple("string:3", Kind.TYPE),
                        tuple("string:4", Kind.DEADLINE),
                        tuple("intruder", Kind.EXTRA));
    }

    @Test
    void allowsForHeldDeadlinesTheGraceAndWhatHasJustExpired() {
        servers.inPika(client -> {
            client.expire("string:1", 1_000);
            client.expire("string:2", 1_000);
            client.del("string:3");
        });
        servers.inRedis(client -> {
            client.pexpire("string:1", 1_000_000 + HELD_MS);
            client.pexpire("string:2", 1_000_000 + GRACE_MS);
            client.pexpire("string:3", GRACE_MS - 10_000);
        });
        Findings findings = verify(ALL, Verifier.AT_ONCE);
        assertThat(findings.isEqual()).as(findings::toString).isTrue();
        assertThat(findings.expired()).isOne();
    }

    /** Writers change hot keys of all types without a pause, and Redis gets each change later. */
    @Test
    void besideWritesFindsWhatWasPlantedAndNothingElse() throws InterruptedException {
        servers.inRedis(client -> {
            client.set("string:1", "other");
            client.del("string:2");
            client.set("intruder", "?");
            client.hset("hash", "f", "planted");
        });
        try (Verifier traffic = new Verifier()) {
            Findings findings = verify(new Verification.Plan(0, 6, 0, 1_000, false), traffic);
            assertThat(findings.differences())
                    .extracting(Difference::key)
                    .containsExactlyInAnyOrder("string:1", "string:2", "intruder", "hash");
            assertThat(traffic.written()).isGreaterThan(100);
        }
    }

    @Test
    void ofASampleComparesThisManyKeys() {
        assertThat(verify(new Verification.Plan(40, 3, 0, 1_000, false), Verifier.AT_ONCE))
                .matches(Findings::isEqual)
                .extracting(Findings::keys)
                .isEqualTo(40L);
        servers.inRedis(client -> client.flushAll());
        assertThat(verify(new Verification.Plan(40, 3, 0, 1_000, false), Verifier.AT_ONCE)
                        .differences())
                .hasSize(40);
    }

    @Test
    void endsWhenTooManyKeysDiffer() {
        servers.inRedis(client -> client.flushAll());
        Findings findings = verify(new Verification.Plan(0, 3, 0, 50, false), Verifier.AT_ONCE);
        assertThat(findings.complete()).isFalse();
        assertThat(findings.isEqual()).isFalse();
        assertThat(findings.keys()).isLessThan(305);
    }

    @Test
    void showsSizesAndValuesOnlyIfTheyAreWanted() {
        servers.inRedis(client -> client.set("string:1", "secret"));
        assertThat(verify(ALL, Verifier.AT_ONCE).differences())
                .singleElement()
                .hasToString(
                        "value: string:1 is string of 6 bytes, for ever in Pika, string of 6 bytes, for ever in Redis");
        assertThat(verify(new Verification.Plan(0, 3, 0, 10, true), Verifier.AT_ONCE)
                        .differences()
                        .toString())
                .contains("string value1 in Pika, string secret in Redis");
    }

    @Test
    void looksOnlyAtTheKeysThatAreSelected() {
        servers.inRedis(client -> {
            client.flushAll();
            client.hset("hash", Map.of("f", "1", "g", "2"));
            client.zadd("zset", Map.of("m", 1.5, "n", 99.0));
        });
        Selection selection = Selection.of(List.of("*s*", "*10*"), List.of("string:?"), List.of("hash", "zset", "set"));
        Findings findings = verify(selection, ALL, Verifier.AT_ONCE);
        assertThat(findings.differences())
                .extracting(Difference::kind, Difference::key)
                .containsExactlyInAnyOrder(tuple(Kind.VALUE, "zset"), tuple(Kind.MISSING, "set"));
        assertThat(verify(selection, new Verification.Plan(1_000, 3, 0, 1_000, false), Verifier.AT_ONCE)
                        .differences())
                .hasSize(2);
    }

    @Test
    void knowsWhatTheSinkLeavesOutAndTheNamesInRedis() {
        ReplicatedKeys replicated = new ReplicatedKeys(
                Selection.of(List.of(), List.of("string:2*"), List.of()),
                Selection.of(List.of(), List.of("string:3*"), List.of("string", "hash")),
                KeyMapping.of(List.of("string:=text:")));
        servers.inRedis(client -> {
            for (int i = 0; i < 300; i++) {
                if (!("" + i).startsWith("2") && !("" + i).startsWith("3")) {
                    client.rename("string:" + i, "text:" + i);
                } else {
                    client.del("string:" + i);
                }
            }
            client.del("list", "set", "zset", "stream");
        });
        Findings findings = verify(replicated, ALL, Verifier.AT_ONCE);
        assertThat(findings.isEqual()).as(findings::toString).isTrue();
        assertThat(findings.keys()).isEqualTo(300 - 111 - 11 + 5);
        servers.inRedis(client -> {
            client.set("text:1", "other");
            client.del("text:10");
            client.set("text:2", "left out by the source");
            client.set("text:3", "left out by the sink");
            client.set("string:4", "under its name in Pika");
            client.rpush("list", "of a type that is left out");
        });
        assertThat(verify(replicated, ALL, Verifier.AT_ONCE).differences())
                .extracting(Difference::kind, Difference::key)
                .containsExactlyInAnyOrder(
                        tuple(Kind.VALUE, "string:1"),
                        tuple(Kind.MISSING, "string:10"),
                        tuple(Kind.EXTRA, "text:2"),
                        tuple(Kind.EXTRA, "text:3"),
                        tuple(Kind.EXTRA, "string:4"),
                        tuple(Kind.EXTRA, "list"));
    }

    private static Findings verify(Verification.Plan plan, Verification.Progress progress) {
        return verify(ReplicatedKeys.ALL, plan, progress);
    }

    private static Findings verify(Selection selection, Verification.Plan plan, Verification.Progress progress) {
        return verify(new ReplicatedKeys(selection, Selection.ALL, KeyMapping.NONE), plan, progress);
    }

    private static Findings verify(ReplicatedKeys replicated, Verification.Plan plan, Verification.Progress progress) {
        try (Verification verification = new Verification(
                servers.pika()::connect,
                () -> TargetDb.on(servers.redis().connect(), "pika-connect:"),
                "pika-connect:",
                GRACE_MS,
                replicated,
                plan,
                progress)) {
            return verification.run();
        }
    }

    /** Writers, and a sink that applies what they wrote in their order; a round begins when it has all of that moment. */
    private static final class Verifier implements Verification.Progress, AutoCloseable {

        /** Without writers. */
        static final Verification.Progress AT_ONCE = new Verification.Progress() {
            @Override
            public void at(long keys, int suspects) {}

            @Override
            public void awaitRedis(int round, int suspects) {}
        };

        private final BlockingQueue<Consumer<Jedis>> log = new LinkedBlockingQueue<>(500);
        private final AtomicLong written = new AtomicLong();
        private final AtomicLong applied = new AtomicLong();
        private final Thread writer = new Thread(this::write, "writer");
        private final Thread sink = new Thread(this::apply, "sink");

        Verifier() {
            writer.start();
            sink.start();
        }

        long written() {
            return written.get();
        }

        private void write() {
            Random random = new Random(1);
            servers.inPika(client -> {
                try {
                    while (!Thread.currentThread().isInterrupted()) {
                        Consumer<Jedis> change = change(random);
                        change.accept(client);
                        written.incrementAndGet();
                        log.put(change);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }

        private static Consumer<Jedis> change(Random random) {
            int number = random.nextInt(5);
            String word = "" + random.nextInt(1_000_000);
            return switch (random.nextInt(7)) {
                case 0 -> client -> client.incr("hot counter:" + number);
                case 1 -> client -> client.hset("hot hash:" + number, "f" + number, word);
                case 2 -> client -> client.rpush("hot list:" + number, word);
                case 3 -> client -> client.ltrim("hot list:" + number, -5, -1);
                case 4 -> client -> client.zadd("hot zset:" + number, Double.parseDouble(word), "m");
                case 5 -> client -> client.del("hot hash:" + number);
                default -> client -> client.set("hot string:" + number, word);
            };
        }

        private void apply() {
            servers.inRedis(client -> {
                try {
                    while (!Thread.currentThread().isInterrupted()) {
                        log.take().accept(client);
                        applied.incrementAndGet();
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }

        @Override
        public void at(long keys, int suspects) {}

        @Override
        public void awaitRedis(int round, int suspects) {
            long now = written.get() + 50;
            Awaitility.await().atMost(60, TimeUnit.SECONDS).until(() -> applied.get() >= now);
        }

        @Override
        public void close() throws InterruptedException {
            writer.interrupt();
            writer.join();
            sink.interrupt();
            sink.join();
        }
    }
}
