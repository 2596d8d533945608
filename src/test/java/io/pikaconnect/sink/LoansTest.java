package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that read keys of several partitions: one partition borrows what the others' keys hold. */
class LoansTest {

    private static final String A = SinkFixture.key(0, 4);
    private static final String B = SinkFixture.key(1, 4);
    private static final String RESULT = SinkFixture.key(2, 4);

    /** More than is copied. */
    private static final int MANY = 200;

    @RegisterExtension
    private final SinkFixture sink = new SinkFixture();

    private final long past = System.currentTimeMillis() - 3_600_000;
    private final ModelTopic topic = new ModelTopic("pika.db0", 4).at(past).begin();

    private void command(List<String> keys, Object... words) {
        topic.several(keys.stream().map(Resp::bytes).toList(), Command.of(words));
    }

    private void union() {
        command(List.of(RESULT, A, B), "SUNIONSTORE", RESULT, A, B);
    }

    /** Applies the epoch's begin, then takes the partition away. */
    private ModelWorker allBut(int partition) {
        ModelWorker worker = sink.all(topic).until(() -> sink.ledger("epoch") != null);
        worker.revoke(partition);
        return worker;
    }

    private boolean isAtEnd(int p) {
        return sink.ledger("p" + p) != null && sink.field(p).offset() == topic.end(p);
    }

    private Set<String> own() {
        Set<String> keys = new TreeSet<>(sink.redis().keys(SinkFixture.PREFIX + "*"));
        keys.removeIf(key -> key.endsWith(":ledger"));
        return keys;
    }

