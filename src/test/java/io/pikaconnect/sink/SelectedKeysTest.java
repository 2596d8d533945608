package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import io.pikaconnect.change.Writer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What Redis holds if some keys are left out, or have other names there. */
class SelectedKeysTest {

    private static final String[] HASHES = {"types.include", "hash"};
    private static final String[] MAPPED = {"key.prefix.replace", "old:=new:"};
    private static final int PARTITIONS = 4;

    @RegisterExtension
    private final SinkFixture sink = new SinkFixture();

    private final ModelTopic topic = ModelTopic.begun(PARTITIONS);

    private static long count(ModelWorker worker, SinkCounter counter) {
        return worker.task.started().counters().sum(counter);
    }

    private static List<byte[]> keys(String... keys) {
        return List.of(keys).stream().map(Resp::bytes).toList();
    }

    private ModelTopic several(String command, String... keys) {
        return topic.several(keys(keys), Command.of((Object[]) command.split(" ")));
    }

    @Test
    void onlySelectedKeysAreAppliedTheRestIsCounted() {
        for (int i = 0; i < 50; i++) {
            topic.command("SET", "user:" + i, "v").command("INCR", "tmp:" + i).command("HSET", "user:h" + i, "f", "v");
        }
        topic.command("DEL", "tmp:1").command("DEL", "user:1").ticks();
        ModelWorker worker = sink.applyAll(topic, "keys.include", "user:*", "keys.exclude", "*9");
        assertThat(sink.content())
                .hasSize(2 * 45 - 1)
                .containsKeys("user:0", "user:h1")
                .doesNotContainKeys("user:1", "user:9", "tmp:0");
        assertThat(count(worker, SinkCounter.FILTERED)).isEqualTo(50 + 5 + 5 + 1);
        assertThat(count(worker, SinkCounter.RECORDS)).isEqualTo(152);
    }

    @Test
    void whatIsLeftOutIsPassedInTheLedgerToo() {
        topic.command("SET", "a", "1").command("INCR", "x").command("INCR", "x");
        sink.applyAll(topic, "keys.exclude", "x").close();
        topic.command("INCR", "x").command("INCR", "a");
        ModelWorker worker = sink.applyAll(topic, "keys.exclude", "x");
        assertThat(count(worker, SinkCounter.FILTERED)).isOne();
        assertThat(sink.content()).isEqualTo(Map.of("a", "2"));
    }

    @Test
    void aValueInPiecesOfATypeThatIsLeftOutLeavesNothingBehind() {
        topic.recordMaxBytes(2_000).command("SET", "k", "v".repeat(9_000)).command("SADD", "{t}s", "m".repeat(9_000));
        String other = SinkFixture.key(0, PARTITIONS);
        String member = "m".repeat(9_000);
        topic.several(
                keys(other, SinkFixture.key(3, PARTITIONS)),
                Command.of("SMOVE", other, SinkFixture.key(3, PARTITIONS), member));
        topic.command("HSET", "k", "f", "v".repeat(9_000));
        sink.applyAll(topic, HASHES);
        assertThat(sink.ownKeys()).containsExactly(SinkFixture.PREFIX + "ledger");
        assertThat(sink.redis().hstrlen("k", "f")).isEqualTo(9_000);
    }

    @Test
    void aStringThatIsLeftOutTakesTheHashWithItWhereAllTypesShareTheNames() {
        for (boolean several : new boolean[] {false, true}) {
            sink.redis().flushAll();
            sink.committed.clear();
            ModelTopic one = new ModelTopic("pika.db0", 1)
                    .by(new Writer("pika-source", "", "", 0, "", several))
                    .begin();
            one.command("HSET", "k", "f", "1").command("SET", "k", "v").command("HSET", "k", "g", "2");
            one.recordMaxBytes(2_000).command("HSET", "l", "f", "1").command("SET", "l", "v".repeat(9_000));
            one.command("HSET", "m", "f", "1").command("SET", "m", "v", "NX").command("HSET", "n", "f", "1");
            one.change(Resp.bytes("n"), Command.of("SET", "n", "v"), Command.of("PEXPIREAT", "n", 5_000));
            sink.applyAll(one, HASHES).close();
            Map<String, Object> expected = new TreeMap<>(Map.of("m", Map.of("f", "1")));
            expected.put("k", several ? Map.of("f", "1", "g", "2") : Map.of("g", "2"));
            if (several) {
                expected.put("l", Map.of("f", "1"));
                expected.put("n", Map.of("f", "1"));
            }
            assertThat(sink.content()).as("several types: %s", several).isEqualTo(expected);
            assertThat(sink.redis().pttl("k")).isEqualTo(-1);
        }
    }

