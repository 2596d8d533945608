package io.pikaconnect.tool.page;

import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.tool.Sample;
import io.pikaconnect.tool.SourcePlace;
import io.pikaconnect.tool.Words;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The phases of one db, and how long each will take. For one thread. */
final class Phases {

    static final String FULL_SYNC = "Full sync";
    static final String SNAPSHOT = "Snapshot";
    static final String CATCH_UP = "Catch-up";
    static final String BINLOG = "Binlog";

    private final Forecast dump = new Forecast();
    private final Forecast records = new Forecast();

    /**
     * @param source the metrics of its task, if they are known
     * @param isOver whether the cut-over is done
     */
    List<Phase> of(Sample sample, Optional<MetricReadings.Reading> source, Instant at, boolean isOver) {
        return List.of(
                fullSync(sample, source, at),
                snapshot(sample, source),
                catchUp(sample, at, isOver),
                binlog(sample, isOver));
    }

    private Phase fullSync(Sample sample, Optional<MetricReadings.Reading> source, Instant at) {
        if (sample.source().isPresent()) {
            return Phase.complete(FULL_SYNC, sample.dumpBytes() > 0 ? Words.bytes(sample.dumpBytes()) : "");
        }
        Optional<String> away = notConnected(source);
        if (away.isPresent()) {
            return Phase.active(FULL_SYNC, OptionalDouble.empty(), Optional.empty(), away.get());
        }
        double all = number(source, "full-sync-files-total").orElse(0);
        if (all == 0) {
            return Phase.active(FULL_SYNC, OptionalDouble.empty(), Optional.empty(), Words.dump(sample));
        }
        double files = number(source, "full-sync-files").orElse(0);
        return Phase.active(
                FULL_SYNC,
                OptionalDouble.of(100 * files / all),
                dump.until(all, at, files),
                Words.count((long) files) + " of " + Words.count((long) all) + " files, "
                        + Words.bytes((long) number(source, "full-sync-bytes").orElse(0)));
    }

    /** Why there is no connection to Pika. */
    static Optional<String> notConnected(Optional<MetricReadings.Reading> source) {
        return source.filter(task -> task.number("connected").orElse(1) == 0)
                .map(task -> task.text("last-connection-failure")
                        .map(why -> "not connected: " + why)
                        .orElse("not connected yet"));
    }

    private static Phase snapshot(Sample sample, Optional<MetricReadings.Reading> source) {
        if (sample.source().isEmpty()) {
            return Phase.pending(SNAPSHOT);
        }
        if (sample.followsTheBinlog()) {
            return Phase.complete(SNAPSHOT, "");
        }
        OptionalDouble keys = number(source, "snapshot-keys");
        OptionalDouble all = number(source, "snapshot-keys-estimated");
        String detail = keys.isPresent() && all.isPresent()
                ? Words.count((long) keys.getAsDouble()) + " of about " + Words.count((long) all.getAsDouble())
                        + " keys read"
                : sample.source()
                        .flatMap(SourcePlace::reading)
                        .map(place -> "reading " + place)
                        .orElse("");
        OptionalDouble ms = number(source, "snapshot-remaining-ms");
        return Phase.active(
                SNAPSHOT,
                number(source, "snapshot-percent"),
                ms.isPresent() ? Optional.of(Duration.ofMillis((long) ms.getAsDouble())) : Optional.empty(),
                detail);
    }

    private Phase catchUp(Sample sample, Instant at, boolean isOver) {
        if (sample.source().isEmpty()) {
            return Phase.pending(CATCH_UP);
        }
        Optional<Duration> remaining = records.until(0, at, sample.waiting());
        if (isOver || hasCaughtUp(sample)) {
            return Phase.complete(CATCH_UP, "");
        }
        return Phase.active(
                CATCH_UP,
                OptionalDouble.empty(),
                sample.followsTheBinlog() ? remaining : Optional.empty(),
                Words.behind(sample));
    }

    private static boolean hasCaughtUp(Sample sample) {
        return sample.followsTheBinlog() && (sample.ready() || sample.hasEverything());
    }

    private static Phase binlog(Sample sample, boolean isOver) {
        String place = sample.source()
                .map(SourcePlace::resume)
                .map(at -> "Kafka has " + at
                        + sample.masterEnd()
                                .map(BinlogPosition::toString)
                                .map(end -> ", Pika is at " + end)
                                .orElse(""))
                .orElse("");
        if (isOver) {
            return Phase.complete(BINLOG, place);
        }
        return hasCaughtUp(sample)
                ? Phase.active(BINLOG, OptionalDouble.empty(), Optional.empty(), Words.behind(sample) + "; " + place)
                : Phase.pending(BINLOG);
    }

    /** Absent if it is not known, which the metrics show as -1. */
    private static OptionalDouble number(Optional<MetricReadings.Reading> source, String name) {
        OptionalDouble number = source.map(task -> task.number(name)).orElse(OptionalDouble.empty());
        return number.isPresent() && number.getAsDouble() >= 0 ? number : OptionalDouble.empty();
    }
}
