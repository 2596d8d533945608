package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.Position;
import io.pikaconnect.change.Resp;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What ends a sink task says in one line what is wrong, where, and what to do. */
class SinkFailuresTest {

    @RegisterExtension
    private final SinkFixture sink = new SinkFixture();

    private ModelTopic topic = ModelTopic.begun(1);

    private void endsSaying(String what, String where, String remedy, String... settings) {
        assertThat(sink.all(topic, settings).untilItFails())
                .hasMessageNotContaining("\n")
                .hasMessageContaining(what)
                .hasMessageContaining(where)
                .hasMessageContaining(remedy);
    }

    private String target() {
        return sink.server.address();
    }

    @Test
    void wrongPassword() {
        sink.redis().aclSetUser("sink", "on", ">secret", "~*", "+@all");
        endsSaying("WRONGPASS", target(), "Correct redis.username", "redis.username", "sink", "redis.password", "no");
    }

    @Test
    void aReferenceToAPasswordThatTheProviderDoesNotHave() {
        sink.redis().configSet("requirepass", "secret");
        endsSaying(
                "still the reference ${file:/secrets:redis}",
                target(),
                "Correct redis.username",
                "redis.password",
                "${file:/secrets:redis}");
    }

    @Test
    void missingPassword() {
        sink.redis().configSet("requirepass", "secret");
        endsSaying("NOAUTH", target(), "Set redis.password");
    }

    @Test
    void missingRights() {
        sink.redis().aclSetUser("sink", "on", ">secret", "~*", "+@all", "-zadd");
        endsSaying(
                "Redis refuses",
                target(),
                "the right that is named",
                "redis.username",
                "sink",
                "redis.password",
                "secret");
    }

    @Test
    void aDbThatRedisDoesNotHave() {
        endsSaying("DB index is out of range", target(), "Set redis.database to a db", "redis.database", "99");
    }

    @Test
    void aLedgerThatSomebodyReplaced() {
        sink.redis().set(SinkFixture.PREFIX + "ledger", "mine");
        endsSaying("WRONGTYPE", target(), "A key below ledger.prefix holds something");
    }

    @Test
    void redisThatMayThrowKeysAway() {
        sink.redis().configSet("maxmemory-policy", "allkeys-lru");
        endsSaying("allkeys-lru", target(), "maxmemory-policy noeviction");
    }

    @Test
    void aTargetThatIsNotEmpty() {
        sink.redis().set("somebody's", "1");
        endsSaying("not empty", "pika.db0-0 to db 0 of " + target(), "on.target.not.empty=clear");
    }

    @Test
    void aTargetThatBelongsToAnotherConnector() {
        sink.applyAll(topic, "name", "first").close();
        endsSaying("belongs to topic pika.db0 of connector first", target(), "set ledger.takeover=first");
    }

    @Test
    void anEmptyRedisWhereNothingIsToBeRebuilt() {
        endsSaying("no ledger", target(), "rebuild=auto", "rebuild", "never");
    }

    @Test
    void aForeignRecord() {
        topic.raw(0, Resp.bytes("k"), Resp.bytes("v"), null);
        endsSaying("did not write", "pika.db0-0@2", "Only the source connector may write");
    }

    @Test
    void aValueThatIsNoCommand() {
        topic.raw(0, Resp.bytes("k"), Resp.bytes("a\nb"), header(1));
        endsSaying("A value that is no command", "pika.db0-0@2", "find out what wrote this record");
    }

    @Test
    void aKeyBelowTheLedgersPrefix() {
        topic.command("SET", "pika-connect:mine", "1");
        endsSaying("lies below ledger.prefix", "key pika-connect:mine", "another ledger.prefix");
    }

    @Test
    void anyKeyBelowTheLedgersPrefixInACommandOverSeveral() {
        topic.command("SUNIONSTORE", "k", "s", "pika-connect:due:0");
        endsSaying("key pika-connect:due:0 is the sink's own", "pika.db0-0@2", "another ledger.prefix");
    }

    @Test
    void aPieceOfALargeValueThatIsGone() {
        topic.change(Resp.bytes("k"), Command.of("pika.staged", "2", "SET", "k", ""));
        endsSaying("stage pika-connect:stage:0:2 is gone", "pika.db0-0@2", "Empty the target db");
    }

    @Test
    void aCommandWithASemicolonInItsKey() {
        topic.change(Resp.bytes("a;b"), Command.of("SET", "other", "1"));
        endsSaying("cannot be applied", "key a;b", "find out what wrote this record");
    }

    @Test
    void aConflict() {
        topic.command("SET", "k\n", "text").command("INCR", "k\n");
        endsSaying("not an integer", "pika.db0-0@3", "Set on.conflict");
    }

    @Test
    void aWrongType() {
        topic.command("SET", "k", "text").command("HSET", "k", "f", "v");
        endsSaying("WRONGTYPE", "pika.db0-0@3", "Set on.wrong.type", "on.wrong.type", "fail");
    }

    /** The message goes into Connect's status topic, whose producer takes 1 MiB. */
    @Test
    void aFailureOfAHugeCommandIsAShortLineWithoutItsData() {
        List<Object> parts = new ArrayList<>(List.of("SADD", "k"));
        for (int i = 0; i < 3_900; i++) {
            parts.add("s3cret-" + "\1".repeat(200) + i);
        }
        topic.command("SET", "k", "text").command(parts.toArray());
        assertThat(sink.all(topic, "on.wrong.type", "fail").untilItFails().getMessage())
                .hasSizeLessThan(2_000)
                .contains("SADD k …(3900 more arguments, ", "pika.db0-0@3", "Set on.wrong.type")
                .doesNotContain("s3cret");
    }

    @Test
    void aHole() {
        topic.command("SET", "k", "1");
        topic.take(0);
        topic.command("SET", "k", "2");
        endsSaying("Records are missing", "pika.db0-0@", "Check that the source is running", "hole.timeout.ms", "10");
    }

    @Test
    void aTopicWhoseHeadWasCutOff() {
        topic.command("SET", "k", "1");
        topic.cutHead(0, 2);
        endsSaying("the topic's head was cut off", "pika.db0-0@2", "have the source make a new full sync");
    }

    @Test
    void aNewFullSyncBehindOneThatWasCaughtUp() {
        topic.command("SET", "k", "v").ticks();
        sink.applyAll(topic).close();
        topic.epoch(topic.epoch() + 1).begin();
        endsSaying("A new full sync begins here", "pika.db0-0@", "on.new.epoch=clear");
    }

    @Test
    void twoSetsOfRules() {
        topic.command("SET", "k", "v");
        topic.raw(
                0,
                Resp.bytes("k"),
                Resp.encode(List.of(Command.of("SET", "k", "w"))),
                ChangeHeader.change(topic.epoch(), 2, Position.binlog(0, 1, 0), 0)
                        .toString());
        endsSaying("two versions of the source's rules", "pika.db0-0@3", "a new full sync into a new topic");
    }

    private String header(long sequence) {
        return ChangeHeader.change(topic.epoch(), sequence, Position.binlog(3, 200, 0), 0)
                .toString();
    }
}