    private void turns(ModelWorker worker) {
        for (int i = 0; i < 100; i++) {
            worker.turn();
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void manyResultsOfSmallSetsCostFewScripts() {
        ModelWorker worker = sink.applyAll(topic);
        long before = sink.calls("evalsha");
        for (int i = 0; i < 1_000; i++) {
            topic.command("SADD", i % 2 == 0 ? A : B, "m" + i % 50);
            union();
        }
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.calls("evalsha") - before)
                .as("scripts for 1,000 SUNIONSTOREs")
                .isLessThan(600);
        assertThat(sink.redis().scard(RESULT)).isEqualTo(50);
        assertThat(own()).isEmpty();
    }

    @Test
    void aSmallValueIsLentAsItWasAndItsPartitionGoesOn() {
        topic.command("SADD", A, "a").command("SADD", B, "b");
        union();
        topic.command("SADD", A, "later").command("DEL", B);
        ModelWorker worker = allBut(2);
        worker.until(() -> isAtEnd(0) && isAtEnd(1));
        assertThat(sink.redis().smembers(A)).containsExactlyInAnyOrder("a", "later");
        worker.assign(2).until(() -> sink.isAtEnd(topic));
        assertThat(sink.content()).isEqualTo(Map.of(A, Set.of("a", "later"), RESULT, Set.of("a", "b")));
        assertThat(own()).isEmpty();
    }

    @Test
    void theOneWithALargeValueStandsStillUntilTheCommandIsDone() {
        IntStream.range(0, MANY).forEach(i -> topic.command("SADD", A, "m" + i));
        topic.command("SADD", B, "b");
        union();
        topic.command("SADD", A, "later");
        ModelWorker worker = allBut(2);
        worker.until(() -> isAtEnd(1) && !own().isEmpty());
        turns(worker);
        assertThat(sink.redis().sismember(A, "later")).isFalse();
        assertThat(worker.task.started().status().partitionsAtBarriers()).isEqualTo(1);
        worker.assign(2).until(() -> sink.isAtEnd(topic));
        assertThat(sink.redis().scard(RESULT)).isEqualTo(MANY + 1);
        assertThat(sink.redis().sismember(A, "later")).isTrue();
        assertThat(own()).isEmpty();
    }

    @Test
    void noMoreValuesAreReadOnceTheyAreTooLongTogether() {
        byte[] value = new byte[1_000];
        List<String> keys = new ArrayList<>(List.of(RESULT, B));
        for (int i = 0; i < 100; i++) {
            String key = "{" + A + "}" + i;
            keys.add(key);
            topic.change(Resp.bytes(key), Command.of("SET", key, value));
        }
        List<Object> words = new ArrayList<>(List.of("BITOP", "OR"));
        words.addAll(keys);
        command(keys, words.toArray());
        sink.applyAll(topic);
        assertThat(sink.redis().strlen(RESULT)).isEqualTo(1_000);
        assertThat(sink.calls("get")).isLessThan(40);
        assertThat(own()).isEmpty();
    }

    @Test
    void nothingStaysLentForACommandThatIsDone() {
        IntStream.range(0, MANY).forEach(i -> topic.command("SADD", A, "m" + i));
        command(List.of(RESULT, A), "SUNIONSTORE", RESULT, A);
        topic.command("SADD", A, "later");
        ModelWorker worker = allBut(2);
        worker.until(() -> !own().isEmpty());
        String[] words = sink.ledger("p2").split(" ");
        words[2] = "b/999999999/0/0"; // the borrower is past it
        sink.redis().hset(SinkFixture.PREFIX + "ledger", "p2", String.join(" ", words));
        worker.until(() -> isAtEnd(0));
        assertThat(own()).isEmpty();
    }

    /** The tasks share nothing but Redis; each meets the other's partition standing still. */
    @Test
    void tasksThatSeeEachOtherOnlyInRedisMeetAtLargeValues() {
        IntStream.range(0, MANY).forEach(i -> topic.command("SADD", A, "m" + i));
        for (int i = 0; i < 20; i++) {
            union();
            topic.command("SREM", A, "m" + i);
            command(List.of(B, RESULT), "SUNIONSTORE", B, RESULT);
        }
        ModelWorker one = sink.worker(topic).assign(0, 1);
        ModelWorker two = sink.worker(topic).assign(2, 3);
        one.until(() -> {
            two.turn();
            IntStream.range(0, 4).forEach(p -> Waiters.of("to-redis").forget(topic.partition(p)));
            return sink.isAtEnd(topic);
        });
        assertThat(sink.redis().scard(B)).isEqualTo(MANY);
        assertThat(own()).isEmpty();
    }

    /** On one partition Redis' own command reads the keys themselves. */
    @ParameterizedTest
    @ValueSource(ints = {1, 100, MANY})
    void everyCommandDoesWhatItDoesOnOnePartition(int elements) {
        ModelTopic together = new ModelTopic("pika.db0", 1).at(past).begin();
        for (ModelTopic either : List.of(topic, together)) {
            write(either, elements);
        }
        ModelWorker worker = sink.applyAll(topic);
        try (SinkFixture one = new SinkFixture()) {
            ModelWorker other = one.applyAll(together);
            for (int p = 0; p < 4; p++) { // a HyperLogLog has its last count in it
                String log = "{" + SinkFixture.key(p, 4) + "}h";
                assertThat(sink.redis().pfcount(log)).isEqualTo(one.redis().pfcount(log));
            }
            assertThat(sink.content()).isEqualTo(one.content()).hasSizeGreaterThan(25);
            long expected = other.task.started().counters().discards.of("wrong.type");
            worker.until(() -> worker.task.started().counters().discards.of("wrong.type") == expected);
        }
        assertThat(own()).isEmpty();
    }

    private static void write(ModelTopic to, int elements) {
        String[] sets = {SinkFixture.key(0, 4), SinkFixture.key(1, 4), SinkFixture.key(2, 4), SinkFixture.key(3, 4)};
        String[] sorted = Arrays.stream(sets).map(key -> "{" + key + "}z").toArray(String[]::new);
        String[] strings = Arrays.stream(sets).map(key -> "{" + key + "}s").toArray(String[]::new);
        String[] logs = Arrays.stream(sets).map(key -> "{" + key + "}h").toArray(String[]::new);
        for (int k = 0; k < 3; k++) {
            for (int i = 0; i < elements; i++) {
                to.command("SADD", sets[k], "m" + (i + k));
                to.command("ZADD", sorted[k], i * 0.1 + k, "m" + (i + k));
                to.command("APPEND", strings[k], "value " + k);
                to.command("PFADD", logs[k], "m" + (i + k));
            }
        }
        to.command("SADD", "{" + sets[1] + "}1", "number"); // a key as a word that is no key elsewhere
        int n = 0;
        for (String name : List.of("SUNIONSTORE", "SINTERSTORE", "SDIFFSTORE")) {
            store(to, 1, name, "{" + sets[3] + "}" + n++, sets[0], sets[1], sets[2]);
            store(to, 1, name, "{" + sets[0] + "}" + n++, sets[0], sets[1], "{" + sets[1] + "}1");
            store(to, 1, name, "{" + sets[2] + "}" + n++, sets[1], sorted[0], "{" + sets[3] + "}none");
        }
        for (String name : List.of("ZUNIONSTORE", "ZINTERSTORE")) {
            several(
                    to,
                    List.of("{" + sets[3] + "}" + n, sorted[0], sorted[1]),
                    name,
                    "{" + sets[3] + "}" + n++,
                    2,
                    sorted[0],
                    sorted[1],
                    "WEIGHTS",
                    3,
                    1,
                    "AGGREGATE",
                    "MAX");
            several(
                    to,
                    List.of("{" + sets[1] + "}" + n, sorted[0], sorted[1]),
                    name,
                    "{" + sets[1] + "}" + n++,
                    2,
                    sorted[0],
                    sorted[1]);
            several(
                    to,
                    List.of("{" + sets[1] + "}" + n, sets[0], sorted[2]),
                    name,
                    "{" + sets[1] + "}" + n++,
                    2,
                    sets[0],
                    sorted[2]);
        }
        for (String operation : List.of("AND", "OR", "XOR")) {
            String to3 = "{" + sets[3] + "}" + n++;
            several(to, List.of(to3, strings[0], strings[1]), "pika.bitop", operation, to3, strings[0], strings[1]);
            several(to, List.of(sets[2], strings[0]), "BITOP", operation, sets[2], strings[0]);
        }
        several(to, List.of(logs[3], logs[0], logs[1]), "PFMERGE", logs[3], logs[0], logs[1]);
        several(
                to,
                List.of("{" + sets[3] + "}x", sets[1] + "x"),
                "MSETNX",
                "{" + sets[3] + "}x",
                "1",
                sets[1] + "x",
                "2");
        several(
                to,
                List.of("{" + sets[3] + "}y", sets[1] + "x"),
                "MSETNX",
                "{" + sets[3] + "}y",
                "1",
                sets[1] + "x",
                "3");
    }

    private static void store(ModelTopic to, int first, String name, String... keys) {
        List<Object> words = new ArrayList<>(List.of(name));
        words.addAll(List.of(keys));
        several(to, List.of(keys), words.toArray());
    }

    private static void several(ModelTopic to, List<String> keys, Object... words) {
        to.several(keys.stream().map(Resp::bytes).toList(), Command.of(words));
    }

    @Test
    void whatIsLentMeetsTheClockAtItsPlace() {
        topic.command("SADD", A, "a").command("PEXPIREAT", A, past + 999).command("SADD", B, "b");
        topic.at(past + 2_000);
        union();
        sink.applyAll(topic);
        assertThat(sink.content()).isEqualTo(Map.of(B, Set.of("b"), RESULT, Set.of("b")));
    }

    @Test
    void withFailASourceOfAnotherTypeStopsAndIsMetAgain() {
        topic.command("SADD", A, "a").command("RPUSH", B, "no set");
        union();
        topic.command("SADD", A, "later");
        ModelWorker strict = sink.all(topic, "on.wrong.type", "fail");
        assertThat(strict.untilItFails())
                .hasMessageContaining("WRONGTYPE")
                .hasMessageContaining("SUNIONSTORE " + RESULT);
        strict.crash();
        ModelWorker worker = sink.applyAll(topic);
        assertThat(sink.redis().smembers(RESULT)).containsExactly("a");
        worker.until(() -> worker.task.started().counters().discards.of("wrong.type") == 1);
        assertThat(own()).isEmpty();
    }

    @Test
    void keysOfTheSinkItselfAreNotLent() {
        String own = SinkFixture.PREFIX + "{" + A + "}";
        command(List.of(RESULT, own), "SUNIONSTORE", RESULT, own);
        assertThat(sink.all(topic).untilItFails()).hasMessageContaining(own);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, MANY})
    void aCommandThatTheSourceBrokeOffHoldsNobody(int elements) {
        for (int i = 0; i < elements; i++) {
            topic.command("SADD", A, "m" + i).command("SADD", RESULT, "m" + i);
        }
        topic.nextPosition();
        Command command = Command.of("SUNIONSTORE", RESULT, A, B);
        topic.barrierOn(0, Barrier.parse("p0+p1+p2"), command);
        topic.nextPosition();
        topic.epoch(topic.epoch() + 1).begin().command("SET", "new", "1");
        sink.applyAll(topic);
        assertThat(sink.content()).isEqualTo(Map.of("new", "1"));
        assertThat(own()).isEmpty();
    }

    @Test
    void theBorrowerOfACommandThatTheSourceBrokeOffHoldsNobody() {
        topic.command("SADD", A, "a");
        topic.nextPosition();
        topic.barrierOn(2, Barrier.parse("p0+p2"), Command.of("SUNIONSTORE", RESULT, A));
        topic.epoch(topic.epoch() + 1).begin().command("SET", "new", "1");
        sink.applyAll(topic);
        assertThat(sink.content()).isEqualTo(Map.of("new", "1"));
    }
}
