package io.pikaconnect.source;

import io.pikaconnect.change.Wanted;
import io.pikaconnect.fullsync.FullSyncProgress;
import io.pikaconnect.metrics.DiscardCounts;
import io.pikaconnect.metrics.Rate;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.Replica;
import io.pikaconnect.snapshot.PikaType;
import io.pikaconnect.snapshot.SnapshotChunk;
import java.io.File;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/**
 * How far a source task is, for metrics and log. Any thread may read it; the task reports what it did, poll by poll.
 */
final class SourceProgress {

    /** What the task is doing. */
    enum Phase {
        CONNECTING,
        FULL_SYNC,
        BEGIN,
        SNAPSHOT,
        BINLOG,
        LET_GO,
        FAILED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Where there is no number yet. */
    static final long UNKNOWN = -1;

    private static final long WHOLE = 100;

    private final FullSyncProgress fullSync = new FullSyncProgress();
    private final InFlight inFlight;
    private final Clock clock;
    private final LongAdder records = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder ticks = new LongAdder();
    private final LongAdder items = new LongAdder();
    private final Map<PikaType, LongAdder> snapshotKeys = new EnumMap<PikaType, LongAdder>(
            Arrays.stream(PikaType.values()).collect(Collectors.toMap(type -> type, type -> new LongAdder())));
    private volatile Phase phase = Phase.CONNECTING;
    private volatile Optional<Replica> replica = Optional.empty();
    private volatile Optional<BinlogPosition> position = Optional.empty();
    private volatile Optional<SnapshotProgress> snapshot = Optional.empty();
    private volatile boolean snapshotComplete;
    private volatile Optional<Path> snapshotDir = Optional.empty();
    private volatile long epoch = UNKNOWN;
    private volatile long sourceTimeMs;

    /** The task's thread only. */
    private Optional<byte[]> lastKey = Optional.empty();

    private PikaType lastType = PikaType.STRING;

    /** The thread that writes {@link #line} into the log. */
    private final Rate rate = new Rate();

    private final DiscardCounts discards;

    SourceProgress(InFlight inFlight, DiscardCounts discards, Clock clock) {
        this.clock = clock;
        this.inFlight = inFlight;
        this.discards = discards;
    }

    // ---- what the task reports

    void in(Phase now) {
        if (now == Phase.CONNECTING) {
            snapshot = Optional.empty();
            snapshotComplete = false;
        }
        phase = now;
    }

    /** The session with the master is of this replica from now on. */
    void attach(Replica now) {
        replica = Optional.of(now);
    }

    /** Continues at this offset: what is before it is in Kafka. */
    void resumeAt(SourceOffset offset) {
        epoch = offset.epoch().number();
        position = Optional.of(offset.resume());
        // The dump was requested by our clock.
        sourceTimeMs =
                offset.phase() == SourceOffset.Phase.BINLOG ? 0 : offset.epoch().dumpRequestedMs() + clockOffsetMs();
    }

    /** Where dumps are put. */
    void dumpsIn(Path directory) {
        snapshotDir = Optional.of(directory);
    }

    /** The dump is being read. */
    void reading(SnapshotProgress now) {
        snapshot = Optional.of(now);
    }

    /** What the epoch's dump has was read, by this task or an earlier one. */
    void readAll() {
        snapshotComplete = true;
    }

    /** A chunk of the snapshot was read. */
    void read(SnapshotChunk chunk) {
        snapshot.ifPresent(s -> s.read(chunk.after()));
        byte[] key = chunk.change().key();
        boolean same = chunk.type() == lastType
                && lastKey.filter(last -> Arrays.equals(last, key)).isPresent();
        if (!same) {
            snapshotKeys.get(chunk.type()).increment();
            lastType = chunk.type();
            lastKey = Optional.of(key);
        }
    }

    /** Records were handed to Connect. */
    void handedOver(PollBuffer.Poll poll) {
        records.add(poll.records().size());
        ticks.add(poll.ticks());
        items.add(poll.items());
        bytes.add(poll.bytes());
    }

    /** Everything that happened at the master up to this time was handed to Connect. */
    void reached(long sourceTimeMsNow) {
        sourceTimeMs = sourceTimeMsNow;
    }

    /** Kafka has everything up to the end of this item. */
    void acknowledgedUpTo(BinlogPosition end) {
        position = Optional.of(end);
    }

    FullSyncProgress fullSync() {
        return fullSync;
    }

    // ---- what is so now

    Phase phase() {
        return phase != Phase.FAILED && letGo().isPresent() ? Phase.LET_GO : phase;
    }

    private Optional<String> letGo() {
        return replica.flatMap(Replica::letGo);
    }

