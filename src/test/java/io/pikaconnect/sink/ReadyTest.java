package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Resp;
import io.pikaconnect.metrics.DiscardCounts;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a sink is ready for the cut-over, and when it is not. */
@Execution(ExecutionMode.CONCURRENT)
class ReadyTest {

    private static final long LOOKS_NANOS = 5_000_000_000L;

    @RegisterExtension
    private final SinkFixture sink = new SinkFixture();

    private ModelTopic topic = ModelTopic.begun(1);

    private static boolean isReady(ModelWorker worker) {
        return worker.task.started().tracker().isReady();
    }

    /** For as long as two looks take. */
    private void isNotReady(ModelWorker worker, Runnable meanwhile) {
        long end = System.nanoTime() + LOOKS_NANOS;
        while (System.nanoTime() < end) {
            meanwhile.run();
            worker.turn();
            assertThat(isReady(worker)).isFalse();
            LockSupport.parkNanos(20_000_000);
        }
        assertThat(sink.ledger("ready")).isEqualTo("0");
        assertThat(sink.ledger("caught")).isNull();
    }

    @ParameterizedTest(name = "{0} ms behind, expiry.grace.ms={1}")
    @CsvSource({"11000, 60000", "170000, 360000", "39600000, 86400000"})
    void notWhileTheNewestRecordIsOldWhateverTheGrace(long behind, String grace) {
        topic.at(System.currentTimeMillis() - behind).command("SET", "k", "1");
        isNotReady(sink.all(topic, "expiry.grace.ms", grace), () -> {});
    }

    @Test
    void onlyUntilTheNextTickIsOverdueAndTheLedgerTellsIt() {
        long begun = System.currentTimeMillis();
        topic.command("SET", "k", "1").ticks();
        ModelWorker worker = sink.all(topic);
        worker.until(() -> isReady(worker));
        assertThat(sink.ledger("ready")).isEqualTo("1");
        assertThat(Long.parseLong(sink.ledger("looked"))).isBetween(begun, System.currentTimeMillis());
        assertThat(sink.ledger("caught")).isNotNull();
        worker.until(() -> !isReady(worker));
        worker.until(() -> sink.ledger("ready").equals("0"));
        topic.ticks();
        worker.until(() -> isReady(worker));
    }

    @Test
    void notAfterAnotherClaimUntilSomebodyLooked() {
        topic.command("SET", "k", "1").ticks();
        ModelWorker worker = sink.all(topic);
        worker.until(() -> isReady(worker));
        worker.crash();
        assertThat(sink.ledger("ready")).isEqualTo("1");
        topic.at(System.currentTimeMillis() - 60_000).command("SET", "k", "1");
        ModelWorker next = sink.all(topic);
        next.until(() -> sink.ledger("ready").equals("0"));
    }

    /** The workers' clocks are the same as Pika's; Redis' is another. */
    @ParameterizedTest(name = "Redis'' clock is {0} ms ahead")
    @CsvSource({"200000", "-200000"})
    void withAClockOfRedisThatDiffersWhichIsReported(long ahead) {
        sink.workersAhead(-ahead);
        topic.workerAhead(-ahead);
        ModelWorker worker = sink.all(topic);
        worker.until(() -> {
            topic.at(System.currentTimeMillis() - ahead).ticks();
            LockSupport.parkNanos(50_000_000);
            return isReady(worker);
        });
        worker.until(
                () -> worker.task.started().counters().discards.of(ahead > 0 ? "clock.behind" : "clock.ahead") > 0);
        assertThat(worker.task.started().status().clockDifferenceMs()).isBetween(ahead - 1_000, ahead + 1_000);
        assertThat(worker.task.started().status().lagMs()).isLessThan(5_000);
        topic.at(System.currentTimeMillis() - ahead - 60_000).command("SET", "k", "old");
        worker.until(() -> !isReady(worker));
    }

    /** The source knows how far Pika's clock is from its worker's. */
    @ParameterizedTest(name = "Pika''s clock is {0} ms ahead")
    @CsvSource({"200000", "-200000"})
    void withAClockOfPikaThatDiffersWhichIsReported(long ahead) {
        topic.masterAhead(ahead);
        ModelWorker worker = sink.all(topic);
        worker.until(() -> {
            topic.at(System.currentTimeMillis() + ahead).ticks();
            LockSupport.parkNanos(50_000_000);
            return isReady(worker);
        });
        worker.until(
                () -> worker.task.started().counters().discards.of(ahead > 0 ? "clock.ahead" : "clock.behind") > 0);
        assertThat(worker.task.started().status().lagMs()).isLessThan(5_000);
    }

