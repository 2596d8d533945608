package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What it costs Redis that many partitions wait for one. */
class WaitingAtBarriersTest {

    private static final int PARTITIONS = 32;

    @RegisterExtension
    private final SinkFixture sink = new SinkFixture();

    private ModelTopic topic = new ModelTopic("pika.db0", PARTITIONS).begin();

    private static boolean isAtABarrier(LedgerField field) {
        return !field.barrier().equals("-");
    }

    /** The one that is waited for belongs to another task, which is busy: the lowest, which acts, or the last. */
    private ModelWorker allWaitFor(int missing) {
        ModelWorker worker = sink.worker(topic, "redis.sender.num", "8")
                .assign(IntStream.range(0, PARTITIONS).filter(p -> p != missing).toArray());
        return worker.until(() -> IntStream.range(0, PARTITIONS)
                .filter(p -> p != missing)
                .allMatch(p -> sink.ledger("p" + p) != null && isAtABarrier(sink.field(p))));
    }

    private void scriptsAreRare(ModelWorker worker) {
        long end = System.nanoTime() + 2_000_000_000L;
        long before = sink.calls("evalsha");
        worker.until(() -> System.nanoTime() > end);
        assertThat(sink.calls("evalsha") - before)
                .as("scripts run in two seconds")
                .isLessThan(2L * PARTITIONS);
    }

    @Test
    void thoseThatWaitForTheLowestRunNoScripts() {
        scriptsAreRare(allWaitFor(0));
    }

    @Test
    void theLowestThatWaitsForTheOthersRunsNoScripts() {
        scriptsAreRare(allWaitFor(PARTITIONS - 1));
    }

    @Test
    void theyAllGoOnWhenTheMissingOneComes() {
        topic.command("SET", "k", "v").barrier(Command.of("pika.flushtype", "list"));
        topic.command("SET", "k", "w");
        ModelWorker worker = allWaitFor(5);
        ModelWorker other = sink.worker(topic, "task.index", "1").assign(5);
        worker.until(() -> {
            other.turn();
            return sink.isAtEnd(topic);
        });
        assertThat(sink.content()).isEqualTo(Map.of("k", "w"));
    }

    @Test
    void aTargetThatIsEmptiedMeanwhileIsNoticed() {
        ModelWorker worker = allWaitFor(0);
        sink.redis().flushAll();
        worker.until(() -> IntStream.range(1, PARTITIONS)
                .allMatch(p -> sink.ledger("p" + p) != null && isAtABarrier(sink.field(p))));
        ModelWorker other = sink.worker(topic, "task.index", "1").assign(0);
        worker.until(() -> {
            other.turn();
            return sink.isAtEnd(topic);
        });
    }
}
