package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import io.pikaconnect.demo.Deadlines;
import io.pikaconnect.sink.RestorePayload.Form;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Small values of a full sync are created by RESTORE, and whatever is there already has the same effect as for their commands. */
class RestoredValuesTest {

    private static final long FAR = 2_000_000_000_000L;

    @RegisterExtension
    private final SinkFixture sink = new SinkFixture();

    @RegisterExtension
    private final SinkFixture without = new SinkFixture("--rename-command", "RESTORE", "");

    private final ModelTopic topic = ModelTopic.begun(1).inSnapshot(true);

    private long restored() {
        return sink.calls("restore");
    }

    /** Restored while it was applied, but for what the claim tries. */
    private long restoredOf(ModelTopic records) {
        sink.redis().configResetStat();
        sink.applyAll(records);
        return sink.takesRestore() ? restored() - RestoreSamples.all().size() / 2 : restored();
    }

    @Test
    void hashesListsAndSortedSetsOfAFullSyncAreRestored() {
        topic.command("HSET", "hash", "a", "1", "b", "2")
                .command("RPUSH", "list", "b", "a", "7", "b")
                .command("ZADD", "zset", "2", "a", "-1.5", "b")
                .command("SADD", "set", "10", "7", "8", "9")
                .command("SET", "string", "v");
        topic.change("soon".getBytes(), Command.of("ZADD", "soon", "1", "a"), Command.of("PEXPIREAT", "soon", FAR));
        assertThat(restoredOf(topic)).isEqualTo(sink.takesRestore() ? 5 : 0);
        assertThat(sink.content())
                .isEqualTo(Map.of(
                        "hash",
                        Map.of("a", "1", "b", "2"),
                        "list",
                        List.of("b", "a", "7", "b"),
                        "zset",
                        "[[b,-1.5], [a,2.0]]",
                        "set",
                        Set.of("10", "7", "8", "9"),
                        "string",
                        "v",
                        "soon",
                        "[[a,1.0]]"));
        assertThat(sink.held("soon")).isEqualTo(FAR);
        assertThat(sink.redis().pttl("list")).isEqualTo(-1);
    }

    @Test
    void afterTheFullSyncNothingIsRestored() {
        topic.inSnapshot(false).command("HSET", "hash", "a", "1").command("RPUSH", "list", "a");
        assertThat(restoredOf(topic)).isZero();
        assertThat(sink.content()).containsOnlyKeys("hash", "list");
    }

    @Test
    void aUserWithoutTheRightHasTheCommandsAndNoEntryInTheLog() {
        sink.redis().aclSetUser("sink", "on", ">secret", "~*", "&*", "+@all", "-restore");
        topic.command("HSET", "hash", "a", "1");
        sink.redis().configResetStat();
        sink.applyAll(topic, "redis.username", "sink", "redis.password", "secret");
        assertThat(sink.content()).isEqualTo(Map.of("hash", Map.of("a", "1")));
        assertThat(restored()).isZero();
        assertThat(sink.calls("hset")).isPositive();
        assertThat(sink.redis().aclLog()).isEmpty();
    }

    @Test
    void aServerThatHasOtherValuesAfterwardsGetsCommands() {
        topic.command("HSET", "hash", "a", "1");
        List<byte[]> samples = new ArrayList<>(RestoreSamples.all());
        samples.set(1, samples.get(3));
        samples.set(4, "damaged".getBytes());
        assertThat(takes(samples)).doesNotContain(Form.HASH, Form.LIST);
        assertThat(takes(RestoreSamples.all()).containsAll(EnumSet.complementOf(EnumSet.of(Form.SET))))
                .isEqualTo(sink.takesRestore());
        assertThat(sink.redis().dbSize()).isZero();
    }

