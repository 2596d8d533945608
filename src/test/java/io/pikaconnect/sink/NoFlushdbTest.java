package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Pipeline;

/** Redis installations often have FLUSHDB disabled or renamed, or do not allow it to the sink's user. */
class NoFlushdbTest {

    /** Several pages of a SCAN. */
    private static final int MANY = 5_000;

    private final ModelTopic topic = ModelTopic.begun(2);
    private SinkFixture sink;

    @AfterEach
    void end() {
        sink.close();
    }

    private void withoutFlushdb() {
        sink = new SinkFixture("--rename-command", "FLUSHDB", "", "--rename-command", "FLUSHALL", "");
    }

    private void manyKeys() {
        try (Pipeline pipeline = sink.redis().pipelined()) {
            for (int i = 0; i < MANY; i++) {
                pipeline.set("foreign:" + i, "v");
            }
        }
    }

    @Test
    void anEmptyDbIsFilled() {
        withoutFlushdb();
        topic.command("SET", "k", "v");
        sink.applyAll(topic);
        assertThat(sink.content()).isEqualTo(Map.of("k", "v"));
    }

    @Test
    void aDbThatIsNotEmptyIsEmptiedInStepsWhereThatIsAllowed() {
        withoutFlushdb();
        manyKeys();
        sink.redis().set(SinkFixture.PREFIX + "stage:0:left", "behind");
        topic.command("SET", "k", "v");
        sink.applyAll(topic, "on.target.not.empty", "clear");
        assertThat(sink.content()).isEqualTo(Map.of("k", "v"));
        assertThat(sink.redis().exists(SinkFixture.PREFIX + "stage:0:left")).isFalse();
        assertThat(sink.ledger("unclean")).isNull();
    }

    @Test
    void aUserThatMayNotFlushEmptiesTheDbInSteps() {
        sink = new SinkFixture();
        sink.redis().aclSetUser("sink", "on", ">secret", "~*", "+@all", "-flushdb", "-flushall");
        manyKeys();
        topic.command("SET", "k", "v");
        sink.applyAll(topic, "redis.username", "sink", "redis.password", "secret", "on.target.not.empty", "clear");
        assertThat(sink.content()).isEqualTo(Map.of("k", "v"));
    }

    @Test
    void aFlushOfTheMasterEmptiesTheDbInSteps() {
        withoutFlushdb();
        for (int i = 0; i < MANY; i++) {
            topic.command("SET", "k" + i, "v");
        }
        topic.barrier(Command.of("FLUSHDB")).command("SET", "after", "v");
        sink.applyAll(topic);
        assertThat(sink.content()).isEqualTo(Map.of("after", "v"));
        assertThat(sink.field(0).sequence()).isPresent();
    }

    @Test
    void aNewEpochEmptiesTheDbInStepsAndStartsItsLedgerAgain() {
        withoutFlushdb();
        topic.command("SET", "old", "v").ticks();
        ModelWorker worker = sink.applyAll(topic, "on.new.epoch", "clear");
        manyKeys();
        sink.redis().hset(SinkFixture.PREFIX + "ledger", "stale", "1");
        topic.epoch(topic.epoch() + 1).begin().command("SET", "new", "v");
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.content()).isEqualTo(Map.of("new", "v"));
        assertThat(sink.ledger("stale")).isNull();
        assertThat(sink.ledger("epoch")).isEqualTo(String.valueOf(topic.epoch()));
    }
}