    @Test
    void commandsOverSeveralPartitionsDoTheirPartUnderTheNamesInRedis() {
        topic.command("RPUSH", "old:a", "1", "2", "3")
                .command("SADD", "old:s", "x", "y")
                .command("SADD", "t", "y", "z");
        several("RPOPLPUSH old:a old:b", "old:a", "old:b");
        several("RPOPLPUSH old:a c", "old:a", "c");
        several("SUNIONSTORE old:u old:s t", "old:u", "old:s", "t");
        several("SMOVE old:s t x", "old:s", "t");
        several("MSETNX old:m old:m n old:n", "old:m", "n");
        several("BITOP OR old:o old:m n", "old:o", "old:m", "n");
        sink.applyAll(topic, MAPPED);
        assertThat(sink.content())
                .hasToString("{c=[2], n=old:n, new:a=[1], new:b=[3], new:m=old:m, new:o=old:o,"
                        + " new:s=[y], new:u=[x, y, z], t=[x, y, z]}");
        assertThat(sink.ownKeys()).containsExactly(SinkFixture.PREFIX + "ledger");
    }

    @Test
    void aMoveOutOfTheSelectionTakesOnly() {
        topic.command("RPUSH", "a", "1", "2", "3").command("SADD", "s", "x", "y");
        several("RPOPLPUSH a out:1", "a", "out:1");
        several("RPOPLPUSH a out:2", "a", "out:2");
        several("RPOPLPUSH out:1 out:2", "out:1", "out:2");
        several("SMOVE s out:3 x", "s", "out:3");
        several("SUNIONSTORE out:4 s out:3", "out:4", "s", "out:3");
        ModelWorker worker = sink.applyAll(topic, "keys.exclude", "out:*");
        assertThat(sink.content()).hasToString("{a=[1], s=[y]}");
        assertThat(count(worker, SinkCounter.FILTERED)).isGreaterThanOrEqualTo(5);
    }

    @Test
    void whatDependsOnAKeyThatIsLeftOutStopsBeforeItChangesAnything() {
        topic.command("RPUSH", "a", "1").command("SADD", "s", "x");
        several("SUNIONSTORE u s out", "u", "s", "out");
        assertThat(sink.all(topic, "keys.exclude", "out").untilItFails())
                .hasMessageContaining("SUNIONSTORE u")
                .hasMessageContaining("depends on out, which is left out")
                .hasMessageContaining("pika.db0-")
                .hasMessageContaining("b/3/");
        assertThat(sink.content()).doesNotContainKey("u");
    }

    @Test
    void aFlushEmptiesTheDbAndTheSelectionStays() {
        topic.command("SET", "old:1", "v").command("SET", "out", "v");
        topic.barrier(Command.of("FLUSHDB")).command("SET", "old:2", "v").command("SET", "out", "v");
        String[] settings = {"key.prefix.replace", "old:=new:", "keys.exclude", "out"};
        sink.applyAll(topic, settings).close();
        assertThat(sink.content()).isEqualTo(Map.of("new:2", "v"));
        assertThat(sink.ledger("keys")).isEqualTo("|out||old:=new:");
        topic.epoch(topic.epoch() + 1).begin().command("SET", "old:3", "v");
        sink.applyAll(topic, "key.prefix.replace", "old:=new:", "keys.exclude", "out", "on.new.epoch", "clear");
        assertThat(sink.content()).isEqualTo(Map.of("new:3", "v"));
        assertThat(sink.ledger("keys")).isEqualTo("|out||old:=new:");
    }

    @Test
    void deletesByPatternAreOfNamesInPika() {
        for (String key : List.of("old:1", "old:21", "old:n", "1", "21", "n1", "m")) {
            topic.command("SET", key, "v").command("HSET", "old:h" + key, "f", "v");
        }
        topic.barrier(Command.of("pika.patterndel", "*1", "string", "0"));
        sink.applyAll(topic, MAPPED).close();
        assertThat(sink.content().keySet())
                .filteredOn(key -> !key.startsWith("new:h"))
                .containsExactlyInAnyOrder("new:n", "m");
        topic.barrier(Command.of("pika.patterndel", "n*", "*", "0"))
                .barrier(Command.of("pika.patterndel", "old:h*1", "*", "0"));
        sink.applyAll(topic, MAPPED);
        assertThat(sink.content().keySet()).containsExactlyInAnyOrder("new:n", "m", "new:hold:n", "new:hm");
    }

