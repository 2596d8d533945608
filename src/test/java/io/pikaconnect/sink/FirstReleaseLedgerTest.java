package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import io.pikaconnect.demo.Deadlines;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A ledger of the plugin's first release, in which deadlines were held only of keys in a due set, and Redis ended the
 * others.
 */
class FirstReleaseLedgerTest {

    private static final long HOUR = 3_600_000;
    private static final long GRACE_THEN = 360_000;
    private static final String DUE = SinkFixture.PREFIX + "due:0";

    private final long now = System.currentTimeMillis();

    @RegisterExtension
    private final SinkFixture sink = new SinkFixture();

    private ModelTopic topic = ModelTopic.begun(1);

    /** What that release left of a topic of a few keys: one due, one not, one without a deadline. */
    private void leftBehind(boolean caught) {
        topic.at(now - 5_000);
        for (String key : new String[] {"due", "not.due"}) {
            topic.change(Resp.bytes(key), Command.of("SET", key, "1"), Command.of("PEXPIREAT", key, now + HOUR));
        }
        topic.command("SET", "lives", "1");
        Map<String, String> ledger = new HashMap<>(Map.of(
                "format",
                "1",
                "connector",
                "to-redis",
                "topic",
                "pika.db0",
                "epoch",
                "" + topic.epoch(),
                "partitions",
                "p0",
                "grace",
                "" + GRACE_THEN,
                "p0",
                "7:0123456789abcdef 3 b/3/103/0 5 0 " + (now - 5_000) + " " + (now - 4_000) + " -"));
        if (caught) {
            ledger.put("caught", "" + (now - 4_000));
        }
        sink.redis().hset(SinkFixture.PREFIX + "ledger", ledger);
        sink.redis().set("due", "1");
        sink.redis().pexpireAt("due", now + HOUR + SinkFixture.FAR);
        sink.redis().zadd(DUE, now + HOUR, "due");
        sink.redis().set("not.due", "1");
        sink.redis().pexpireAt("not.due", now + HOUR + GRACE_THEN);
        sink.redis().set("lives", "1");
    }

    private ModelWorker untilReady(ModelWorker worker) {
        return worker.until(() -> {
            topic.at(System.currentTimeMillis()).ticks();
            LockSupport.parkNanos(20_000_000);
            return worker.task.started().tracker().isReady();
        });
    }

    @Test
    void goesOnAndAllIsHeldFromThenOn() {
        leftBehind(false);
        topic.at(now).command("APPEND", "due", "2").command("PEXPIREAT", "lives", now + 2 * HOUR);
        ModelWorker worker = sink.all(topic);
        worker.until(() -> "held".equals(sink.ledger("deadlines")) && sink.isAtEnd(topic));
        assertThat(sink.ledger("format")).isEqualTo("2");
        assertThat(sink.redis().exists(DUE)).isFalse();
        assertThat(sink.content()).isEqualTo(Map.of("due", "12", "not.due", "1", "lives", "1"));
        assertThat(sink.held("due")).isEqualTo(now + HOUR);
        assertThat(sink.held("not.due")).isEqualTo(now + HOUR);
        assertThat(sink.held("lives")).isEqualTo(now + 2 * HOUR);
        untilReady(worker);
    }

    @Test
    void whereApplicationsMayWriteItIsRefusedUntilSomebodySaysWhetherTheyDo() {
        leftBehind(true);
        Map<String, String> ledger = sink.redis().hgetAll(SinkFixture.PREFIX + "ledger");
        assertThat(sink.all(topic).untilItFails())
                .hasMessageContaining("is of an earlier release of this plugin")
                .hasMessageContaining("expiry.mode=held if no application writes to this Redis yet")
                .hasMessageContaining("expiry.mode=native if one does");
        assertThat(sink.redis().hgetAll(SinkFixture.PREFIX + "ledger")).isEqualTo(ledger);
        assertThat(sink.redis().exists(DUE)).isTrue();

        ModelWorker worker = sink.all(topic, "expiry.mode", "held");
        untilReady(worker);
        worker.until(() -> "held".equals(sink.ledger("deadlines")));
        assertThat(sink.held("due")).isEqualTo(now + HOUR);
        assertThat(sink.held("not.due")).isEqualTo(now + HOUR);
    }

    @Test
    void whereApplicationsWriteTheirKeysAreLeftAlone() {
        leftBehind(true);
        sink.redis().set("application", "1");
        sink.redis().pexpire("application", 600_000);
        long applications = Deadlines.of(sink.redis(), "application");
        ModelWorker worker = sink.all(topic, "expiry.mode", "native");
        untilReady(worker);
        assertThat(sink.redis().exists(DUE)).isFalse();
        assertThat(Deadlines.of(sink.redis(), "due")).isEqualTo(now + HOUR + GRACE_THEN);
        assertThat(Deadlines.of(sink.redis(), "not.due")).isEqualTo(now + HOUR + GRACE_THEN);
        assertThat(Deadlines.of(sink.redis(), "application")).isEqualTo(applications);
    }

    /** What Redis may have ended during the upgrade, and before, is noticed. */
    @Test
    void anAbsenceLongerThanItsGraceIsNoticed() {
        leftBehind(true);
        topic.at(now - GRACE_THEN - 10_000).command("APPEND", "due", "2");
        assertThat(sink.all(topic, "expiry.mode", "held").untilItFails())
                .hasMessageContaining("more than expiry.grace.ms later");
        assertThat(sink.ledger("stale")).isNotNull();
    }

    /** It would not find what a newer one has given it. */
    @Test
    void aTaskOfThatReleaseDoesNotContinueBesideANewerOne() {
        topic = ModelTopic.begun(2);
        leftBehind(false);
        String at = topic.epoch() + ":4:6:b/3/104/0";
        sink.redis()
                .hset(
                        SinkFixture.PREFIX + "ledger",
                        Map.of("partitions", "p0+p1", "p1", "9:0123456789abcdef 3 b/3/103/0 5 0 1 0 " + at));
        sink.worker(topic).assign(0).until(() -> "2".equals(sink.ledger("format")));
        LedgerField other = sink.field(1);
        assertThat(other.owner()).startsWith("10:").isNotEqualTo(sink.field(0).owner());
        assertThat(other.barrier()).isEqualTo("-");
        assertThat(other.offset()).isEqualTo(5);
        assertThat(sink.field(0).owner()).startsWith("8:");
    }

    @Test
    void itsSettingsAreNoError() {
        var values = new RedisSinkConnector()
                .validate(sink.properties("expiry.horizon.ms", "86400000", "expiry.grace.ms", "360000"))
                .configValues();
        assertThat(values).allMatch(v -> v.errorMessages().isEmpty());
        assertThat(RedisSinkConfig.removed(sink.properties("expiry.horizon.ms", "1")))
                .singleElement()
                .asString()
                .contains("expiry.horizon.ms no longer has an effect");
    }
}
