package io.pikaconnect.source;

import io.pikaconnect.failure.TaskFailure;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.snapshot.SnapshotCursor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Everything a restart needs to continue with the same positions and sequences; what Connect stores for us.
 *
 * <p>As a map, all values text. An administrator may read it over REST, so none of it is data of the master's; and it is
 * a record of Connect's, so all of it is bounded: a few hundred bytes and at most 20 for each partition.
 *
 * <pre>
 * epoch      1795337869000          cursor     see SnapshotCursor, snapshot only
 * phase      begin|snapshot|binlog  resume     filenum/offset: end of the last item wholly emitted
 * done       parts of the next chunk or item that are already emitted
 * sequences  last sequence of each partition, from 0 on, joined by commas; -1 before the barrier
 * pinned     see EpochSettings      identity, server, last   see MasterOrigin
 * requested  when the dump was asked for, Unix milliseconds
 * lost       why this position must not be resumed; only when that is so
 * ready      true|false: see Readiness; where it is missing (first release), whether the phase is binlog
 * resyncs    lostInARow of Readiness, if that is not 0
 * previous   the epoch that was stored before this one; only when there was one
 * </pre>
 *
 * @param cursor in the dump; its start outside the snapshot
 * @param resume in the snapshot: the dump's own position
 * @param partsSent parts of the next chunk or item that are already emitted
 * @param sequences the last one of each partition
 * @param lostReason why this position must not be resumed; empty where it may be
 */
