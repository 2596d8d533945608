package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.LogLines;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import io.pikaconnect.demo.Deadlines;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Deadlines follow the source's time, however late the changes are applied. */
@Execution(ExecutionMode.CONCURRENT)
class StreamsClockTest {

    private static final long HOUR = 3_600_000;

    @RegisterExtension
    private final SinkFixture sink = new SinkFixture();

    private ModelTopic topic = ModelTopic.begun(1);
    private final long now = System.currentTimeMillis() / 1_000 * 1_000;
    private final long past = now - HOUR;

    private void setWithDeadline(String key, String value, long deadline) {
        topic.change(Resp.bytes(key), Command.of("SET", key, value), Command.of("PEXPIREAT", key, deadline));
    }

    /** The deadline that the source gave the key, as of what Redis holds. */
    private long deadline(String key) {
        assertThat(Deadlines.of(sink.redis(), key)).as("deadline of " + key).isGreaterThan(SinkFixture.FAR);
        return sink.held(key);
    }

    @Test
    void extensionThatPikaMadeInTimeIsKeptAtReplay() {
        topic.at(past);
        setWithDeadline("k", "5", past + 10_999);
        topic.at(past + 9_000).command("PEXPIREAT", "k", now + HOUR);
        topic.at(past + 60_000).command("INCR", "k");
        sink.applyAll(topic);
        assertThat(sink.content()).isEqualTo(Map.of("k", "6"));
        assertThat(deadline("k")).isEqualTo(now + HOUR);
    }

    @Test
    void changeBehindTheDeadlineMakesTheKeyAnew() {
        topic.at(past);
        setWithDeadline("k", "5", past + 10_999);
        topic.at(past + 11_000).command("INCR", "k");
        sink.applyAll(topic);
        assertThat(sink.content()).isEqualTo(Map.of("k", "1"));
        assertThat(Deadlines.of(sink.redis(), "k")).isEqualTo(-1);
    }

    @Test
    void changeInTheSecondOfTheDeadlineMeetsTheKeyAlive() {
        topic.at(past);
        setWithDeadline("k", "5", past + 10_000);
        topic.at(past + 10_999).command("INCR", "k");
        sink.applyAll(topic);
        assertThat(sink.redis().get("k")).isEqualTo("6");
        assertThat(deadline("k")).isEqualTo(past + 10_000);
    }

    @Test
    void keyThatNobodyTouchesAgainEndsWhenTheClockHasPassedIt() {
        topic.at(past);
        setWithDeadline("k", "5", past + 10_999);
        setWithDeadline("stays", "5", past + 100_999);
        topic.at(past + 12_000).command("SET", "other", "1");
        ModelWorker worker = sink.applyAll(topic);
        assertThat(sink.content()).containsKeys("k", "stays", "other"); // not over by two seconds yet
        topic.at(past + 13_000).ticks();
        worker.until(() -> sink.isAtEnd(topic) && !sink.redis().exists("k"));
        assertThat(sink.content()).containsOnlyKeys("stays", "other");
    }

