package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.metrics.DiscardCounts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is logged of a topic's readiness. */
class CatchUpTrackerTest {

    /** Where the build has the tests' log written. */
    private static final Path LOG = Path.of(System.getProperty("org.slf4j.simpleLogger.logFile"));

    private static final long MINUTE_NANOS = 60_000_000_000L;

    private final String topic = "progress" + System.nanoTime();
    private final TestClock clock = TestClock.standing();
    private final CatchUpTracker tracker = new CatchUpTracker(
            new SinkCounters(new DiscardCounts(), new DiscardCounts()),
            new ClockDifference(System::currentTimeMillis, new DiscardCounts()),
            Set.of(topic),
            clock);

    private void looked(boolean ready, long forNanos, String why) {
        tracker.statusRead(
                topic, new DatabaseStatus(ready, clock.nanos() + forNanos, DeadlineState.HELD, false, Set.of(0), why));
    }

    private List<String> logged() throws IOException {
        return Files.readString(LOG, StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> line.contains(topic))
                .map(line -> line.substring(line.indexOf(topic) + topic.length() + 2))
                .toList();
    }

    /** As the ledger shows it to a task without partitions while no other task looks, either. */
    @Test
    void aReadinessThatIsTooOldIsLoggedOnce() throws Exception {
        looked(true, MINUTE_NANOS, "");
        for (int i = 0; i < 3; i++) {
            looked(true, -MINUTE_NANOS, "nobody looks");
        }
        looked(true, MINUTE_NANOS, "");
        looked(true, MINUTE_NANOS, "");
        looked(false, MINUTE_NANOS, "p0 waits");
        looked(false, MINUTE_NANOS, "p0 waits");
        assertThat(logged())
                .containsExactly(
                        "ready; all partitions are fresh",
                        "no longer ready: nobody looks",
                        "ready; all partitions are fresh",
                        "no longer ready: p0 waits");
    }

    @Test
    void aReadinessThatWasTooOldFromTheStartIsNotLogged() throws Exception {
        looked(true, -MINUTE_NANOS, "nobody looks");
        looked(true, -MINUTE_NANOS, "nobody looks");
        assertThat(logged()).isEmpty();
    }

    /** It ends by itself, and the next look is the first that can log it. */
    @Test
    void aReadinessThatLapsedBetweenTwoLooksIsLogged() throws Exception {
        looked(true, 1, "");
        looked(true, MINUTE_NANOS, "");
        looked(true, 1_000_000, "");
        assertThat(tracker.isReady()).isTrue();
        clock.pass(1);
        assertThat(tracker.isReady()).isFalse();
        looked(false, MINUTE_NANOS, "p0 waits");
        assertThat(logged()).containsExactly("ready; all partitions are fresh", "no longer ready: p0 waits");
    }
}
