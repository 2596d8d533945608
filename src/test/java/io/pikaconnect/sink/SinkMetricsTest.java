package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import io.pikaconnect.metrics.DiscardCounts;
import io.pikaconnect.metrics.MBeans;
import io.pikaconnect.metrics.TaskMetrics;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What JMX and the worker's own registry show of a sink task. */
class SinkMetricsTest {

    private static final String TASK = "connector=to-redis,task=0";

    private final MBeans jmx = MBeans.here();
    private SinkFixture sink;
    private ModelTopic topic;

    @BeforeEach
    void begin() {
        sink = new SinkFixture();
        topic = ModelTopic.begun(2);
    }

    @AfterEach
    void end() {
        sink.close();
        assertThat(jmx.names("pika.connect:type=sink*,connector=to-redis,*")).isEmpty();
    }

    private Map<String, Object> task() {
        return jmx.attributes("pika.connect:type=sink," + TASK);
    }

    private Map<String, Object> partition(int p) {
        return jmx.attributes("pika.connect:type=sink-partition," + TASK + ",topic=pika.db0,partition=" + p);
    }

    private long number(String metric) {
        return ((Number) task().get(metric)).longValue();
    }

    @Test
    void theLineInTheLogHasTheMostImportantOnes() {
        topic.command("SET", "a", "1").ticks();
        ModelWorker worker = sink.all(topic);
        worker.until(() -> sink.isAtEnd(topic) && number("fresh-partitions") == 2);
        assertThat(worker.task.started().status().logLine())
                .matches("\\d+ records/s, lag \\d+ ms, 2 of 2 partitions fresh, deadlines held.*");
    }

    @Test
    void theyTellWhatWasAppliedAndWhereEachPartitionStands() {
        topic.command("SET", "a", "1").change(Resp.bytes("a"), Command.of("INCR", "a"), Command.of("INCR", "a"));
        topic.command("SET", "b", "1").ticks();
        ModelWorker worker = sink.all(topic);
        worker.until(() -> sink.isAtEnd(topic) && number("ticks") == 2);

        assertThat(task())
                .containsEntry("records", 3L)
                .containsEntry("commands", 4L)
                .containsEntry("barriers", 2L)
                .containsEntry("ticks-skipped", 2L)
                .containsEntry("claims", 2L)
                .containsEntry("duplicates", 0L)
                .containsEntry("retries", 0L)
                .containsEntry("last-retry", "-")
                .containsEntry("connected", 1)
                .containsEntry("partitions", 2L)
                .containsEntry("fresh-partitions", 2L)
                .containsEntry("buffered-bytes", 0L)
                .containsEntry("partitions-at-barriers", 0L);
        assertThat(number("lag-ms")).isBetween(0L, 60_000L);
        long records = 0;
        for (int p = 0; p < 2; p++) {
            assertThat(partition(p))
                    .containsEntry("state", "open")
                    .containsEntry("fresh", 1)
                    .containsEntry("sequence", topic.sequence(p))
                    .containsEntry("offset", topic.end(p))
                    .containsEntry(
                            "position", sink.field(p).position().orElseThrow().toString())
                    .containsEntry("ticks", 1L)
                    .containsEntry("barriers", 1L)
                    .containsEntry("hole", 0)
                    .containsEntry("at-barrier-ms", 0L);
            records += (Long) partition(p).get("records");
        }
        assertThat(records).isEqualTo(3);
        worker.until(() -> number("ready") == 1);
        worker.close();
        assertThat(task()).isEmpty();
        assertThat(partition(0)).isEmpty();
    }

    @Test
    void lagGrowsWhileNothingComesAndIsUnknownInTheSnapshot() {
        topic.inSnapshot(true).command("SET", "a", "1").command("SET", "b", "1");
        ModelWorker worker = sink.applyAll(topic);
        assertThat(task()).containsEntry("lag-ms", -1L).containsEntry("fresh-partitions", 0L);
        topic.inSnapshot(false).at(System.currentTimeMillis() - 3_600_000).ticks();
        worker.until(() -> number("lag-ms") > 3_600_000);
        assertThat(task()).containsEntry("fresh-partitions", 0L).containsEntry("ready", 0);
        long lag = number("lag-ms");
        worker.until(() -> number("lag-ms") > lag + 100);
    }

    @Test
    void duplicatesAndHolesShowAtTheirPartition() {
        topic = ModelTopic.begun(1);
        topic.command("SET", "a", "1");
        topic.repeat(0, 2);
        topic.command("SET", "a", "2");
        var missing = topic.take(0);
        topic.command("SET", "a", "3");
        ModelWorker worker = sink.all(topic);
        worker.until(() -> partition(0).getOrDefault("hole", 0).equals(1));
        assertThat(partition(0)).containsEntry("after-hole", 1L).containsEntry("duplicates", 1L);
        assertThat(task()).containsEntry("after-hole", 1L).containsEntry("duplicates", 1L);
        topic.give(0, missing);
        topic.repeat(0, 4);
        worker.until(() -> partition(0).get("hole").equals(0) && number("records") == 3);
    }

