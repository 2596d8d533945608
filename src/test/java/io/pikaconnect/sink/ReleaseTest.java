package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import io.pikaconnect.demo.Deadlines;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** From deadlines that are held to those at which Redis ends keys: for the cut-over. */
@Execution(ExecutionMode.CONCURRENT)
class ReleaseTest {

    private static final long HOUR = 3_600_000;
    private static final long GRACE = 60_000;

    private final long now = System.currentTimeMillis();

    @RegisterExtension
    private final SinkFixture sink = new SinkFixture();

    private long ticked = System.nanoTime() - 1_000_000_000;
    private ModelTopic topic = ModelTopic.begun(1);

    private void setWithDeadline(String key, String value, long deadline) {
        topic.change(Resp.bytes(key), Command.of("SET", key, value), Command.of("PEXPIREAT", key, deadline));
    }

    /** All is applied, and the sink is ready; with a tick now and then. */
    private ModelWorker untilReady(ModelWorker worker) {
        return worker.until(
                () -> {
                    boolean ready = sink.isAtEnd(topic)
                            && worker.task.started().tracker().isReady();
                    if (!ready && System.nanoTime() - ticked > 500_000_000) {
                        ticked = System.nanoTime();
                        topic.at(System.currentTimeMillis()).ticks();
                    }
                    return ready;
                },
                60_000);
    }

    @Test
    void everyKeyIsGivenItsOwnDeadlineOrEnded() {
        setWithDeadline("k", "1", now + HOUR);
        setWithDeadline("never", "1", 9_000_000_000_000_000_000L);
        setWithDeadline("within.the.grace", "1", now - 1_000);
        topic.command("SADD", "no.deadline", "m");
        for (int i = 0; i < 3_000; i++) {
            setWithDeadline("over" + i, "1", now - HOUR);
        }
        untilReady(sink.all(topic)).close();
        assertThat(sink.held("k")).isEqualTo(now + HOUR);
        assertThat(sink.ledger("deadlines")).isEqualTo("held");

        ModelWorker worker = sink.all(topic, "expiry.mode", "native");
        untilReady(worker);
        assertThat(sink.ledger("deadlines")).isEqualTo("native");
        assertThat(Long.parseLong(sink.ledger("released"))).isGreaterThan(now);
        assertThat(Deadlines.of(sink.redis(), "k")).isEqualTo(now + HOUR + GRACE);
        assertThat(Deadlines.of(sink.redis(), "never")).isEqualTo((1L << 50) + GRACE);
        assertThat(Deadlines.of(sink.redis(), "no.deadline")).isEqualTo(-1);
        assertThat(sink.redis().keys("over*")).isEmpty();
        topic.at(System.currentTimeMillis());
        setWithDeadline("new", "1", now + 2 * HOUR);
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(Deadlines.of(sink.redis(), "new")).isEqualTo(now + 2 * HOUR + GRACE);
    }

    @Test
    void fromTheStartDeadlinesAreHeldUntilAllIsFresh() {
        topic.at(now - HOUR);
        setWithDeadline("k", "1", now - HOUR + 10_000);
        topic.at(now - HOUR + 5_000).command("PEXPIREAT", "k", now + HOUR);
        ModelWorker worker = sink.applyAll(topic, "expiry.mode", "native");
        assertThat(sink.held("k")).isEqualTo(now + HOUR);
        untilReady(worker);
        assertThat(Deadlines.of(sink.redis(), "k")).isEqualTo(now + HOUR + GRACE);
        assertThat(sink.ledger("stale")).isNull();
    }

    @Test
    void notReadyBeforeItIsComplete() {
        setWithDeadline("k", "1", now + HOUR);
        untilReady(sink.all(topic)).close();
        ModelWorker worker = sink.all(topic, "expiry.mode", "native");
        worker.until(() -> {
            topic.at(System.currentTimeMillis()).ticks();
            if (sink.ledger("released") == null) {
                assertThat(worker.task.started().tracker().isReady()).isFalse();
            }
            return sink.ledger("released") != null;
        });
        untilReady(worker);
    }

    @Test
    void goesOnWhereItWasAfterARestart() {
        for (int i = 0; i < 20_000; i++) {
            setWithDeadline("k" + i, "1", now + HOUR);
        }
        untilReady(sink.all(topic)).close();
        ModelWorker first = sink.all(topic, "expiry.mode", "native");
        first.until(() -> {
            topic.at(System.currentTimeMillis()).ticks();
            return sink.ledger("walk") != null;
        });
        first.crash();
        String walk = sink.ledger("walk");
        assertThat(sink.ledger("deadlines")).isEqualTo("releasing");
        assertThat(walk).isNotNull();
        String passed = holdOneAgain();
        untilReady(sink.all(topic, "expiry.mode", "native"));
        assertThat(sink.held(passed)).isEqualTo(now + HOUR); // the walk was beyond it
        sink.redis().pexpireAt(passed, now + HOUR + GRACE);
        allAreReleased(20_000);
    }

