package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What records cost Redis, in commands that the script calls for them. */
class CommandsPerRecordTest {

    private static final Pattern CALLS = Pattern.compile("cmdstat_([a-z|]+):calls=(\\d+)");

    /** What each batch costs, however many records it has. */
    private static final Set<String> OF_A_BATCH = Set.of(
            "evalsha",
            "hmget",
            "hset",
            "hsetnx",
            "hget",
            "time",
            "info",
            "hrandfield",
            "exists",
            "del",
            "ping",
            "config|resetstat",
            "script|load",
            // as 6.2 counts them, which also has no PEXPIRETIME
            "config",
            "script",
            "pttl");

    private static final long FAR = 2_000_000_000_000L;

    @RegisterExtension
    final SinkFixture sink = new SinkFixture();

    private final ModelTopic topic = ModelTopic.begun(1);

    @Test
    void aDeadlineOfTheSnapshotCostsOneCommandOrNone() {
        topic.inSnapshot(true);
        Map<String, Long> calls = callsOfTheRest(() -> {
            for (int i = 0; i < 10; i++) {
                add(Command.of("RPUSH", "list:" + i, "a", "b", "c", "d"), "list:" + i);
                add(Command.of("SADD", "set:" + i, "a", "b"), "set:" + i);
                add(Command.of("ZADD", "zset:" + i, "1", "a"), "zset:" + i);
                add(Command.of("SET", "string:" + i, "v"), "string:" + i);
            }
        });
        assertThat(calls)
                .isEqualTo(
                        sink.takesRestore()
                                ? Map.of("restore", 20L, "sadd", 10L, "set", 10L, "pexpireat", 10L)
                                : Map.of("rpush", 10L, "sadd", 10L, "zadd", 10L, "set", 10L, "pexpireat", 30L));
        assertThat(sink.held("list:3")).isEqualTo(FAR);
        assertThat(sink.held("set:3")).isEqualTo(FAR);
        assertThat(sink.held("zset:3")).isEqualTo(FAR);
        assertThat(sink.held("string:3")).isEqualTo(FAR);
    }

    @Test
    void aMixedLogCostsItsCommandsAndNoMore() {
        Map<String, Long> calls = callsOfTheRest(() -> {
            for (int i = 0; i < 30; i++) {
                topic.command("RPUSH", "list:" + i, "a");
                topic.command("INCR", "counter:" + i);
                topic.command("SET", "string:" + i, "v");
                topic.command("ZADD", "zset:" + i, "1", "a");
            }
        });
        assertThat(calls)
                .as("and a look at what each SET replaces, since a large collection has to be freed in the background")
                .isEqualTo(Map.of("rpush", 30L, "incr", 30L, "set", 30L, "strlen", 30L, "zadd", 30L));
    }

    @Test
    void setsNextToEachOtherAreOneCommand() {
        topic.inSnapshot(true);
        Map<String, Long> calls = callsOfTheRest(() -> {
            for (int i = 0; i < 100; i++) {
                topic.command("SET", "string:" + i, "v");
            }
        });
        assertThat(calls.get("mset")).isEqualTo(1);
        assertThat(sink.redis().dbSize()).isEqualTo(101);
    }

    @Test
    void whatNewStringsNextToEachOtherReplaceIsNotLookedAtOneByOne() {
        Map<String, Long> calls = callsOfTheRest(() -> {
            for (int i = 0; i < 100; i++) {
                topic.command("SET", "string:" + i, "v");
            }
        });
        assertThat(calls.getOrDefault("strlen", 0L)).isLessThan(10);
        assertThat(sink.redis().dbSize()).isEqualTo(101);
    }

    private void add(Command command, String key) {
        topic.change(command.args().get(1), command, Command.of("PEXPIREAT", key, FAR));
    }

    /** Calls of each command that the script makes for the records after the barrier; of MSET, none more than batches. */
    private Map<String, Long> callsOfTheRest(Runnable records) {
        ModelWorker worker = sink.all(topic).until(() -> sink.isAtEnd(topic));
        sink.redis().configResetStat();
        records.run();
        worker.until(() -> sink.isAtEnd(topic));
        Map<String, Long> calls = new TreeMap<>();
        Matcher numbers = CALLS.matcher(sink.redis().info("commandstats"));
        while (numbers.find()) {
            calls.put(numbers.group(1), Long.parseLong(numbers.group(2)));
        }
        calls.computeIfPresent("mset", (name, count) -> Math.max(1, 1 + count - calls.get("evalsha")));
        calls.remove(
                "pexpiretime"); // a batch of few commands looks at the deadlines rather than ask whether there are any
        OF_A_BATCH.forEach(calls::remove);
        return calls;
    }
}
