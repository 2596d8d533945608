package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.demo.RedisServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node that has slots is away for long, and nobody takes its place. */
class NodeAwayTest {

    private static final int KEYS = 60;

    /** The sink's clock, which a test sets forward. */
    private static final class Clock implements TaskClock {

        private volatile long ahead;

        void pass(Duration time) {
            ahead += time.toNanos();
        }

        @Override
        public long nanos() {
            return System.nanoTime() + ahead;
        }

        @Override
        public long wallMs() {
            return System.currentTimeMillis();
        }
    }

    private final Clock clock = new Clock();
    private final ModelTopic topic = new ModelTopic("pika.db0", 2)
            .at(System.currentTimeMillis() - 3_600_000)
            .begin();
    private final Map<String, Object> model = new TreeMap<>();

    private void increments(int round) {
        for (int i = 0; i < KEYS; i++) {
            topic.command("INCR", "key" + i);
            model.put("key" + i, String.valueOf(round));
        }
    }

    private static String log() throws IOException {
        return Files.readString(
                Path.of(System.getProperty("org.slf4j.simpleLogger.logFile")), StandardCharsets.ISO_8859_1);
    }

    /** @param fullCoverage whether the other nodes refuse everything, too, as Redis does by itself */
    @ParameterizedTest
    @ValueSource(strings = {"yes", "no"})
    void theSinkWaitsForItNamesItAndResumesWhenItIsBack(String fullCoverage) throws Exception {
        try (ClusterFixture sink =
                new ClusterFixture(3, 0, "--appendonly", "yes", "--cluster-require-full-coverage", fullCoverage)) {
            RedisServer node = sink.cluster.masters().get(2);
            increments(1);
            try (ModelWorker worker =
                    new ModelWorker(topic, sink.committed, sink.properties(), false, clock).assign(0, 1)) {
                worker.until(() -> isAtEnd(sink, worker), 60_000);
                sink.cluster.takeAway(node);
                increments(2);
                topic.ticks();
                for (int minute = 1; minute <= 15; minute++) {
                    long before = retries(worker);
                    worker.until(() -> retries(worker) > before, 60_000);
                    clock.pass(Duration.ofMinutes(1));
                }
                worker.until(() -> retries(worker) > 20, 60_000);
                assertThat(log())
                        .containsPattern(
                                fullCoverage.equals("yes")
                                        ? "WARN.*the cluster is down: away is " + node.address()
                                                + " \\(slots \\d+-16383\\)\\. Start it again with its data, or have a replica"
                                        : "WARN.*" + node.address()
                                                + ", which has slots, is away .*Start it again with its data, or have a replica");
                sink.cluster.restart(node);
                increments(3);
                worker.until(() -> isAtEnd(sink, worker), 60_000);
            }
            assertThat(sink.content()).isEqualTo(model);
        }
    }

    private boolean isAtEnd(ClusterFixture sink, ModelWorker worker) {
        worker.commit();
        return sink.isAtEnd(topic);
    }

    private static long retries(ModelWorker worker) {
        return worker.task.started().counters().sum(SinkCounter.RETRIES);
    }
}