    @Test
    void theFirstKeysOfAPatternAreTheFirstOnesInPika() {
        for (int i = 0; i < 30; i++) {
            topic.command("SET", "k" + (100 + i), "v");
        }
        topic.barrier(Command.of("pika.patterndel", "k*", "*", "10"));
        sink.applyAll(topic, "key.prefix.replace", "=app:");
        assertThat(sink.content().keySet()).hasSize(20).contains("app:k110").doesNotContain("app:k109");
    }

    @Test
    void deadlinesFollowTheKeysUnderTheirNames() {
        long now = System.currentTimeMillis();
        topic.at(now - 60_000)
                .change(
                        Resp.bytes("old:1"),
                        Command.of("SET", "old:1", "v"),
                        Command.of("PEXPIREAT", "old:1", now - 30_000));
        topic.command("INCR", "old:2").command("PEXPIREAT", "old:2", now - 30_000);
        topic.command("SET", "old:3", "v").command("PEXPIREAT", "old:3", now + 600_000);
        topic.at(now - 1_000).command("INCR", "old:2").ticks();
        ModelWorker worker = sink.applyAll(topic, MAPPED);
        worker.until(() -> !sink.redis().exists("new:1"));
        assertThat(sink.content()).isEqualTo(Map.of("new:2", "1", "new:3", "v"));
        assertThat(sink.held("new:3")).isEqualTo(now + 600_000);
        worker.close();
        topic.at(System.currentTimeMillis()).ticks();
        sink.all(topic, "key.prefix.replace", "old:=new:", "expiry.mode", "native")
                .until(() -> "native".equals(sink.ledger("deadlines")));
        assertThat(sink.redis().pttl("new:3")).isBetween(500_000L, 700_000L);
    }

    // ---- other settings later

    @Test
    void withOtherKeysThanTheDbHasTheSinkStopsUntilTheyAreBackOrTheDbIsEmpty() {
        topic.command("SET", "a", "1").command("SET", "b", "1");
        sink.applyAll(topic, "keys.exclude", "b").close();
        for (String[] other :
                new String[][] {{}, {"keys.exclude", "a"}, {"keys.exclude", "b", "types.include", "string"}}) {
            assertThat(sink.all(topic, other).untilItFails())
                    .hasMessageContaining(
                            "The target db was filled with keys.exclude=b, according to its ledger, and now")
                    .hasMessageContaining("Set them as they were.")
                    .hasMessageContaining("filled again from the topic");
        }
        topic.command("SET", "a", "2");
        sink.applyAll(topic, "keys.exclude", "b").close();
        assertThat(sink.content()).isEqualTo(Map.of("a", "2"));
        sink.redis().flushDB();
        sink.committed.clear();
        sink.applyAll(topic, "key.prefix.replace", "=app:").close();
        assertThat(sink.content()).isEqualTo(Map.of("app:a", "2", "app:b", "1"));
        assertThat(sink.all(topic).untilItFails())
                .hasMessageContaining("key.prefix.replace==app:")
                .hasMessageContaining("every key under its own name");
    }

    @Test
    void beforeAnythingIsAppliedTheKeysMayChange() {
        ModelTopic empty = new ModelTopic("pika.db0", 1);
        sink.all(empty, "keys.exclude", "b").until(() -> sink.ledger("keys") != null);
        empty.begin().command("SET", "a", "1").command("SET", "b", "1");
        sink.applyAll(empty, "keys.exclude", "a");
        assertThat(sink.content()).isEqualTo(Map.of("b", "1"));
    }

    // ---- the sink's own keys

    @Test
    void aKeyBelowThePrefixOfTheSinksOwnMayBeLeftOutOrGetAnotherName() {
        topic.command("SET", "pika-connect:1", "v").command("SET", "a", "v");
        sink.applyAll(topic, "keys.exclude", "pika-connect:*").close();
        assertThat(sink.content()).isEqualTo(Map.of("a", "v"));
        sink.redis().flushDB();
        sink.committed.clear();
        sink.applyAll(topic, "key.prefix.replace", "pika-connect:=old:").close();
        assertThat(sink.content()).isEqualTo(Map.of("a", "v", "old:1", "v"));
    }

    @Test
    void aKeyThatWouldGetANameBelowThatPrefixStops() {
        topic.command("SET", "a", "v");
        assertThat(sink.all(topic, "key.prefix.replace", "=pika-connect:").untilItFails())
                .hasMessageContaining("lies below ledger.prefix");
        assertThat(sink.ownKeys()).containsExactly(SinkFixture.PREFIX + "ledger");
    }
}
