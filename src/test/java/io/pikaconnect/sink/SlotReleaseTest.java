package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.demo.RedisServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** Which slots of a node get native deadlines, and what is noted of the walk over their keys: released.lua. */
class SlotReleaseTest {

    private static final String PREFIX = "p:";
    private static final String SLOT = "7";
    private static final String LEDGER = PREFIX + "{" + SLOT + "}ledger";

    private final RedisServer server = RedisServer.start();
    private final Jedis redis = server.connect();

    @AfterEach
    void stop() {
        redis.close();
        server.close();
    }

    /** A slot whose newest change is so old. */
    private void slot(long ageMs) {
        long now = Long.parseLong(redis.time().get(0)) * 1_000;
        redis.hset(LEDGER, Map.of("place", "1 5 0 " + (now - ageMs)));
    }

    private ScriptReply run(String what, boolean isFresh) {
        return new ScriptReply(Script.RELEASED.run(
                redis, List.of(), ScriptValues.texts(PREFIX, what, "60000", "0", SLOT, isFresh ? "1" : "0")));
    }

    private String deadlines() {
        return redis.hget(LEDGER, "deadlines");
    }

    @Test
    void aFreshOneIsReleasedAndAWalkIsNotedOnlyThen() {
        slot(2_000);
        assertThat(run("walked", true).index("waiting")).isZero();
        assertThat(redis.hget(LEDGER, "walked")).isNull();
        assertThat(run("release", true).index("changed")).isOne();
        assertThat(deadlines()).isEqualTo("native");
        assertThat(redis.hget(LEDGER, "grace")).isEqualTo("60000");
        assertThat(run("release", true).index("changed")).isOne(); // as long as no walk is noted
        run("walked", true);
        assertThat(run("release", true).index("changed")).isZero();
    }

    @Test
    void oneThatIsBeingFilledAgainKeepsItsDeadlinesHeld() {
        slot(3_600_000);
        assertThat(run("release", true).index("waiting")).isOne();
        assertThat(deadlines()).isNull();
    }

    @Test
    void oneWhosePartitionIsNotFreshKeepsItsDeadlinesHeld() {
        slot(2_000);
        assertThat(run("release", false).index("waiting")).isOne();
        assertThat(deadlines()).isNull();
    }

    @Test
    void oneWithoutALedgerIsLeftAlone() {
        ScriptReply reply = run("release", true);
        assertThat(reply.index("changed") + reply.index("waiting")).isZero();
        assertThat(redis.exists(LEDGER)).isFalse();
    }
}
