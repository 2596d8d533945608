package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import io.pikaconnect.demo.Deadlines;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A sink that is away for longer than deadlines and any grace. */
@Execution(ExecutionMode.CONCURRENT)
class AbsenceTest {

    private static final long HOUR = 3_600_000;
    private static final long TTL = 2_000;
    private static final long GRACE = 3_000;
    private static final String[] HELD = {"expiry.grace.ms", "" + GRACE};
    private static final String[] NATIVE = {"expiry.grace.ms", "" + GRACE, "expiry.mode", "native"};

    @RegisterExtension
    private final SinkFixture sink = new SinkFixture();

    private ModelTopic topic = ModelTopic.begun(1);
    private long now;
    private long deadline;

    private void setWithDeadline(String key, String value, long deadline) {
        topic.change(Resp.bytes(key), Command.of("SET", key, value), Command.of("PEXPIREAT", key, deadline));
    }

    /** A session, a list, a counter, and a key that will die, all with a short time to live. */
    private void fourKeys() {
        now = System.currentTimeMillis();
        deadline = now + TTL;
        topic.at(now);
        setWithDeadline("session", "s", deadline);
        topic.change(
                Resp.bytes("list"), Command.of("RPUSH", "list", "a", "b"), Command.of("PEXPIREAT", "list", deadline));
        setWithDeadline("counter", "5", deadline);
        setWithDeadline("died", "d", deadline);
        topic.ticks();
    }

    /** Pika prolongs three of them in time and changes them after they would have ended; meanwhile the sink is away. */
    private void prolonged() {
        topic.at(now + 1_000).command("PEXPIREAT", "session", now + HOUR);
        topic.command("PEXPIREAT", "list", now + HOUR).command("RPUSH", "list", "c");
        topic.command("PEXPIREAT", "counter", now + HOUR).command("INCR", "counter");
        while (System.currentTimeMillis() < deadline + GRACE + 500) {
            LockSupport.parkNanos(10_000_000);
        }
        topic.at(System.currentTimeMillis()).command("RPUSH", "list", "d").command("INCR", "counter");
        topic.ticks();
    }

    private void redisIsWhatPikaIs(ModelWorker worker) {
        worker.until(() -> sink.isAtEnd(topic) && !sink.redis().exists("died"));
        assertThat(sink.content())
                .isEqualTo(Map.of("session", "s", "list", List.of("a", "b", "c", "d"), "counter", "7"));
    }

    /** Applies the four keys, with a sink that is up to date and then goes. */
    private void applyFourKeys(String... settings) {
        ModelWorker worker = sink.applyAll(topic, settings);
        topic.ticks();
        worker.until(() -> worker.task.started().tracker().isReady());
        fourKeys();
        worker.until(() -> sink.isAtEnd(topic));
        worker.close();
    }

    @Test
    void heldWhatPikaProlongedIsThereAndWhatDiedIsNot() {
        applyFourKeys(HELD);
        prolonged();
        ModelWorker worker = sink.all(topic, HELD);
        redisIsWhatPikaIs(worker);
        assertThat(List.of("session", "list", "counter")).allMatch(key -> sink.held(key) == now + HOUR);
        worker.until(() -> worker.task.started().tracker().isReady());
        assertThat(sink.ledger("stale")).isNull();
    }

    /** Thirty minutes by the source's clock; in Redis nothing depends on how long that is. */
    @Test
    void heldThirtyMinutesOfChangesAreAppliedAsPikaMadeThem() {
        long past = System.currentTimeMillis() - 1_860_000;
        topic.at(past);
        setWithDeadline("session", "s", past + 60_000);
        topic.change(
                Resp.bytes("list"),
                Command.of("RPUSH", "list", "a", "b"),
                Command.of("PEXPIREAT", "list", past + 60_000));
        setWithDeadline("counter", "5", past + 60_000);
        setWithDeadline("died", "d", past + 60_000);
        sink.applyAll(topic.ticks()).close();
        long last = past + 7_200_000; // or the sweep ends them where the test is slow
        for (int minute = 1; minute <= 30; minute++) {
            topic.at(past + minute * 60_000L - 1_000);
            for (String key : List.of("session", "list", "counter")) {
                topic.command("PEXPIREAT", key, minute < 30 ? past + minute * 60_000L + 60_000 : last);
            }
            topic.command("RPUSH", "list", "m" + minute).command("INCR", "counter");
        }
        topic.at(System.currentTimeMillis()).ticks();
        ModelWorker worker = sink.all(topic);
        worker.until(() -> sink.isAtEnd(topic) && !sink.redis().exists("died"));
        assertThat(sink.redis().get("counter")).isEqualTo("35");
        assertThat(sink.redis().llen("list")).isEqualTo(32);
        assertThat(List.of("session", "list", "counter")).allMatch(key -> sink.held(key) == last);
        worker.until(() -> worker.task.started().tracker().isReady());
    }

