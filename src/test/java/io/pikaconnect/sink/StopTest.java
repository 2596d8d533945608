package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A task is stopped while Redis takes connections but answers nothing. */
class StopTest {

    /** Connect gives a task five seconds; the rest is for a machine that has other things to do. */
    private static final long LIMIT_NANOS = 10_000_000_000L;

    @RegisterExtension
    private final SinkFixture sink = new SinkFixture();

    private ModelTopic topic = ModelTopic.begun(8);

    private static Stream<String> senders() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("to-redis-sender-"));
    }

    /** Whether so many senders wait for an answer. */
    private static boolean areReading(int count) {
        return Thread.getAllStackTraces().entrySet().stream()
                        .filter(e -> e.getKey().getName().startsWith("to-redis-sender-"))
                        .filter(e -> Stream.of(e.getValue())
                                .anyMatch(f -> f.getClassName().contains("RedisInputStream")))
                        .count()
                == count;
    }

    private static void stopsAtOnce(ModelWorker worker) {
        long begin = System.nanoTime();
        worker.task.stop();
        assertThat(System.nanoTime() - begin).isLessThan(LIMIT_NANOS);
        worker.until(() -> true);
        while (senders().findAny().isPresent()) {
            assertThat(System.nanoTime() - begin).as("senders left").isLessThan(LIMIT_NANOS);
            Thread.onSpinWait();
        }
    }

    @Test
    void aConnectionThatIsBeingMadeDoesNotHoldItUp() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            ModelWorker worker =
                    sink.all(topic, "redis.sender.num", "8", "redis.address", "127.0.0.1:" + silent.getLocalPort());
            worker.until(() -> areReading(8));
            stopsAtOnce(worker);
        }
    }

    @Test
    void aCommandThatIsNotAnsweredDoesNotHoldItUp() throws Exception {
        ModelWorker worker = sink.all(topic, "redis.sender.num", "8");
        worker.until(() -> sink.isAtEnd(topic));
        signal("STOP");
        try {
            worker.until(() -> areReading(8));
            stopsAtOnce(worker);
        } finally {
            signal("CONT");
        }
    }

    private void signal(String name) throws Exception {
        assertThat(new ProcessBuilder("sh", "-c", "kill -" + name + " " + sink.server.pid())
                        .start()
                        .waitFor())
                .isZero();
    }

    @Test
    void aRedisThatTakesConnectionsButDoesNotAnswerIsReportedWithinSeconds() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            ModelWorker worker = sink.all(topic, "redis.address", "127.0.0.1:" + silent.getLocalPort());
            worker.until(() -> worker.task.started().counters().lastRetry().contains("Read timed out"), 30_000);
        }
    }
}
