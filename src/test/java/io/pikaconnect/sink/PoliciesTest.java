package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.KeySlot;
import io.pikaconnect.change.Resp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user decides: conflicts, wrong types, whose db it is, and what Redis has to be like. */
class PoliciesTest {

    @RegisterExtension
    private final SinkFixture sink = new SinkFixture();

    private ModelTopic topic = ModelTopic.begun(1);

    private void stringThenHash() {
        topic.command("SET", "k", "v");
        topic.change(Resp.bytes("k"), Command.of("HSET", "k", "f", "1"), Command.of("HSET", "k", "g", "2"));
        topic.command("APPEND", "k", "w");
    }

    @Test
    void commandsOfAKeysOtherTypeAreSkippedAndCounted() {
        stringThenHash();
        ModelWorker worker = sink.applyAll(topic);
        assertThat(sink.content()).isEqualTo(Map.of("k", "vw"));
        worker.until(() -> worker.task.started().counters().discards.of("wrong.type") == 2);
    }

    @Test
    void wrongTypeStopsIfWanted() {
        stringThenHash();
        assertThat(sink.all(topic, "on.wrong.type", "fail").untilItFails())
                .hasMessageContaining("WRONGTYPE")
                .hasMessageContaining("HSET k …(2 more arguments, 2 bytes)")
                .hasMessageContaining("pika.db0-0@3");
        assertThat(sink.content()).isEqualTo(Map.of("k", "v"));
    }

    /** Neighbours of one name go to Redis together, however many arguments each of them has. */
    @Test
    void errorAmongCommandsOfOneNameStopsExactlyThere() {
        topic.inSnapshot(true).command("SET", "text", "v");
        topic.command("RPUSH", "a", "1").command("RPUSH", "b", "1", "2", "3").command("RPUSH", "c", "1", "2");
        topic.command("RPUSH", "text", "1", "2").command("RPUSH", "d", "1").command("RPUSH", "a", "2", "3", "4");
        ModelWorker worker = sink.all(topic, "on.wrong.type", "fail");
        assertThat(worker.untilItFails())
                .hasMessageContaining("RPUSH text …(2 more arguments, 2 bytes)")
                .hasMessageContaining("pika.db0-0@6");
        worker.close();
        Map<String, Object> before =
                Map.of("text", "v", "a", List.of("1"), "b", List.of("1", "2", "3"), "c", List.of("1", "2"));
        assertThat(sink.content()).isEqualTo(before);
        sink.applyAll(topic);
        Map<String, Object> behind = new HashMap<>(before);
        behind.put("d", List.of("1"));
        behind.put("a", List.of("1", "2", "3", "4"));
        assertThat(sink.content()).isEqualTo(behind);
    }

    @ParameterizedTest
    @CsvSource({"skip, v", "overwrite, '[1, 2]'"})
    void errorAmongCommandsOfOneNameConcernsThatRecordOnly(String policy, String text) {
        topic.inSnapshot(true).command("SET", "text", "v");
        topic.command("RPUSH", "a", "1").command("RPUSH", "b", "1", "2", "3");
        topic.command("RPUSH", "text", "1", "2")
                .command("RPUSH", "a", "2", "3", "4")
                .command("RPUSH", "d", "1");
        ModelWorker worker = sink.applyAll(topic, "on.wrong.type", policy);
        worker.until(() -> worker.task.started().counters().discards.of("wrong.type") == 1);
        assertThat(sink.content().get("text")).hasToString(text);
        assertThat(sink.content())
                .containsEntry("a", List.of("1", "2", "3", "4"))
                .containsEntry("b", List.of("1", "2", "3"))
                .containsEntry("d", List.of("1"));
    }

    @Test
    void wrongTypeOverwritesIfWanted() {
        topic.command("SET", "k", "v");
        topic.change(Resp.bytes("k"), Command.of("HSET", "k", "f", "1"), Command.of("HSET", "k", "g", "2"));
        sink.applyAll(topic, "on.wrong.type", "overwrite");
        assertThat(sink.content()).isEqualTo(Map.of("k", Map.of("f", "1", "g", "2")));
    }