record SourceOffset(
        Epoch epoch,
        Phase phase,
        SnapshotCursor cursor,
        BinlogPosition resume,
        int partsSent,
        long[] sequences,
        MasterOrigin origin,
        String lostReason) {

    enum Phase {
        BEGIN,
        SNAPSHOT,
        BINLOG
    }

    /**
     * What holds for a whole epoch; of the settings its renamed commands, of the readiness everything may still grow.
     *
     * @param number Unix milliseconds at its start; previous epoch + 1 if that is larger
     * @param dumpRequestedMs when the dump was asked for, by this worker's clock
     * @param previous number of the epoch that this source had before; 0: none
     */
    record Epoch(long number, EpochSettings settings, long dumpRequestedMs, Readiness readiness, long previous) {

        /** One that somebody asked for, and the first one of its source. */
        static Epoch first(long number, EpochSettings settings, long dumpRequestedMs) {
            return new Epoch(number, settings, dumpRequestedMs, Readiness.START, 0);
        }

        Epoch with(EpochSettings now) {
            return new Epoch(number, now, dumpRequestedMs, readiness, previous);
        }

        Epoch with(Readiness now) {
            return new Epoch(number, settings, dumpRequestedMs, now, previous);
        }
    }

    private static final int LONGEST_TEXT = 1_000;

    /** What may be long, or data of a master's in an offset of the first release. */
    private static final Set<String> NOT_SHOWN = Set.of("cursor", "sequences");

    /** An epoch about to begin: its dump is complete, nothing was emitted yet. */
    static SourceOffset begin(Epoch epoch, BinlogPosition dumpPosition, MasterOrigin origin) {
        long[] sequences = new long[epoch.settings().partitions()];
        Arrays.fill(sequences, -1);
        return new SourceOffset(epoch, Phase.BEGIN, SnapshotCursor.START, dumpPosition, 0, sequences, origin, "");
    }

    SourceOffset inSnapshot(SnapshotCursor at) {
        return new SourceOffset(epoch, Phase.SNAPSHOT, at, resume, 0, sequences, origin, lostReason);
    }

    SourceOffset inBinlog(BinlogPosition at) {
        return new SourceOffset(epoch, Phase.BINLOG, SnapshotCursor.START, at, 0, sequences, origin, lostReason);
    }

    /** After one more item. */
    SourceOffset after(BinlogItem item) {
        return from(origin.after(item, resume)).inBinlog(item.end());
    }

    /** The same place, with this known of where it came from. */
    SourceOffset from(MasterOrigin now) {
        return new SourceOffset(epoch, phase, cursor, resume, partsSent, sequences, now, lostReason);
    }

    /** The same place, with this known of its epoch. */
    SourceOffset in(Epoch now) {
        return now == epoch
                ? this
                : new SourceOffset(now, phase, cursor, resume, partsSent, sequences, origin, lostReason);
    }

    /** The same place, after so many parts of what comes next. */
    SourceOffset withProgress(int parts, long[] lastSequences) {
        return new SourceOffset(epoch, phase, cursor, resume, parts, lastSequences.clone(), origin, lostReason);
    }

    /** The same place, never to be resumed. */
    SourceOffset lost(String reason) {
        return new SourceOffset(epoch, phase, cursor, resume, partsSent, sequences, origin, bounded(reason));
    }

    private static String bounded(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT - 1) + "…";
    }

    Map<String, String> toMap() {
        Map<String, String> map = new LinkedHashMap<>();
        map.put("epoch", String.valueOf(epoch.number()));
        map.put("phase", phase.name().toLowerCase(Locale.ROOT));
        if (phase == Phase.SNAPSHOT) {
            map.put("cursor", cursor.toText());
        }
        map.put("resume", resume.toString());
        map.put("done", String.valueOf(partsSent));
        map.put("sequences", Arrays.stream(sequences).mapToObj(String::valueOf).collect(Collectors.joining(",")));
        map.put("pinned", epoch.settings().text());
        origin.putInto(map);
        map.put("requested", String.valueOf(epoch.dumpRequestedMs()));
        if (!lostReason.isEmpty()) {
            map.put("lost", lostReason);
        }
        map.put("ready", String.valueOf(epoch.readiness().ready()));
        if (epoch.readiness().lostInARow() > 0) {
            map.put("resyncs", String.valueOf(epoch.readiness().lostInARow()));
        }
        if (epoch.previous() > 0) {
            map.put("previous", String.valueOf(epoch.previous()));
        }
        return map;
    }

    /**
     * Reads the map form.
     *
     * @throws TaskFailure when it is not one of ours, or of a release with other rules
     */
    static SourceOffset fromMap(Map<String, ?> map) {
        EpochSettings epochSettings = EpochSettings.parse(text(map, "pinned"));
        try {
            Phase phase = Phase.valueOf(text(map, "phase").toUpperCase(Locale.ROOT));
            long[] sequences = Arrays.stream(text(map, "sequences").split(","))
                    .mapToLong(Long::parseLong)
                    .toArray();
            if (sequences.length != epochSettings.partitions()) {
                throw new IllegalArgumentException(
                        sequences.length + " sequences for " + epochSettings.partitions() + " partitions");
            }
            BinlogPosition resume = BinlogPosition.parse(text(map, "resume"));
            Epoch epoch = new Epoch(
                    Long.parseLong(text(map, "epoch")),
                    epochSettings,
                    Long.parseLong(text(map, "requested")),
                    readiness(map, phase),
                    map.containsKey("previous") ? Long.parseLong(text(map, "previous")) : 0);
            return new SourceOffset(
                    epoch,
                    phase,
                    phase == Phase.SNAPSHOT ? SnapshotCursor.parse(text(map, "cursor")) : SnapshotCursor.START,
                    resume,
                    Integer.parseInt(text(map, "done")),
                    sequences,
                    MasterOrigin.from(text(map, "identity"), map, resume),
                    map.containsKey("lost") ? text(map, "lost") : "");
        } catch (IllegalArgumentException e) {
            throw TaskFailure.of(
                    "The stored position " + shown(map),
                    "not readable: " + bounded(e.getMessage()),
                    "Reset the connector's offsets for a new full sync",
                    e);
        }
    }

    private static String shown(Map<String, ?> map) {
        Map<String, Object> some = new LinkedHashMap<>(map);
        some.keySet().removeAll(NOT_SHOWN);
        return bounded(some.toString());
    }

    private static Readiness readiness(Map<String, ?> map, Phase phase) {
        return new Readiness(
                map.containsKey("ready") ? Boolean.parseBoolean(text(map, "ready")) : phase == Phase.BINLOG,
                map.containsKey("resyncs") ? Integer.parseInt(text(map, "resyncs")) : 0);
    }

    private static String text(Map<String, ?> map, String key) {
        Object value = map.get(key);
        if (value == null) {
            throw TaskFailure.of(
                    "The stored position " + shown(map),
                    "\"" + key + "\" is missing",
                    "Reset the connector's offsets for a new full sync");
        }
        return value.toString();
    }
}