    /** A source of an earlier release compares no clocks: why it is not ready is reported. */
    @Test
    void notWithTicksThatStayOldAndThatIsReported() {
        ModelWorker worker = sink.all(topic);
        isNotReady(worker, () -> {
            topic.at(System.currentTimeMillis() - 240_000).ticks();
            LockSupport.parkNanos(100_000_000);
        });
        worker.until(() -> {
            topic.at(System.currentTimeMillis() - 240_000).ticks();
            LockSupport.parkNanos(100_000_000);
            return worker.task.started().counters().discards.of("clock.behind") > 0;
        });
    }

    /** Ticks of a backlog become younger: they do not speak of clocks. */
    @Test
    void aBacklogOfTicksIsNotTakenForClocksThatDiffer() {
        long begin = System.currentTimeMillis() - 3_600_000;
        ModelWorker worker = sink.all(topic);
        for (int i = 0; i < 350; i++) {
            topic.at(begin + i * 10_000L).ticks();
            worker.turn();
            LockSupport.parkNanos(20_000_000);
        }
        assertThat(worker.task.started().counters().discards.counts()).isEmpty();
    }

    /** What waits for longer than a moment shows that more than the batch under way is queued. */
    @Test
    void notWhileAnythingOfAPartitionWaits() {
        RedisSinkConfig config = new RedisSinkConfig(sink.properties("sync.batch.num", "1"));
        TestClock clock = TestClock.standing();
        SinkPartition p = new SinkPartition(
                topic.partition(0),
                0,
                config,
                Resp.bytes(SinkFixture.PREFIX),
                new SinkCounters(new DiscardCounts(), new DiscardCounts()).ofPartition(),
                clock);
        LedgerField field = LedgerField.parse("1:a 0 s/0/0/0 2 0 0 0 -");
        p.settle(new Outcome.Claimed(
                new Outcome.Resume("1:a", field, OptionalLong.of(topic.epoch())), Set.of(), "", topic.size()));
        p.takeRewind();
        topic.command("SET", "a", "1").command("SET", "b", "1");
        topic.from(0, 2, 2)
                .forEach(r -> assertThat(p.offer(ChangeRecord.of(r), new BufferLimit(1_000_000, List.of(p))))
                        .isTrue());
        Step.Apply first = (Step.Apply) p.nextStep().orElseThrow();
        assertThat(first.drained()).isTrue();
        clock.pass(1_000);
        assertThat(isDrained(p)).isTrue();
        clock.pass(1);
        assertThat(isDrained(p)).isFalse();
        p.settle(new Outcome.Done(first.batch(), Optional.of(field)));
        assertThat(isDrained(p)).isTrue();
    }

    private static boolean isDrained(SinkPartition p) {
        return p.nextStep().map(step -> ((Step.Apply) step).drained()).orElseThrow();
    }

    @Test
    void ofATaskWithoutPartitionsAsTheLedgerTells() {
        topic.at(System.currentTimeMillis() - 60_000).command("SET", "k", "v");
        ModelWorker idle = sink.worker(topic);
        ModelWorker worker = sink.all(topic);
        isNotReady(worker, () -> assertThat(isReady(idle)).isFalse());
        topic.at(System.currentTimeMillis()).ticks();
        worker.until(() -> isReady(worker));
        worker.until(() -> {
            topic.at(System.currentTimeMillis()).ticks();
            LockSupport.parkNanos(100_000_000);
            idle.turn();
            return isReady(idle) && idle.task.started().status().isReady();
        });
        worker.crash();
        idle.until(() -> !isReady(idle));
    }

    /** The topic has a partition more than the source writes to. */
    @Test
    void withAPartitionThatTheSourceDoesNotUse() {
        topic = ModelTopic.begun(2).surplus(1);
        ModelWorker worker = sink.worker(topic).assign(0, 1, 2);
        worker.until(() -> {
            topic.at(System.currentTimeMillis()).ticks();
            LockSupport.parkNanos(100_000_000);
            return worker.task.started().status().isReady();
        });
        assertThat(worker.task.started().status().freshPartitions()).isEqualTo(2);
        assertThat(worker.task.started().status().lagMs()).isBetween(0L, 5_000L);
    }
}