    @Test
    void overwritingMovesOnlyWhatIsInTheWayOfACommandOverSeveralKeys() {
        topic.command("SET", "AND", "a name like a command's word").command("SET", "a", "x");
        topic.command("RPUSH", "other", "x");
        topic.change(Resp.bytes("bits"), Command.of("BITOP", "AND", "bits", "a", "other"));
        topic.command("RPUSH", "from", "1", "2", "3").command("SET", "to", "a string");
        topic.command("RPOPLPUSH", "from", "to");
        topic.command("SADD", "s", "m").command("SET", "t", "a string").command("RPUSH", "union", "old");
        topic.command("SUNIONSTORE", "union", "s", "t");
        topic.command("PFADD", "counted", "m").command("SET", "text", "no HyperLogLog");
        topic.command("PFMERGE", "counted", "text");
        sink.applyAll(topic, "on.wrong.type", "overwrite", "on.conflict", "overwrite");
        assertThat(sink.redis().pfcount("counted")).isEqualTo(1);
        sink.redis().del("counted");
        assertThat(sink.content())
                .isEqualTo(Map.of(
                        "AND", "a name like a command's word",
                        "a", "x",
                        "other", List.of("x"),
                        "bits", "\0",
                        "from", List.of("1", "2"),
                        "to", List.of("3"),
                        "s", Set.of("m"),
                        "t", "a string",
                        "union", Set.of("m")));
    }

    /** In Pika each type has its own keys: the source is popped whatever else the destination's name holds. */
    @Test
    void whereADestinationStaysAsItIsItsSourceIsStillChanged() {
        topic.command("RPUSH", "from", "1", "2").command("SET", "to", "a string");
        topic.command("RPOPLPUSH", "from", "to");
        topic.command("SADD", "members", "a", "b").command("SMOVE", "members", "to", "a");
        topic.command("SADD", "s", "m").command("SUNIONSTORE", "to", "s");
        topic.command("HSET", "h", "f", "v").command("MSETNX", "new", "1", "h", "2");
        ModelWorker worker = sink.applyAll(topic);
        assertThat(sink.content())
                .isEqualTo(Map.of(
                        "from",
                        List.of("1"),
                        "to",
                        "a string",
                        "members",
                        Set.of("b"),
                        "s",
                        Set.of("m"),
                        "h",
                        Map.of("f", "v"),
                        "new",
                        "1"));
        worker.until(() -> worker.task.started().counters().discards.of("wrong.type") == 4);
    }

    @Test
    void sourcesOfAnotherTypeAreReadAsMissing() {
        topic.command("SADD", "s", "m").command("SET", "text", "x").command("ZADD", "z", "2", "n");
        topic.command("SUNIONSTORE", "union", "s", "text", "z").command("SDIFFSTORE", "diff", "s", "z");
        topic.command("ZUNIONSTORE", "zunion", "3", "z", "s", "text", "WEIGHTS", "2", "5", "7");
        topic.change(Resp.bytes("bits"), Command.of("pika.bitop", "OR", "bits", "text", "s"));
        ModelWorker worker = sink.applyAll(topic);
        assertThat(sink.content())
                .containsEntry("union", Set.of("m"))
                .containsEntry("diff", Set.of("m"))
                .containsEntry("zunion", "[[n,4.0]]")
                .containsEntry("bits", "x")
                .containsEntry("text", "x");
        worker.until(() -> worker.task.started().counters().discards.of("wrong.type") == 6);
        worker.close();
        topic.command("SUNIONSTORE", "union", "s", "text");
        assertThat(sink.all(topic, "on.wrong.type", "fail").untilItFails())
                .hasMessageContaining("WRONGTYPE SUNIONSTORE reads text, which holds a string");
    }

    @Test
    void numberOfAStreamThatIsNotTheNextIsAConflict() {
        topic.command("XADD", "k", "5-1", "f", "v").command("XADD", "k", "4-1", "f", "v");
        topic.command("SET", "end", "1");
        assertThat(sink.all(topic).untilItFails())
                .hasMessageContaining("equal or smaller")
                .hasMessageContaining("on.conflict");
        sink.all(topic, "on.conflict", "skip").until(() -> sink.isAtEnd(topic));
        assertThat(sink.redis().xlen("k")).isEqualTo(1);
    }

    /** As Pika stores one, it is a string of other bytes than Redis' own. */
    @Test
    void aHyperLogLogThatWasCopiedIsAConflictAndALaterOneCounts() {
        topic.command("SET", "copied", new byte[131_072]);
        topic.command("PFADD", "copied", "m");
        topic.command("PFADD", "later", "a", "b").command("PFADD", "later", "b", "c");
        ModelWorker strict = sink.all(topic);
        assertThat(strict.untilItFails()).hasMessageContainingAll("PFADD copied", "on.conflict");
        strict.close();
        sink.applyAll(topic, "on.conflict", "skip");
        assertThat(sink.redis().strlen("copied")).isEqualTo(131_072);
        assertThat(sink.redis().pfcount("later")).isEqualTo(3);
    }