    @Test
    void snapshotNeitherMovesTheClockNorMeetsIt() {
        topic.inSnapshot(true);
        topic.change(Resp.bytes("l"), Command.of("RPUSH", "l", "a"), Command.of("PEXPIREAT", "l", past + 999));
        topic.command("RPUSH", "l", "b");
        topic.ticks();
        ModelWorker worker = sink.applyAll(topic);
        assertThat(sink.redis().llen("l")).isEqualTo(2);
        assertThat(sink.field(0).sourceTimeMs()).isZero();
        assertThat(sink.field(0).freshUntilMs()).isZero();
        topic.inSnapshot(false).at(past + 1_000).command("RPUSH", "l", "c");
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.redis().lrange("l", 0, -1)).containsExactly("c");
    }

    @Test
    void everyDeadlineIsHeldHoweverYoungTheChangeAndHoweverFarItIs() {
        topic.at(past);
        setWithDeadline("old", "1", now + HOUR);
        ModelWorker worker = sink.applyAll(topic);
        topic.at(System.currentTimeMillis());
        setWithDeadline("young", "1", now + 2 * HOUR);
        setWithDeadline("far", "1", now + 48 * HOUR);
        topic.command("pika.set", "set", "1", "NX", now + HOUR);
        topic.ticks();
        worker.until(
                () -> sink.isAtEnd(topic) && worker.task.started().tracker().isReady());
        assertThat(deadline("old")).isEqualTo(now + HOUR);
        assertThat(deadline("young")).isEqualTo(now + 2 * HOUR);
        assertThat(deadline("far")).isEqualTo(now + 48 * HOUR);
        assertThat(deadline("set")).isEqualTo(now + HOUR);
        assertThat(sink.redis().keys(SinkFixture.PREFIX + "*")).containsExactly(SinkFixture.PREFIX + "ledger");
    }

    @Test
    void manyKeysThatAreOverAreSweptWhileNothingElseComes() {
        topic.at(past);
        for (int i = 0; i < 3_000; i++) {
            setWithDeadline("k" + i, "1", i % 3 == 0 ? now + HOUR : past + 1_000);
        }
        ModelWorker worker = sink.applyAll(topic);
        assertThat(sink.redis().dbSize()).isEqualTo(3_001);
        topic.at(past + 60_000).ticks();
        worker.until(() -> worker.task.started().counters().sum(SinkCounter.EXPIRED_KEYS) == 2_000);
        assertThat(sink.redis().dbSize()).isEqualTo(1_001);
        assertThat(deadline("k0")).isEqualTo(now + HOUR);
    }

    @Test
    void sweepGoesByThePartitionThatIsFarthestBehind() {
        topic = ModelTopic.begun(2).at(past);
        setWithDeadline("k", "1", past + 999);
        topic.at(past + 60_000).tick(0);
        ModelWorker worker = sink.applyAll(topic);
        worker.until(() -> worker.task.started().tracker().status("pika.db0").isPresent());
        for (int i = 0; i < 150; i++) { // a round takes a second
            worker.turn();
            assertThat(sink.redis().exists("k")).isTrue();
            java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
        }
        topic.tick(1);
        worker.until(() -> !sink.redis().exists("k"));
    }

    @Test
    void sweepLeavesTheSinksOwnKeysThoseOfOthersAndThoseThatLostTheirDeadline() {
        topic.at(past);
        setWithDeadline("over", "1", past + 999);
        setWithDeadline("set", "1", past + 999);
        setWithDeadline("persisted", "1", past + 999);
        setWithDeadline("extended", "1", past + 999);
        topic.command("SET", "set", "2").command("PERSIST", "persisted");
        topic.command("PEXPIREAT", "extended", now + HOUR);
        ModelWorker worker = sink.applyAll(topic);
        sink.redis().set(SinkFixture.PREFIX + "own", "1");
        sink.redis().pexpire(SinkFixture.PREFIX + "own", HOUR);
        sink.redis().set("somebody's", "1");
        sink.redis().pexpireAt("somebody's", now + HOUR);
        topic.at(past + 60_000).ticks();
        worker.until(() -> !sink.redis().exists("over"));
        assertThat(sink.content()).isEqualTo(Map.of("set", "2", "persisted", "1", "extended", "1", "somebody's", "1"));
        assertThat(sink.redis().exists(SinkFixture.PREFIX + "own")).isTrue();
        assertThat(Deadlines.of(sink.redis(), "somebody's")).isEqualTo(now + HOUR);
    }

    @Test
    void readyWhenAllAreFresh() {
        topic = ModelTopic.begun(2);
        topic.at(past);
        setWithDeadline("k", "1", now + HOUR);
        ModelWorker worker = sink.applyAll(topic);
        topic.at(System.currentTimeMillis()).tick(0);
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(worker.task.started().tracker().isReady()).isFalse();
        topic.tick(1);
        worker.until(() -> worker.task.started().tracker().isReady());
    }

    @Test
    void readyIsSaidOfEachTopicAndOfTheTaskWhenAllAre() throws IOException {
        LogLines log = LogLines.fromNow();
        ModelTopic behind = new ModelTopic("pika.db1", 1).begin().at(past).command("SET", "k", "1");
        topic.command("SET", "k", "1");
        ModelWorker worker = sink.worker(topic).assign(0).alsoOf(behind, 0);
        worker.until(() -> worker.task.started().counters().sum(SinkCounter.RECORDS) == 2);
        for (int i = 0; i < 300; i++) { // the state is looked at every two seconds
            worker.turn();
            assertThat(worker.task.started().tracker().isReady()).isFalse();
            java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
        }
        assertThat(log.lines("pika.db1-0: fresh")).isEmpty();
        behind.at(System.currentTimeMillis()).ticks();
        topic.ticks();
        worker.until(() -> worker.task.started().tracker().isReady());
        for (String text : List.of("pika.db0-0: fresh", "pika.db1-0: fresh", "pika.db0: ready", "pika.db1: ready")) {
            worker.until(() -> !log.lines(text).isEmpty());
        }
    }

    /** As on a Redis 6.2. */
    @Test
    void deadlineIsReadExactlyWherePexpiretimeIsMissing() {
        String prelude = Script.read("names") + Script.read("prelude");
        assertThat(prelude).contains("redis.REDIS_VERSION_NUM ~= nil");
        sink.redis().set("k", "v");
        sink.redis().pexpireAt("k", now + HOUR);
        assertThat(sink.redis()
                        .eval(
                                prelude.replace("redis.REDIS_VERSION_NUM ~= nil", "false")
                                        + "for _ = 1, 100000 do"
                                        + " local at = expire_time(KEYS[1])"
                                        + " if int(at) ~= ARGV[1] then return int(at) end"
                                        + " end"
                                        + " return ARGV[1]",
                                List.of("k"),
                                List.of("" + (now + HOUR))))
                .isEqualTo("" + (now + HOUR));
    }

    @Test
    void deadlineOfAStreamIsLeftOut() {
        topic.at(past).command("XADD", "x", "1-1", "f", "v");
        topic.command("PEXPIREAT", "x", past + 999);
        topic.at(past + 60_000).ticks();
        sink.applyAll(topic);
        assertThat(sink.redis().type("x")).isEqualTo("stream");
        assertThat(Deadlines.of(sink.redis(), "x")).isEqualTo(-1);
    }

    @Test
    void deadlinesAreClamped() {
        topic.at(past);
        setWithDeadline("never", "1", 9_000_000_000_000_000_000L);
        setWithDeadline("long.ago", "1", -5); // over by the clock at once
        ModelWorker worker = sink.applyAll(topic);
        worker.until(() -> !sink.redis().exists("long.ago"));
        assertThat(deadline("never")).isEqualTo(1L << 50);
    }

    @Test
    void deadlineOfAConditionalSetFollowsTheSameRules() {
        topic.at(past).command("pika.set", "k", "1", "NX", past + 10_999);
        topic.at(past + 11_000).command("pika.set", "k", "2", "NX", now + HOUR);
        topic.command("pika.set", "k", "3", "NX", "0");
        sink.applyAll(topic);
        assertThat(sink.redis().get("k")).isEqualTo("2");
        assertThat(deadline("k")).isEqualTo(now + HOUR);
    }

    @Test
    void oldRecordEndsBeingFresh() {
        topic.at(System.currentTimeMillis()).command("SET", "a", "1");
        ModelWorker worker = sink.applyAll(topic);
        assertThat(sink.field(0).freshUntilMs()).isPositive();
        topic.at(past);
        topic.command("SET", "k", "1");
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.field(0).freshUntilMs()).isZero();
    }

    @Test
    void flushKeepsThatItWasCaughtUpAndANewEpochForgetsIt() {
        topic.at(System.currentTimeMillis()).command("SET", "a", "1").barrier(Command.of("FLUSHDB"));
        ModelWorker worker = sink.applyAll(topic, "on.new.epoch", "clear");
        worker.until(() -> sink.ledger("caught") != null);
        topic.barrier(Command.of("FLUSHDB"));
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.ledger("caught")).isNotNull();
        topic.epoch(topic.epoch() + 1).begin();
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.redis().hget(SinkFixture.PREFIX + "ledger", "caught")).isNull();
    }

    @Test
    void clockAheadOfRedisIsReported() {
        topic.at(System.currentTimeMillis() + 60_000).command("SET", "a", "1");
        ModelWorker worker = sink.applyAll(topic);
        worker.until(() -> worker.task.started().counters().discards.of("clock.ahead") == 1);
    }
}
