package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import io.pikaconnect.change.Writer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Masters up to 3.5 have a key space for each type, Redis has one for all. Whatever a command does about it in Redis, raise
 * an error, replace what is there or do nothing, the policy decides and it is counted.
 */
class NamesOfSeveralTypesTest {

    private static final Writer SEVERAL = new Writer("pika-source", "", "", 0, "", true);
    private static final Writer ONE = new Writer("pika-source", "", "", 0, "", false);
    private static final Map<String, String> HASH = Map.of("f", "1");
    private static final long ITS_DEADLINE = System.currentTimeMillis() + 7_200_000;
    private static final long DEADLINE = System.currentTimeMillis() + 3_600_000;

    private static SinkFixture sink;
    private ModelTopic topic;

    @BeforeAll
    static void start() {
        sink = new SinkFixture();
    }

    @AfterAll
    static void stop() {
        sink.close();
    }

    @BeforeEach
    void begin() {
        sink.redis().flushAll();
        topic = new ModelTopic("pika.db0", 1).by(SEVERAL).begin();
        topic.command("SET", "text", "s").command("RPUSH", "list", "a", "b").command("SADD", "set", "a", "b");
        topic.command("ZADD", "zset", "1", "a").command("PFADD", "hll", "a");
        topic.command("HSET", "k", "f", "1").command("PEXPIREAT", "k", ITS_DEADLINE);
    }

    /** Each as its record has it: every command that the source can write, but for those of hashes. */
    static Stream<List<Command>> commands() {
        return Stream.of(
                        "SET k v",
                        "SET k v KEEPTTL",
                        "SET k v NX",
                        "SETNX k v",
                        "GETSET k v",
                        "SET k v, PEXPIREAT k " + DEADLINE,
                        "SET k v KEEPTTL, PERSIST k",
                        "pika.set k v NX 0",
                        "pika.set k v NX " + DEADLINE,
                        "APPEND k v",
                        "INCR k",
                        "DECR k",
                        "INCRBY k 1",
                        "DECRBY k 1",
                        "INCRBYFLOAT k 1",
                        "SETRANGE k 0 v",
                        "SETBIT k 0 1",
                        "pika.setbit k 0 1",
                        "pika.setrange k 0 v PERSIST",
                        "BITOP OR k text",
                        "pika.bitop OR k text",
                        "pika.bitop AND k nothing",
                        "PFADD k a, PERSIST k",
                        "DEL k, PFADD k",
                        "PFMERGE k hll",
                        "MSETNX k v",
                        "LPUSH k a",
                        "RPUSH k a",
                        "LPUSHX k a",
                        "RPOPLPUSH list k",
                        "SADD k a",
                        "SMOVE set k a",
                        "SUNIONSTORE k set",
                        "SINTERSTORE k set",
                        "SDIFFSTORE k set",
                        "ZADD k 1 a",
                        "ZINCRBY k 1 a",
                        "GEOADD k 1 1 a",
                        "ZUNIONSTORE k 1 zset",
                        "ZINTERSTORE k 1 zset",
                        "XADD k 5-1 f v")
                .map(record -> Arrays.stream(record.split(", "))
                        .map(words -> Command.of((Object[]) words.split(" ")))
                        .toList());
    }

    private void collide(List<Command> commands) {
        Command first = commands.get(0);
        switch (first.name()) {
            case "bitop", "pika.bitop" -> topic.several(List.of(Resp.bytes("k")), first);
            case "rpoplpush", "smove" -> topic.change(first.args().get(1), first);
            default -> topic.change(Resp.bytes("k"), commands.toArray(Command[]::new));
        }
        topic.command("SET", "end", "1");
    }