    private void conflicts() {
        topic.command("SET", "k", "text");
        topic.change(
                Resp.bytes("k"),
                Command.of("APPEND", "k", "+"),
                Command.of("INCR", "k"),
                Command.of("APPEND", "k", "-"));
        topic.command("RPUSH", "l", "a");
        topic.command("LSET", "l", "5", "b");
        topic.command("LSET", "none", "5", "b");
        topic.command("PFADD", "k", "x");
        topic.command("SET", "end", "1");
    }

    @Test
    void conflictStopsAndIsMetAgainAfterARestart() {
        conflicts();
        for (int i = 0; i < 2; i++) {
            ModelWorker worker = sink.all(topic);
            assertThat(worker.untilItFails())
                    .hasMessageContaining("not an integer")
                    .hasMessageContaining("INCR k")
                    .hasMessageContaining("on.conflict");
            worker.close();
        }
        assertThat(sink.content()).isEqualTo(Map.of("k", "text+"));
        sink.redis().set("k", "5");
        sink.redis().set("none", "x");
        assertThat(sink.all(topic).untilItFails()).hasMessageContaining("index out of range");
        assertThat(sink.redis().get("k")).isEqualTo("6-");
    }

    @Test
    void conflictsAreSkippedIfWanted() {
        conflicts();
        ModelWorker worker = sink.applyAll(topic, "on.conflict", "skip");
        assertThat(sink.content()).isEqualTo(Map.of("k", "text+-", "l", List.of("a"), "end", "1"));
        worker.until(() -> worker.task.started().counters().discards.of("conflict") == 4);
    }

    @Test
    void conflictsAreOverwrittenIfWanted() {
        topic.command("SET", "k", "text");
        topic.change(Resp.bytes("k"), Command.of("INCR", "k"), Command.of("INCR", "k"));
        ModelWorker worker = sink.applyAll(topic, "on.conflict", "overwrite");
        assertThat(sink.content()).isEqualTo(Map.of("k", "2"));
        worker.until(() -> worker.task.started().counters().discards.of("conflict") == 1);
    }

