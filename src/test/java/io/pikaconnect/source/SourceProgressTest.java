package io.pikaconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.metrics.DiscardCounts;
import java.time.Clock;
import org.junit.jupiter.api.Test;

/** The line that the worker's log has of a source task from time to time. */
class SourceProgressTest {

    private final SourceProgress progress =
            new SourceProgress(new InFlight(position -> {}, System::nanoTime), new DiscardCounts(), Clock.systemUTC());

    @Test
    void theLineHasThePhaseAndWhatBelongsToIt() {
        assertThat(progress.line()).startsWith("connecting to the master");
        progress.in(SourceProgress.Phase.FULL_SYNC);
        assertThat(progress.line()).startsWith("full sync").contains("not connected");
        progress.in(SourceProgress.Phase.SNAPSHOT);
        assertThat(progress.line()).contains("snapshot", "0 keys", "records/s", "lag -1 bytes", "0 records unack");
        progress.in(SourceProgress.Phase.BINLOG);
        assertThat(progress.line()).contains("binlog", "records/s", "lag -1 bytes", "not connected");
    }
}