    private static long met(ModelWorker worker) {
        return worker.task.started().counters().discards.of("wrong.type");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void whatIsThereStaysAndTheCommandIsCounted(List<Command> commands) {
        collide(commands);
        try (ModelWorker worker = sink.applyAll(topic)) {
            worker.until(() -> met(worker) > 0);
            assertThat(met(worker)).isEqualTo(1);
        }
        assertThat(sink.content()).containsEntry("k", HASH).containsEntry("end", "1");
        assertThat(sink.held("k")).isEqualTo(ITS_DEADLINE);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void theTaskStopsIfWanted(List<Command> commands) {
        collide(commands);
        try (ModelWorker worker = sink.all(topic, "on.wrong.type", "fail")) {
            ConnectException failure = worker.untilItFails();
            assertThat(failure).hasMessageContaining("WRONGTYPE").hasMessageContaining("Set on.wrong.type");
        }
        assertThat(sink.content()).containsEntry("k", HASH).doesNotContainKey("end");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void whatIsThereIsReplacedIfWanted(List<Command> commands) {
        collide(commands);
        try (ModelWorker worker = sink.applyAll(topic, "on.wrong.type", "overwrite")) {
            worker.until(() -> met(worker) > 0);
            assertThat(met(worker)).isEqualTo(1);
        }
        assertThat(sink.redis().type("k")).isNotEqualTo("hash");
        boolean hasDeadline = commands.toString().contains("PEXPIREAT")
                || commands.get(0).values().contains("" + DEADLINE);
        assertThat(sink.redis().pttl("k") > 0).isEqualTo(hasDeadline);
        assertThat(sink.content()).containsEntry("end", "1");
    }

    /** Neighbours of one form go to Redis together: those that have nothing in their way are applied, each once. */
    @ParameterizedTest
    @CsvSource({"skip, 30", "overwrite, 0"})
    void collisionsAmongManyPlainStringsConcernTheirKeysOnly(String policy, int kept) {
        for (int i = 0; i < 300; i++) {
            if (i % 10 == 0) {
                topic.command("HSET", "n" + i, "f", "1");
            }
        }
        Map<String, Object> expected = new HashMap<>();
        for (int i = 0; i < 300; i++) {
            if (i % 2 == 0) {
                topic.command("SET", "n" + i, "v" + i);
            } else {
                topic.change(
                        Resp.bytes("n" + i),
                        Command.of("SET", "n" + i, "v" + i),
                        Command.of("PEXPIREAT", "n" + i, DEADLINE));
            }
            expected.put("n" + i, i % 10 == 0 && kept > 0 ? HASH : "v" + i);
        }
        try (ModelWorker worker = sink.applyAll(topic, "on.wrong.type", policy)) {
            worker.until(() -> met(worker) == 30);
        }
        assertThat(sink.content()).containsAllEntriesOf(expected);
    }

    @Test
    void aLargeStringThatCameInPiecesIsLeftOutWithItsDeadline() {
        topic.recordMaxBytes(3_500);
        topic.change(
                Resp.bytes("k"), Command.of("SET", "k", "v".repeat(10_000)), Command.of("PEXPIREAT", "k", DEADLINE));
        try (ModelWorker worker = sink.applyAll(topic)) {
            worker.until(() -> met(worker) == 1);
        }
        assertThat(sink.content()).containsEntry("k", HASH);
        assertThat(sink.held("k")).isEqualTo(ITS_DEADLINE);
        assertThat(sink.redis().keys(SinkFixture.PREFIX + "stage:*")).isEmpty();
    }

    /** Pika looks at strings only, and finds none. */
    @ParameterizedTest
    @ValueSource(
            strings = {"SET k v XX", "pika.set k v XX 0", "pika.set k v VX 0 old", "pika.delvx k v", "pika.setbit0 k 7"
            })
    void whatChangesAStringThatIsThereOnlyChangesNothing(String words) {
        topic.command((Object[]) words.split(" "));
        try (ModelWorker worker = sink.applyAll(topic)) {
            assertThat(worker.task.started().counters().discards.counts()).isEmpty();
        }
        assertThat(sink.content()).containsEntry("k", HASH);
    }

    /** What was over at the master before the string came is in nobody's way, though Redis still holds it. */
    @ParameterizedTest
    @ValueSource(strings = {"SET", "SETNX"})
    void whatIsOverByTheStreamsClockIsNotInTheWay(String set) {
        long now = System.currentTimeMillis();
        topic.at(now - 60_000).command("HSET", "k", "f", "1").command("PEXPIREAT", "k", now - 30_000);
        topic.at(now).command(set, "k", "v");
        try (ModelWorker worker = sink.applyAll(topic)) {
            assertThat(worker.task.started().counters().discards.counts()).isEmpty();
        }
        assertThat(sink.content()).containsEntry("k", "v");
        assertThat(sink.redis().pttl("k")).isEqualTo(-1);
    }

    @Test
    void isKnownOfAnEpochOfTheFirstReleaseOnceALaterSourceWrites() {
        sink.redis().flushAll();
        topic = new ModelTopic("pika.db0", 1).begin();
        topic.command("HSET", "k", "f", "1").command("HSET", "l", "f", "1").command("SET", "k", "v");
        topic.by(SEVERAL).command("SET", "l", "v");
        try (ModelWorker worker = sink.applyAll(topic)) {
            worker.until(() -> met(worker) == 1);
        }
        assertThat(sink.content()).isEqualTo(Map.of("k", "v", "l", HASH));
    }

    /** From 4.0 on a name has one type, and SET replaces whatever it is. Of the first release's topics it is not known. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whereANameHasOneTypeAStringReplacesIt(boolean known) {
        sink.redis().flushAll();
        topic = new ModelTopic("pika.db0", 1);
        if (known) {
            topic.by(ONE);
        }
        topic.begin().command("HSET", "k", "f", "1").command("SET", "k", "v");
        topic.command("HSET", "l", "f", "1");
        topic.change(Resp.bytes("l"), Command.of("SET", "l", "v"), Command.of("PEXPIREAT", "l", DEADLINE));
        try (ModelWorker worker = sink.applyAll(topic)) {
            assertThat(worker.task.started().counters().discards.counts()).isEmpty();
        }
        assertThat(sink.content()).isEqualTo(Map.of("k", "v", "l", "v"));
        assertThat(sink.held("l")).isEqualTo(DEADLINE);
    }
}
