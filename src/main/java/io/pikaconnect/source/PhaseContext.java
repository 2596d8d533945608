package io.pikaconnect.source;

import io.pikaconnect.fullsync.DumpDirectory;
import io.pikaconnect.metrics.DiscardCounts;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the phases of one task share.
 *
 * @param storedOffset reads what Connect has durably stored, or nothing
 */
record PhaseContext(
        PikaSourceConfig config,
        Map<String, String> sourcePartition,
        InFlight inFlight,
        Commits commits,
        Supplier<Optional<SourceOffset>> storedOffset,
        DumpDirectory dumps,
        DiscardCounts discards,
        SourceProgress progress,
        PollLimit limit,
        TaskClock clock) {}