    /** Holds a key that the walk has passed; its name. */
    private String holdOneAgain() {
        String key = java.util.stream.IntStream.range(0, 20_000)
                .mapToObj(i -> "k" + i)
                .filter(k -> Deadlines.of(sink.redis(), k) < SinkFixture.FAR)
                .findFirst()
                .orElseThrow();
        sink.redis().pexpireAt(key, now + HOUR + SinkFixture.FAR);
        return key;
    }

    /** A cursor means something else there. */
    @Test
    void beginsAgainInAnotherProcessOfRedis() {
        for (int i = 0; i < 20_000; i++) {
            setWithDeadline("k" + i, "1", now + HOUR);
        }
        untilReady(sink.all(topic)).close();
        ModelWorker first = sink.all(topic, "expiry.mode", "native");
        first.until(() -> {
            topic.at(System.currentTimeMillis()).ticks();
            return sink.ledger("walk") != null;
        });
        first.crash();
        holdOneAgain();
        sink.redis().save();
        sink.server.kill();
        sink.server.restart();
        sink.reconnect();
        untilReady(sink.all(topic, "expiry.mode", "native"));
        allAreReleased(20_000);
    }

    private void allAreReleased(int count) {
        for (int i = 0; i < count; i++) {
            assertThat(Deadlines.of(sink.redis(), "k" + i)).isEqualTo(now + HOUR + GRACE);
        }
    }