    @Test
    void discardsShowByReasonAndErrorsByClass() {
        topic.command("SET", "k", "text").command("INCR", "k").command("HSET", "k", "f", "v");
        ModelWorker worker = sink.applyAll(topic, "on.conflict", "skip");
        worker.until(() -> number("records") == 3);
        String discards = "pika.connect:type=sink-discards," + TASK + ",reason=";
        String errors = "pika.connect:type=sink-errors," + TASK + ",error=";
        assertThat(jmx.attributes(discards + "conflict")).isEqualTo(Map.of("discards", 1L));
        assertThat(jmx.attributes(discards + "wrong.type")).isEqualTo(Map.of("discards", 1L));
        assertThat(jmx.attributes(errors + "value is not an integer or out of range"))
                .isEqualTo(Map.of("errors", 1L));
        assertThat(jmx.attributes(errors + "WRONGTYPE")).isEqualTo(Map.of("errors", 1L));
        assertThat(worker.plugins.values()).containsEntry("discards{reason=conflict}", 1L);
    }

    @Test
    void aPartitionThatWaitsAtABarrierSaysHowLong() {
        topic.barrier(Command.of("FLUSHDB"));
        ModelWorker worker = sink.worker(topic).assign(0);
        worker.until(() -> (Long) partition(0).getOrDefault("at-barrier-ms", 0L) > 100);
        assertThat(task()).containsEntry("partitions-at-barriers", 1L);
        ModelWorker other = new ModelWorker(topic, sink.committed, sink.properties("task.index", "1"), false);
        try (other) {
            other.assign(1);
            worker.until(() -> {
                other.turn();
                return sink.isAtEnd(topic) && (Long) partition(0).get("at-barrier-ms") == 0;
            });
            assertThat(jmx.names("pika.connect:type=sink,connector=to-redis,*")).hasSize(2);
        }
    }

    @Test
    void redisThatIsAwayShowsAndDoesNotEndTheTask() {
        topic.command("SET", "a", "1").ticks();
        ModelWorker worker = sink.applyAll(topic);
        worker.until(() -> number("ready") == 1);
        sink.server.kill();
        worker.until(() -> number("connected") == 0 && number("retries") > 1);
        assertThat(task()).containsEntry("ready", 0);
        worker.until(() -> partition(0).get("state").equals("unclaimed")); // each connection notices by itself
        assertThat((String) task().get("last-retry")).contains(sink.server.address());
        String errors = "pika.connect:type=sink-errors," + TASK + ",error=connection";
        worker.until(() -> jmx.attributes(errors).containsKey("errors"));
        sink.server.restartEmpty();
        sink.reconnect();
        worker.until(() -> number("connected") == 1 && sink.isAtEnd(topic));
    }

    @Test
    void partitionsThatGoAreShownNoLongerAndComeBackFromZero() {
        topic.command("SET", "a", "1").command("SET", "b", "1");
        ModelWorker worker = sink.applyAll(topic);
        worker.until(() -> number("records") == 2);
        long of0 = (Long) partition(0).get("records");
        worker.revoke(0);
        assertThat(partition(0)).isEmpty();
        assertThat(partition(1)).isNotEmpty();
        assertThat(worker.plugins.values()).doesNotContainKey("records{topic=pika.db0, partition=0}");
        worker.assign(0);
        assertThat(of0).isPositive();
        assertThat(partition(0)).containsEntry("records", 0L);
        assertThat(task()).containsEntry("records", 2L);
        assertThat(worker.plugins.values()).containsEntry("records{topic=pika.db0, partition=0}", 0L);
    }

    /** Whoever reads them must not wait while a sender or the task is busy with the partition. */
    @Test
    void theyAreReadWhileAPartitionIsLocked() throws Exception {
        RedisSinkConfig config = new RedisSinkConfig(sink.properties());
        SinkCounters counters = new SinkCounters(new DiscardCounts(), new DiscardCounts());
        SinkPartition p = new SinkPartition(
                topic.partition(0),
                0,
                config,
                Resp.bytes(SinkFixture.PREFIX),
                counters.ofPartition(),
                TaskClock.SYSTEM);
        CatchUpTracker tracker = new CatchUpTracker(
                counters,
                new ClockDifference(System::currentTimeMillis, new DiscardCounts()),
                Set.of(topic.partition(0).topic()),
                TaskClock.SYSTEM);
        try (TaskMetrics shown = SinkMetrics.of(config, Optional.empty())) {
            SinkMetrics.show(shown, p, tracker);
            synchronized (p) {
                assertThat(CompletableFuture.supplyAsync(() -> partition(0)).get(10, TimeUnit.SECONDS))
                        .containsEntry("state", "unclaimed")
                        .containsEntry("offset", -1L)
                        .containsEntry("at-barrier-ms", 0L)
                        .containsEntry("hole", 0)
                        .containsEntry("buffered-bytes", 0L);
            }
        }
    }

    @Test
    void aWorkerBeforeKafka41HasThemByJmxOnly() {
        ModelWorker worker = ModelWorker.older(topic, sink.committed, sink.properties());
        try (worker) {
            topic.command("SET", "a", "1");
            worker.assign(0, 1).until(() -> sink.isAtEnd(topic) && number("records") == 1);
            assertThat(worker.plugins.values()).isEmpty();
        }
    }
}