    long heldBytes() {
        return replica.map(Replica::heldBytes).orElse(UNKNOWN);
    }

    boolean connected() {
        return replica.map(Replica::connected).orElse(false);
    }

    long connectionFailures() {
        return replica.map(Replica::connectionFailures).orElse(0L);
    }

    String lastConnectionFailure() {
        return replica.flatMap(Replica::lastConnectionFailure).orElse("-");
    }

    String addressTakenBy() {
        return replica.flatMap(Replica::addressTakenBy).orElse("-");
    }

    String role() {
        return replica.map(r -> r.role().toString()).orElse("-");
    }

    long otherServers() {
        return replica.map(Replica::otherServers).orElse(0L);
    }

    /** The server lacks, or may lack, what its own master writes. */
    private boolean cutOff() {
        return replica.map(Replica::cutOff).orElse(false);
    }

    long epoch() {
        return epoch;
    }

    String position() {
        return position.map(BinlogPosition::toString).orElse("-");
    }

    String masterEnd() {
        return replica.flatMap(Replica::masterEnd).map(BinlogPosition::toString).orElse("-");
    }

    long lagBytes() {
        Optional<BinlogPosition> at = position;
        Optional<BinlogPosition> end = replica.flatMap(Replica::masterEnd);
        if (at.isEmpty() || end.isEmpty()) {
            return UNKNOWN;
        }
        long bytes = at.get().bytesTo(end.get(), replica.orElseThrow().binlogFileSize());
        return bytes == 0 && cutOff() ? UNKNOWN : bytes;
    }

    /** By the master's clock. */
    long lagMs() {
        long time = sourceTimeMs;
        // Without a connection it is unknown whether the master has more.
        if (lagBytes() == 0 && phase == Phase.BINLOG && connected()) {
            return 0;
        }
        if (time == 0) {
            return UNKNOWN;
        }
        return Math.max(clock.millis() + clockOffsetMs() - time, oldestUnacknowledgedMs());
    }

    private long clockOffsetMs() {
        return replica.map(r -> r.clockOffset().toMillis()).orElse(0L);
    }

    long records() {
        return records.sum();
    }

    long bytes() {
        return bytes.sum();
    }

    long ticks() {
        return ticks.sum();
    }

    long items() {
        return items.sum();
    }

    long snapshotKeys(PikaType type) {
        return snapshotKeys.get(type).sum();
    }

    long snapshotKeys() {
        return snapshotKeys.values().stream().mapToLong(LongAdder::sum).sum();
    }

    long snapshotDirFreeBytes() {
        return snapshotDir
                .map(Path::toFile)
                .filter(File::exists)
                .map(File::getUsableSpace)
                .orElse(UNKNOWN);
    }

    long snapshotKeysEstimated() {
        return snapshot.map(SnapshotProgress::keysEstimated).orElse(UNKNOWN);
    }

    long snapshotPercent() {
        return snapshotComplete
                ? WHOLE
                : snapshot.map(SnapshotProgress::percent).orElse(UNKNOWN);
    }

    long snapshotRemainingMs() {
        return snapshotComplete
                ? 0
                : snapshot.map(SnapshotProgress::remainingMs).orElse(UNKNOWN);
    }

    long filtered() {
        return discards.of(Wanted.FILTERED);
    }

    long unacknowledged() {
        return inFlight.unacknowledged();
    }

    long oldestUnacknowledgedMs() {
        return TimeUnit.NANOSECONDS.toMillis(inFlight.oldestNanos());
    }

    /** For the log: where it is, and how fast it was since the last line. */
    String line() {
        long perSecond = rate.perSecond(records());
        return switch (phase()) {
            case LET_GO -> "no session at the master: " + letGo().orElse("-");
            case CONNECTING ->
                "connecting to the master, " + connectionFailures() + " failures so far, the last: "
                        + lastConnectionFailure();
            case FULL_SYNC ->
                "full sync, " + fullSync.text() + ", attempt " + fullSync.attempts()
                        + (connected() ? "" : ", not connected: " + lastConnectionFailure());
            case BEGIN -> "beginning epoch " + epoch;
            case SNAPSHOT ->
                "snapshot, " + snapshotKeys() + " keys, about " + snapshotPercent() + " %, " + perSecond
                        + " records/s, " + lag();
            case BINLOG -> "binlog, in Kafka up to " + position() + ", " + perSecond + " records/s, " + lag();
            case FAILED -> "failed";
        };
    }

    private String lag() {
        return "lag " + lagBytes() + " bytes, " + lagMs() + " ms, " + unacknowledged() + " records unacknowledged"
                + (cutOff() ? ", of a " + role() : "")
                + (connected() ? "" : ", not connected: " + lastConnectionFailure());
    }
}