    /** Deadlines are changed, taken away and set again while the walk goes over them. */
    @Test
    void isRightBesideLiveChanges() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        Map<String, Long> deadlines = new HashMap<>();
        for (int i = 0; i < 15_000; i++) {
            String key = "k" + i;
            deadlines.put(key, now + HOUR + i);
            setWithDeadline(key, "1", now + HOUR + i);
        }
        untilReady(sink.all(topic)).close();
        ModelWorker worker = sink.all(topic, "expiry.mode", "native");
        worker.until(
                () -> {
                    topic.at(System.currentTimeMillis());
                    for (int i = 0; i < 20; i++) {
                        String key = "k" + random.nextInt(20_000);
                        long deadline = now + 2 * HOUR + random.nextInt(100_000);
                        switch (random.nextInt(4)) {
                            case 0 -> {
                                setWithDeadline(key, "2", deadline);
                                deadlines.put(key, deadline);
                            }
                            case 1 -> {
                                topic.command("PEXPIREAT", key, deadline);
                                deadlines.computeIfPresent(key, (k, old) -> deadline);
                            }
                            case 2 -> {
                                topic.command("SET", key, "3");
                                deadlines.put(key, -1 - GRACE);
                            }
                            default -> {
                                topic.command("DEL", key);
                                deadlines.remove(key);
                            }
                        }
                    }
                    topic.ticks();
                    return sink.ledger("released") != null;
                },
                60_000);
        worker.until(() -> sink.isAtEnd(topic));
        Map<String, Long> there = new HashMap<>();
        for (String key : sink.redis().keys("k*")) {
            there.put(key, Deadlines.of(sink.redis(), key) - GRACE);
        }
        assertThat(there).isEqualTo(deadlines);
    }

    /** And the sweep, which only ends keys. */
    @Test
    void theSweepIsRightBesideLiveChanges() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        long begin = now - 6 * HOUR;
        ModelPika master = new ModelPika(random, topic, begin);
        ModelWorker worker = sink.all(topic);
        SinkCounters counters = worker.task.started().counters();
        // after a page the sweep rests for a multiple of what the page took, which is long on a busy machine
        for (int i = 1; i <= 600 || counters.sum(SinkCounter.EXPIRED_KEYS) == 0; i++) {
            assertThat(i).isLessThan(20_000);
            master.at(begin + i * 1_000L);
            for (int n = 0; n < 5; n++) {
                master.change();
            }
            topic.ticks();
            worker.turn();
            LockSupport.parkNanos(5_000_000);
        }
        master.at(now + 1_000);
        topic.ticks();
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(master.inRedis(sink, 0)).isEqualTo(master.content());
    }

    @Test
    void waitsUntilAllPartitionsAreFresh() {
        topic = ModelTopic.begun(2).at(now - HOUR);
        setWithDeadline("k", "1", now + HOUR);
        ModelWorker worker = sink.applyAll(topic, "expiry.mode", "native");
        topic.at(System.currentTimeMillis()).tick(0);
        doesNotRelease(worker);
        untilReady(worker);
        assertThat(Deadlines.of(sink.redis(), "k")).isEqualTo(now + HOUR + GRACE);
    }

    /** By Redis' clock keys would end long before Pika ends them. */
    @Test
    void waitsWhileRedisIsFarAhead() {
        long moreThanHalfTheGrace = GRACE / 2 + 5_000;
        sink.workersAhead(-moreThanHalfTheGrace);
        topic.workerAhead(-moreThanHalfTheGrace).at(System.currentTimeMillis() - moreThanHalfTheGrace);
        setWithDeadline("k", "1", now + HOUR);
        topic.ticks();
        doesNotRelease(sink.applyAll(topic, "expiry.mode", "native"));
    }

    @Test
    void doesNotWaitWhileRedisIsAheadByLessThanHalfTheGrace() {
        long ahead = GRACE / 2 - 5_000;
        sink.workersAhead(-ahead);
        topic.workerAhead(-ahead).at(System.currentTimeMillis() - ahead);
        setWithDeadline("k", "1", now + HOUR);
        sink.all(topic, "expiry.mode", "native")
                .until(
                        () -> {
                            topic.at(System.currentTimeMillis() - ahead).ticks();
                            LockSupport.parkNanos(50_000_000);
                            return "native".equals(sink.ledger("deadlines"));
                        },
                        60_000);
        assertThat(Deadlines.of(sink.redis(), "k")).isEqualTo(now + HOUR + GRACE);
    }

    private void doesNotRelease(ModelWorker worker) {
        doesNotRelease(worker, now + HOUR);
    }

    private void doesNotRelease(ModelWorker worker, long deadline) {
        for (int i = 0; i < 200; i++) {
            worker.turn();
            assertThat(sink.ledger("deadlines")).isEqualTo("held");
            LockSupport.parkNanos(20_000_000);
        }
        assertThat(sink.held("k")).isEqualTo(deadline);
    }

    @Test
    void aSourceThatIsGoneForGoodIsNotWaitedForIfThatIsWanted() {
        setWithDeadline("k", "1", now + HOUR);
        untilReady(sink.all(topic)).close();
        sink.all(topic, "expiry.mode", "native", "on.long.absence", "continue")
                .until(() -> sink.ledger("released") != null);
        assertThat(Deadlines.of(sink.redis(), "k")).isEqualTo(now + HOUR + GRACE);
    }

    /** A data set that is still arriving is waited for all the same. */
    @Test
    void whoGoesOnAfterLongAbsencesIsHeldUntilAllIsFreshToo() {
        topic.at(now - HOUR);
        setWithDeadline("k", "1", now - HOUR + 10_000);
        doesNotRelease(
                sink.applyAll(topic, "expiry.mode", "native", "on.long.absence", "continue"), now - HOUR + 10_000);
    }

    @Test
    void cannotBeTakenBack() {
        setWithDeadline("k", "1", now + HOUR);
        untilReady(sink.all(topic, "expiry.mode", "native")).close();
        Map<String, String> ledger = sink.redis().hgetAll(SinkFixture.PREFIX + "ledger");
        assertThat(sink.all(topic).untilItFails())
                .hasMessageContaining("expiry.mode=held, but in this db deadlines were released")
                .hasMessageContaining("Set expiry.mode=native");
        assertThat(sink.redis().hgetAll(SinkFixture.PREFIX + "ledger")).isEqualTo(ledger);

        sink.redis().flushDB();
        sink.applyAll(topic);
        assertThat(sink.held("k")).isEqualTo(now + HOUR);
    }

    /** A new data set is held again, until it is fresh. */
    @Test
    void aNewEpochBeginsHeld() {
        setWithDeadline("k", "1", now + HOUR);
        untilReady(sink.all(topic, "expiry.mode", "native")).close();
        topic.epoch(topic.epoch() + 1).begin().at(now - HOUR);
        setWithDeadline("k", "1", now + HOUR);
        ModelWorker worker = sink.applyAll(topic, "expiry.mode", "native", "on.new.epoch", "clear");
        assertThat(sink.held("k")).isEqualTo(now + HOUR);
        assertThat(sink.ledger("released")).isNull();
        untilReady(worker);
        assertThat(Deadlines.of(sink.redis(), "k")).isEqualTo(now + HOUR + GRACE);
    }

    @Test
    void theGraceIsTheOneOfTheRelease() {
        setWithDeadline("k", "1", now + HOUR);
        untilReady(sink.all(topic)).close();
        untilReady(sink.all(topic, "expiry.mode", "native", "expiry.grace.ms", "20000"))
                .close();
        assertThat(Deadlines.of(sink.redis(), "k")).isEqualTo(now + HOUR + 20_000);
        topic.at(System.currentTimeMillis());
        setWithDeadline("later", "1", now + HOUR);
        sink.applyAll(topic, "expiry.mode", "native", "expiry.grace.ms", "500000");
        assertThat(Deadlines.of(sink.redis(), "later")).isEqualTo(now + HOUR + 20_000);
    }
}
