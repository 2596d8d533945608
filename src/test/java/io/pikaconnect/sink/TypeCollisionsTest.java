package io.pikaconnect.sink;

import static io.pikaconnect.sink.LedgerReply.Reason.WRONG_TYPE_OVERWRITTEN;
import static io.pikaconnect.sink.LedgerReply.Reason.WRONG_TYPE_READ;
import static io.pikaconnect.sink.LedgerReply.Reason.WRONG_TYPE_SKIPPED;
import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import io.pikaconnect.metrics.DiscardCounts;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

class TypeCollisionsTest {

    private final DiscardCounts discards = new DiscardCounts();
    private final List<String> logged = new ArrayList<>();
    private final TypeCollisions collisions = new TypeCollisions(discards, logged::add);

    private void meet(String key, LedgerReply.Reason reason) {
        byte[] bytes = Resp.bytes(key);
        collisions.met(
                new SinkRecord("pika.db0", 0, null, bytes, null, null, 7),
                Command.of("HSET", bytes, "field", "s3cret"),
                new LedgerReply.Discarded(0, 0, reason, "WRONGTYPE"));
    }

    @Test
    void aKeyIsNamedOnceAndEachOfItsCommandsCounted() {
        for (int i = 0; i < 50; i++) {
            meet("a", WRONG_TYPE_SKIPPED);
            meet("b", WRONG_TYPE_OVERWRITTEN);
        }
        assertThat(logged).hasSize(2);
        assertThat(logged.get(0))
                .contains("HSET a …(2 more arguments, 11 bytes)", "pika.db0-0@7", "the first one stays");
        assertThat(logged.get(1)).contains("HSET b", "the older one was deleted");
        assertThat(discards.of("wrong.type")).isEqualTo(100);
    }

    @Test
    void afterSomeHundredKeysNoMoreAreNamedAndAllAreCounted() {
        for (int i = 0; i < 10 * TypeCollisions.NAMED; i++) {
            meet("k" + i, WRONG_TYPE_SKIPPED);
        }
        assertThat(logged).hasSize(TypeCollisions.NAMED);
        assertThat(logged.get(TypeCollisions.NAMED - 1)).contains("for no more keys");
        assertThat(discards.of("wrong.type")).isEqualTo(10L * TypeCollisions.NAMED);
    }

    @Test
    void whatIsReadAsMissingIsCountedOnly() {
        meet("a", WRONG_TYPE_READ);
        assertThat(logged).isEmpty();
        assertThat(discards.of("wrong.type")).isEqualTo(1);
    }

    @Test
    void aHugeKeyMakesAShortLine() {
        meet("k".repeat(1 << 20), WRONG_TYPE_SKIPPED);
        assertThat(logged.get(0)).hasSizeLessThan(1_000).doesNotContain("s3cret");
    }
}
