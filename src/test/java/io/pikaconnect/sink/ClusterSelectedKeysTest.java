package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** As {@link SelectedKeysTest}, in a cluster. */
class ClusterSelectedKeysTest {

    @RegisterExtension
    private final ClusterFixture sink = new ClusterFixture(3, 0);

    private ModelTopic topic = ModelTopic.begun(1);

    private void several(String command, String... keys) {
        topic.several(List.of(keys).stream().map(Resp::bytes).toList(), Command.of((Object[]) command.split(" ")));
    }

    @Test
    void keysAreInTheSlotsOfTheirNamesThere() {
        topic.command("RPUSH", "old:a", "1", "2")
                .command("SADD", "old:s", "x", "y")
                .command("SET", "out:1", "v");
        several("RPOPLPUSH old:a b", "old:a", "b");
        several("RPOPLPUSH old:a out:2", "old:a", "out:2");
        several("SUNIONSTORE old:u old:s t", "old:u", "old:s", "t");
        several("MSETNX old:m 1 n 2", "old:m", "n");
        topic.recordMaxBytes(2_000).command("SET", "old:big", "v".repeat(9_000));
        String[] settings = {"key.prefix.replace", "old:=new:", "keys.exclude", "out:*"};
        sink.applyAll(topic, settings).close();
        assertThat(sink.content().keySet()).containsExactlyInAnyOrder("b", "new:s", "new:u", "new:m", "n", "new:big");
        topic.command("DEL", "old:big").command("INCR", "n").command("DEL", "out:1");
        sink.bringForward(topic, settings);
        assertThat(sink.content()).hasToString("{b=[2], n=3, new:m=1, new:s=[x, y], new:u=[x, y]}");
    }

    @Test
    void deletesByPatternAreOfNamesInPika() {
        for (int i = 0; i < 30; i++) {
            topic.command("SET", "old:" + (100 + i), "v").command("SET", "n" + (100 + i), "v");
        }
        topic.barrier(Command.of("pika.patterndel", "*1?5", "*", "0"))
                .barrier(Command.of("pika.patterndel", "n*", "*", "0"));
        topic.barrier(Command.of("pika.patterndel", "old:*", "*", "10"));
        sink.applyAll(topic, "key.prefix.replace", "old:=new:");
        assertThat(sink.content().keySet())
                .hasSize(30 - 3 - 10)
                .allMatch(key -> key.startsWith("new:1"))
                .contains("new:111")
                .doesNotContain("new:110", "new:115");
    }

    @Test
    void whatIsLeftOutIsInNoSlot() {
        topic.command("HSET", "k", "f", "1").command("SADD", "s", "x").command("SET", "k", "v");
        topic.recordMaxBytes(2_000)
                .command("SADD", "s", "m".repeat(9_000))
                .barrier(Command.of("pika.flushtype", "set"));
        topic.command("HSET", "l", "f", "1").ticks();
        ModelWorker worker = sink.applyAll(topic, "types.include", "hash");
        assertThat(sink.content()).hasToString("{l={f=1}}");
        assertThat(sink.keys()).noneMatch(key -> key.contains("stage"));
        assertThat(worker.task.started().counters().sum(SinkCounter.FILTERED)).isGreaterThanOrEqualTo(4);
    }

    @Test
    void withSeveralPartitionsAKeyHasToStayInItsOwn() {
        topic = ModelTopic.begun(4);
        for (int i = 0; i < 20; i++) {
            topic.command("SET", "old:{" + i + "}", "v").command("INCR", "{" + i + "}n");
        }
        several("SUNIONSTORE old:{1}u old:{2}s", "old:{1}u", "old:{2}s");
        sink.applyAll(topic, "key.prefix.replace", "old:=new:").close();
        assertThat(sink.content()).hasSize(40).containsKey("new:{7}");
        topic.command("SET", "old:1", "v");
        assertThat(sink.all(topic, "key.prefix.replace", "old:=new:").untilItFails())
                .hasMessageContaining("The key old:1 is to be new:1, whose hash slot is another partition's")
                .hasMessageContaining("topic.partitions=1");
    }
}