    /** What a claim makes of these samples. */
    private Set<Form> takes(List<byte[]> samples) {
        String script = Script.read("names")
                + Script.read("prelude")
                + Script.read("restores")
                + "prefix = KEYS[1] return takes_restore(ARGV)";
        byte[] reply = (byte[]) sink.redis().eval(script.getBytes(), List.of(SinkFixture.PREFIX.getBytes()), samples);
        return RestoreSamples.taken(ScriptValues.text(reply));
    }

    @Test
    void whatIsNotedOfSetsFollowsThemAsWithTheirCommands() {
        topic.command("SADD", "other", "a", "b", "c")
                .command("pika.scount", "other", "2")
                .command("SADD", "set", "a", "b", "c")
                .command("pika.scount", "set", "2")
                .command("DEL", "set")
                .command("SADD", "set", "1", "2", "3", "4");
        for (SinkFixture each : List.of(sink, without)) {
            each.applyAll(topic);
            assertThat(each.redis().hgetAll(SinkFixture.PREFIX + "uncounted")).isEqualTo(Map.of("other", "1"));
            assertThat(each.content()).containsEntry("set", Set.of("1", "2", "3", "4"));
        }
    }

    /** @param policy what a string of the same name is replaced by, or not */
    @ParameterizedTest
    @CsvSource({"skip, 3", "overwrite, 3"})
    void whatIsThereAlreadyIsAddedToOrBlocksAsWithTheCommands(String policy, int partitions) {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed " + seed);
        ModelTopic mixed = mixed(new Random(seed), partitions);
        List<Map<String, Object>> found = new ArrayList<>();
        List<Map<String, Long>> counts = new ArrayList<>();
        for (SinkFixture each : List.of(sink, without)) {
            ModelWorker worker = each.applyAll(mixed, "on.wrong.type", policy);
            Map<String, Object> content = each.content();
            content.replaceAll((key, value) -> value + " until " + Deadlines.of(each.redis(), key));
            found.add(content);
            counts.add(worker.task.started().counters().discards.counts());
            for (int p = 0; p < partitions; p++) {
                content.put("p" + p, each.field(p).sequence());
            }
            assertThat(each.redis().exists(SinkFixture.PREFIX + "nothing")).isFalse();
        }
        assertThat(found.get(0)).as("seed %d", seed).isEqualTo(found.get(1));
        assertThat(counts.get(0)).as("seed %d", seed).isEqualTo(counts.get(1));
        assertThat(restored() > 0).isEqualTo(sink.takesRestore());
        assertThat(without.calls("restore")).isZero();
    }

    private static List<String> elements(Random random) {
        return random.nextBoolean()
                ? List.of("e" + random.nextInt(9), "f", "7", "g" + random.nextInt(2), "h")
                : List.of("-3", "7", String.valueOf(random.nextInt(9)), "100000", "12");
    }

    /** Few names, so that many are there already, of the same type or another one. */
    static ModelTopic mixed(Random random, int partitions) {
        ModelTopic topic = ModelTopic.begun(partitions).inSnapshot(true);
        for (int i = 0; i < 600; i++) {
            String key = "k" + random.nextInt(150);
            List<Object> words = new ArrayList<>(List.of("SET", key));
            switch (random.nextInt(5)) {
                case 0 -> words.set(0, "HSET");
                case 1 -> words.set(0, "RPUSH");
                case 2 -> words.set(0, "ZADD");
                case 3 -> words.set(0, "SADD");
                default -> words.add("v" + i);
            }
            for (String element : new TreeSet<>(elements(random))) {
                switch ((String) words.get(0)) {
                    case "HSET" -> words.addAll(List.of(element, i));
                    case "ZADD" -> words.addAll(List.of(random.nextInt(3), element));
                    case "RPUSH", "SADD" -> words.add(element);
                    default -> {}
                }
            }
            Command command = Command.of(words.toArray());
            if (random.nextInt(3) == 0) {
                topic.change(command.args().get(1), command, Command.of("PEXPIREAT", key, FAR + i));
            } else {
                topic.change(command.args().get(1), command);
            }
        }
        return topic;
    }
}