    @Test
    void nativeItStopsAtTheFirstChangeThatComesTooLate() {
        applyFourKeys(NATIVE);
        assertThat(Deadlines.of(sink.redis(), "session")).isEqualTo(deadline + GRACE);
        prolonged();
        Map<String, Object> before = sink.content();
        ModelWorker worker = sink.all(topic, NATIVE);
        assertThat(worker.untilItFails())
                .hasMessageContaining("Redis expires keys by itself")
                .hasMessageContaining("more than expiry.grace.ms later")
                .hasMessageContaining("key session")
                .hasMessageContaining("on.long.absence=rebuild");
        assertThat(sink.content()).isEqualTo(before);
        assertThat(sink.ledger("stale")).isNotNull();
        assertThat(worker.task.started().tracker().isReady()).isFalse();
    }

    @Test
    void nativeItIsBuiltAgainFromTheTopicIfThatIsWanted() {
        applyFourKeys(NATIVE);
        prolonged();
        ModelWorker worker =
                sink.all(topic, "expiry.grace.ms", "" + GRACE, "expiry.mode", "native", "on.long.absence", "rebuild");
        redisIsWhatPikaIs(worker);
        topic.at(System.currentTimeMillis()).ticks();
        worker.until(() -> worker.task.started().tracker().isReady());
        assertThat(List.of("session", "list", "counter"))
                .allMatch(key -> Deadlines.of(sink.redis(), key) == now + HOUR + GRACE);
        assertThat(sink.ledger("stale")).isNull();
    }

    @Test
    void nativeNothingIsEmptiedForATopicWithoutItsStart() {
        applyFourKeys(NATIVE);
        sink.redis().set("kept", "1");
        prolonged();
        topic.forget(0, 2);
        ModelWorker worker =
                sink.all(topic, "expiry.grace.ms", "" + GRACE, "expiry.mode", "native", "on.long.absence", "rebuild");
        assertThat(worker.untilItFails()).hasMessageContaining("the topic's head was cut off");
        assertThat(sink.redis().exists("kept")).isTrue();
    }

    @Test
    void nativeItGoesOnWithWhatIsThereIfThatIsWantedButIsNeverReady() {
        applyFourKeys(NATIVE);
        prolonged();
        ModelWorker worker =
                sink.all(topic, "expiry.grace.ms", "" + GRACE, "expiry.mode", "native", "on.long.absence", "continue");
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.content()).isEqualTo(Map.of("list", List.of("c", "d"), "counter", "2"));
        worker.until(() -> worker.task.started().status().isStale());
        assertThat(worker.task.started().tracker().isReady()).isFalse();
        assertThat(sink.ledger("ready")).isEqualTo("0");
    }

    @Test
    void nativeAChangeThatComesInTimeIsNothingSpecial() {
        applyFourKeys(NATIVE);
        topic.at(now + 1_000).command("PEXPIREAT", "session", now + HOUR);
        topic.command("PEXPIREAT", "list", now + HOUR).command("PEXPIREAT", "counter", now + HOUR);
        topic.ticks();
        ModelWorker worker = sink.all(topic, NATIVE);
        worker.until(() -> sink.isAtEnd(topic) && !sink.redis().exists("died"));
        assertThat(sink.content()).isEqualTo(Map.of("session", "s", "list", List.of("a", "b"), "counter", "5"));
        assertThat(sink.ledger("stale")).isNull();
    }

    /** No change was missed, for there was none. */
    @Test
    void nativeTicksThatComeLateAreNoLoss() {
        applyFourKeys(NATIVE);
        topic.at(now + 1_000).ticks();
        while (System.currentTimeMillis() < deadline + GRACE + 500) {
            LockSupport.parkNanos(10_000_000);
        }
        topic.at(System.currentTimeMillis()).ticks();
        ModelWorker worker = sink.all(topic, NATIVE);
        worker.until(() -> worker.task.started().tracker().isReady());
        assertThat(sink.ledger("stale")).isNull();
    }

    @Test
    void nativeACommandOverSeveralKeysComesTooLate() {
        topic = ModelTopic.begun(2);
        applyFourKeys(NATIVE);
        topic.at(System.currentTimeMillis() - GRACE - 2_000).nextPosition();
        for (int p = 0; p < 2; p++) {
            topic.barrierOn(p, Barrier.onAll(2), Command.of("RPOPLPUSH", "list", "other"));
        }
        assertThat(sink.all(topic, NATIVE).untilItFails()).hasMessageContaining("on.long.absence=rebuild");
        assertThat(sink.ledger("stale")).isNotNull();
        sink.all(topic, "expiry.grace.ms", "" + GRACE, "expiry.mode", "native", "on.long.absence", "continue")
                .until(() -> sink.isAtEnd(topic));
    }

    @Test
    void rebuildingOnAbsenceContradictsNeverRebuilding() {
        var values = new RedisSinkConnector()
                .validate(sink.properties("on.long.absence", "rebuild", "rebuild", "never"))
                .configValues();
        assertThat(values)
                .filteredOn(v -> !v.errorMessages().isEmpty())
                .singleElement()
                .satisfies(v -> assertThat(v.name()).isEqualTo("on.long.absence"));
    }
}
