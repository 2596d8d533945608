package io.pikaconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.metrics.DiscardCounts;
import io.pikaconnect.snapshot.SnapshotCursor;
import io.pikaconnect.snapshot.SnapshotSize;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How far a task is in a dump of two instances with 600 and 400 entries. */
class SnapshotProgressTest {

    private static final SnapshotSize SIZE = new SnapshotSize(700, List.of(600L, 400L));

    private final AtomicLong nanos = new AtomicLong(12_345);

    private SnapshotProgress from(String cursor) {
        return new SnapshotProgress(SIZE, SnapshotCursor.parse(cursor), nanos::get);
    }

    private static SnapshotCursor place(String cursor) {
        return SnapshotCursor.parse(cursor);
    }

    @Test
    void theRemainingTimeIsWhatTheRestTakesAtTheSpeedSoFar() {
        SnapshotProgress progress = from("0/0/");
        assertThat(progress.percent()).isZero();
        progress.read(place("0/100/#1"));
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(4));
        assertThat(progress.remainingMs()).as("a moment after the start").isEqualTo(-1);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(6));
        assertThat(progress.percent()).isEqualTo(10);
        assertThat(progress.remainingMs()).isEqualTo(90_000);
        progress.read(place("1/200/#1"));
        assertThat(progress.percent()).isEqualTo(80);
        assertThat(progress.remainingMs()).isEqualTo(2_500);
    }

    @Test
    void aTaskThatStartsInTheMiddleCountsFromTheDumpsStartButItsSpeedFromItsOwn() {
        SnapshotProgress progress = from("0/500/#1");
        assertThat(progress.percent()).isEqualTo(50);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
        assertThat(progress.remainingMs()).as("nothing read yet").isEqualTo(-1);
        progress.read(place("0/600/#1"));
        assertThat(progress.percent()).isEqualTo(60);
        assertThat(progress.remainingMs()).isEqualTo(40_000);
    }

    @Test
    void anEstimateThatIsTooLowDoesNotMakeItComplete() {
        SnapshotProgress progress = from("0/0/");
        progress.read(place("1/5000/#1"));
        assertThat(progress.percent()).isEqualTo(99);
        assertThat(new SnapshotProgress(new SnapshotSize(0, List.of(0L)), SnapshotCursor.START, nanos::get).percent())
                .isZero();
    }

    @Test
    void onlyTheEndOfTheDumpMakesItCompleteAndAnotherSessionForgetsIt() {
        SourceProgress progress = new SourceProgress(
                new InFlight(position -> {}, System::nanoTime), new DiscardCounts(), Clock.systemUTC());
        assertThat(progress.snapshotPercent()).isEqualTo(-1);
        assertThat(progress.snapshotKeysEstimated()).isEqualTo(-1);
        progress.reading(from("0/500/#1"));
        assertThat(progress.snapshotPercent()).isEqualTo(50);
        assertThat(progress.snapshotKeysEstimated()).isEqualTo(700);
        assertThat(progress.snapshotRemainingMs()).isEqualTo(-1);
        progress.in(SourceProgress.Phase.SNAPSHOT);
        assertThat(progress.line()).contains("about 50 %");
        progress.readAll();
        assertThat(progress.snapshotPercent()).isEqualTo(100);
        assertThat(progress.snapshotRemainingMs()).isZero();
        progress.in(SourceProgress.Phase.CONNECTING);
        assertThat(progress.snapshotPercent()).isEqualTo(-1);
    }
}