    @Test
    void conflictsGoToTheDeadLetterQueue() {
        conflicts();
        ModelWorker worker = sink.worker(topic, true, "on.conflict", "skip").assign(0);
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.content()).isEqualTo(Map.of("k", "text+-", "l", List.of("a"), "end", "1"));
        assertThat(worker.reported).extracting(r -> r.originalKafkaOffset()).containsExactly(3L, 5L, 6L, 7L);
    }

    /** The ledger must not lie after a record of which nobody would know after a crash. */
    @Test
    void whatFollowsADeadLetterWaitsUntilKafkaHasIt() {
        topic = ModelTopic.begun(2);
        int p = KeySlot.partition(Resp.bytes("k"), 2);
        topic.raw(p, Resp.bytes("foreign"), Resp.bytes("v"), null);
        topic.command("SET", "k", "v");
        int other = 1 - p;
        ModelWorker worker = sink.worker(topic, true);
        worker.letter = new CompletableFuture<>();
        worker.assign(0, 1)
                .until(() -> !worker.reported.isEmpty()
                        && sink.ledger("p" + other) != null
                        && sink.field(other).sequence().isPresent());
        for (int i = 0; i < 200; i++) {
            topic.tick(other);
            worker.until(() -> sink.field(other).offset() == topic.end(other));
        }
        assertThat(sink.content()).isEmpty();
        worker.letter.complete(null);
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.content()).isEqualTo(Map.of("k", "v"));
        worker.commit();
    }

    @Test
    void aDeadLetterThatKafkaDoesNotTakeStops() {
        topic.raw(0, Resp.bytes("foreign"), Resp.bytes("v"), null);
        topic.command("SET", "k", "v");
        ModelWorker worker = sink.worker(topic, true);
        worker.letter = CompletableFuture.failedFuture(new IllegalStateException("no such topic"));
        assertThat(worker.assign(0).untilItFails())
                .hasMessageContaining("pika.db0-0@2")
                .hasMessageContaining("no such topic")
                .hasMessageContaining("errors.deadletterqueue.topic.name");
        assertThat(sink.content()).isEmpty();
    }

    @Test
    void manyDeadLettersInARowAreNotWaitedForOneByOne() {
        for (int i = 0; i < 200; i++) {
            topic.raw(0, Resp.bytes("foreign"), Resp.bytes("v"), null);
        }
        topic.command("SET", "k", "v");
        ModelWorker worker = sink.worker(topic, true);
        worker.letter = new CompletableFuture<>();
        worker.assign(0).until(() -> worker.reported.size() >= 40);
        worker.letter.complete(null);
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.content()).isEqualTo(Map.of("k", "v"));
    }

    @Test
    void whatConnectDoesNotTolerateStopsWithTheRecordsPlace() {
        conflicts();
        ModelWorker worker = sink.worker(topic, true, "on.conflict", "skip");
        worker.whenReporting = () -> {
            throw new ConnectException("Tolerance exceeded in error handler");
        };
        assertThat(worker.assign(0).untilItFails())
                .hasMessageContaining("not an integer")
                .hasMessageContaining("pika.db0-0@3")
                .hasMessageContaining("errors.tolerance=all");
        worker.close();
        sink.applyAll(topic, "on.conflict", "skip");
        assertThat(sink.content()).isEqualTo(Map.of("k", "text+-", "l", List.of("a"), "end", "1"));
    }

    @Test
    void anErrorOfTheJavaMachineEndsTheTaskAndIsNotWaitedFor() {
        conflicts();
        ModelWorker worker = sink.worker(topic, true, "on.conflict", "skip");
        worker.whenReporting = () -> {
            throw new OutOfMemoryError("as if");
        };
        assertThat(worker.assign(0).untilItFails()).hasMessageContaining("OutOfMemoryError");
    }

    @Test
    void dbThatIsNotEmptyIsRefused() {
        sink.redis().set("mine", "1");
        topic.command("SET", "k", "v");
        assertThat(sink.all(topic).untilItFails())
                .hasMessageContaining("not empty")
                .hasMessageContaining("mine")
                .hasMessageContaining("on.target.not.empty=clear");
        assertThat(sink.redis().keys("*")).containsExactly("mine");
    }

    @Test
    void dbThatIsNotEmptyIsClearedIfWanted() {
        sink.redis().set("mine", "1");
        topic.command("SET", "k", "v");
        sink.applyAll(topic, "on.target.not.empty", "clear");
        assertThat(sink.content()).isEqualTo(Map.of("k", "v"));
    }

    @Test
    void lostLedgerOnAFullDbStops() {
        topic.command("SET", "k", "v");
        sink.applyAll(topic).close();
        sink.redis().del(SinkFixture.PREFIX + "ledger");
        assertThat(sink.all(topic).untilItFails()).hasMessageContaining("not empty");
    }

    @Test
    void dbOfAnotherTopicIsRefused() {
        sink.applyAll(topic).close();
        ModelTopic other = new ModelTopic("other.db0", 1).begin();
        assertThat(sink.all(other).untilItFails())
                .hasMessageContaining("belongs to topic pika.db0 of connector to-redis");
        assertThat(sink.all(topic, "name", "another").untilItFails()).hasMessageContaining("belongs to");
    }

    @Test
    void ledgerOfAnotherFormatIsRefused() {
        sink.applyAll(topic).close();
        sink.redis().hset(SinkFixture.PREFIX + "ledger", "format", "99");
        assertThat(sink.all(topic).untilItFails()).hasMessageContaining("format 99");
    }

    @Test
    void emptyRedisIsNotRebuiltWhereThatIsForbidden() {
        assertThat(sink.all(topic, "rebuild", "never").untilItFails()).hasMessageContaining("rebuild=never");
        assertThat(sink.redis().dbSize()).isZero();
    }

    @Test
    void newEpochBehindACaughtUpOneStopsUnlessWanted() {
        topic.command("SET", "k", "v").ticks();
        sink.applyAll(topic).close();
        topic.epoch(topic.epoch() + 1).begin().command("SET", "new", "v");
        ModelWorker worker = sink.all(topic);
        assertThat(worker.untilItFails()).hasMessageContaining("on.new.epoch=clear");
        worker.close();
        assertThat(sink.content()).isEqualTo(Map.of("k", "v"));
        sink.applyAll(topic, "on.new.epoch", "clear");
        assertThat(sink.content()).isEqualTo(Map.of("new", "v"));
    }

    @Test
    void fullMemoryIsWaitedFor() {
        topic.command("SET", "k", "v");
        ModelWorker worker = sink.applyAll(topic);
        sink.redis().configSet("maxmemory", "1");
        sink.redis().configSet("maxmemory-policy", "noeviction");
        topic.command("INCR", "n");
        worker.until(() -> worker.task.started().counters().sum(SinkCounter.RETRIES) > 2);
        assertThat(sink.content()).isEqualTo(Map.of("k", "v"));
        // Opening, ticks and deletes pass all the same.
        worker.close();
        ModelWorker next = sink.all(topic);
        next.until(() -> next.task.started().counters().sum(SinkCounter.RETRIES) > 2);
        assertThat(sink.field(0).owner()).startsWith("2:");
        sink.redis().configSet("maxmemory", "0");
        next.until(() -> sink.isAtEnd(topic));
        assertThat(sink.content()).isEqualTo(Map.of("k", "v", "n", "1"));
    }

    @Test
    void ticksDeletesAndFlushesPassWhenMemoryIsFull() {
        topic.command("SET", "k", "v").command("SET", "l", "v");
        ModelWorker worker = sink.applyAll(topic);
        sink.redis().configSet("maxmemory", "1");
        topic.ticks();
        worker.until(() -> sink.isAtEnd(topic));
        topic.command("DEL", "k");
        worker.until(() -> sink.isAtEnd(topic));
        topic.barrier(Command.of("FLUSHDB"));
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.content()).isEmpty();
    }

    @Test
    void redisThatIsAReplicaForAWhileIsWaitedFor() {
        topic.command("SET", "k", "1");
        ModelWorker worker = sink.applyAll(topic);
        sink.redis().replicaof("127.0.0.1", 1);
        topic.command("INCR", "k");
        worker.until(() -> worker.task.started().counters().sum(SinkCounter.RETRIES) > 2);
        sink.redis().replicaofNoOne();
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.content()).isEqualTo(Map.of("k", "2"));
    }

    @Test
    void redisThatMayThrowKeysAwayIsRefused() {
        sink.redis().configSet("maxmemory-policy", "allkeys-lru");
        assertThat(sink.all(topic).untilItFails())
                .hasMessageContaining("allkeys-lru")
                .hasMessageContaining("noeviction");
    }

    /** The rights that the page for operators lists. */
    static String[] rightsInOperations(String whose) throws IOException {
        return rightsAfter("An ACL user for the " + whose + " needs ");
    }

    static String[] rightsAfter(String words) throws IOException {
        Matcher rights = Pattern.compile(words + "`([^`]+)`")
                .matcher(Files.readString(Path.of("src/site/markdown/operations.md")));
        assertThat(rights.find()).isTrue();
        return rights.group(1).split(" ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"+@connection", "+@connection -select"})
    void userOfAnAccessListAndAnotherDb(String ofConnections) throws IOException {
        // 6.2 has SELECT in another category than 7.0, so it has to be listed by itself.
        sink.redis().aclSetUser("sink", ("on >secret " + ofConnections).split(" "));
        sink.redis()
                .aclSetUser(
                        "sink",
                        Arrays.stream(rightsInOperations("sink"))
                                .filter(right -> !right.equals("+@connection"))
                                .toArray(String[]::new));
        topic.command("SET", "k", "v").barrier(Command.of("FLUSHDB")).command("SET", "after", "v");
        ModelWorker worker =
                sink.all(topic, "redis.username", "sink", "redis.password", "secret", "redis.database", "3");
        sink.redis().select(3);
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.content()).isEqualTo(Map.of("after", "v"));
    }

    @Test
    void aUserWithoutPasswordIsNotTheDefaultUser() {
        sink.redis().aclSetUser("sink", "on", "nopass", "~*", "+@all");
        topic.command("SET", "k", "v");
        ModelWorker worker = sink.all(topic, "redis.username", "sink");
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.redis().clientList().lines().filter(c -> c.contains("name=kafka-connect-pika")))
                .isNotEmpty()
                .allMatch(client -> client.contains("user=sink"));
    }

    @Test
    void wrongPasswordStops() {
        sink.redis().aclSetUser("sink", "on", ">secret", "~*", "+@all");
        assertThat(sink.all(topic, "redis.username", "sink", "redis.password", "wrong")
                        .untilItFails())
                .hasMessageContaining("WRONGPASS")
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"zadd", "hrandfield", "hset", "hget", "hdel", "persist"})
    void userThatMayNotDoWhatTheSinkNeedsStopsBeforeAnythingIsApplied(String command) {
        sink.redis().aclSetUser("sink", "on", ">secret", "~*", "+@all", "-" + command);
        topic.command("SET", "k", "v");
        assertThat(sink.all(topic, "redis.username", "sink", "redis.password", "secret")
                        .untilItFails())
                .hasMessageContaining("the right that is named");
        assertThat(sink.content()).isEmpty();
    }

    @Test
    void dbNumberComesFromTheTopic() {
        ModelTopic db5 = new ModelTopic("pika.db5", 1).begin();
        db5.command("SET", "k", "five");
        ModelWorker worker = sink.all(db5);
        sink.redis().select(5);
        worker.until(() -> sink.isAtEnd(db5));
        assertThat(sink.content()).isEqualTo(Map.of("k", "five"));
    }
}
