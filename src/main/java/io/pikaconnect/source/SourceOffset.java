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
 * Everything a restart needs to go on with the same positions and sequences; what Connect stores for us.
 *
 * <p>As a map, all values text. An administrator may read it over REST, so none of it is data of the master's; and it is
 * a record of Connect's, so all of it is bounded: a few hundred bytes and at most 20 for each partition.
 *
 * <pre>
 * epoch      1795337869000          cursor     see SnapshotCursor, snapshot only
 * phase      begin|snapshot|binlog  resume     filenum/offset: end of the last item wholly emitted
 * done       pieces of the next chunk or item that are already emitted
 * sequences  last sequence of each partition, from 0 on, joined by commas; -1 before the barrier
 * pinned     see Pinned             identity, server, last   see Origin
 * requested  when the dump was asked for, Unix milliseconds
 * lost       why this position must not be resumed; only when that is so
 * ready      true|false: see Readiness; where it is missing (first release), whether the phase is binlog
 * resyncs    lostInARow of Readiness, if that is not 0
 * previous   the epoch that was stored before this one; only when there was one
 * </pre>
 *
 * @param resume in the snapshot: the dump's own position
 */
record SourceOffset(
        long epoch,
        Phase phase,
        SnapshotCursor cursor,
        BinlogPosition resume,
        int done,
        long[] sequences,
        EpochSettings epochSettings,
        MasterOrigin identity,
        long requested,
        String lost,
        Readiness readiness,
        long previous) {

    enum Phase {
        BEGIN,
        SNAPSHOT,
        BINLOG
    }

    private static final int LONGEST_TEXT = 1_000;

    /** What may be long, or data of a master's in an offset of the first release. */
    private static final Set<String> NOT_SHOWN = Set.of("cursor", "sequences");

    /** An epoch about to begin: its dump is there, nothing was emitted yet. */
    static SourceOffset begin(
            long epoch, BinlogPosition dumpPosition, EpochSettings epochSettings, String identity, long requested) {
        return begin(epoch, dumpPosition, epochSettings, MasterOrigin.of(identity), requested);
    }

    /** The same. */
    static SourceOffset begin(
            long epoch,
            BinlogPosition dumpPosition,
            EpochSettings epochSettings,
            MasterOrigin identity,
            long requested) {
        long[] sequences = new long[epochSettings.partitions()];
        Arrays.fill(sequences, -1);
        return new SourceOffset(
                epoch,
                Phase.BEGIN,
                SnapshotCursor.START,
                dumpPosition,
                0,
                sequences,
                epochSettings,
                identity,
                requested,
                "",
                Readiness.START,
                0);
    }

    /** The same place, in an epoch that came after another of this source; 0: after none. */
    SourceOffset after(long previousEpoch) {
        return new SourceOffset(
                epoch,
                phase,
                cursor,
                resume,
                done,
                sequences,
                epochSettings,
                identity,
                requested,
                lost,
                readiness,
                previousEpoch);
    }

    SourceOffset inSnapshot(SnapshotCursor at) {
        return new SourceOffset(
                epoch,
                Phase.SNAPSHOT,
                at,
                resume,
                0,
                sequences,
                epochSettings,
                identity,
                requested,
                lost,
                readiness,
                previous);
    }

    SourceOffset inBinlog(BinlogPosition at) {
        return new SourceOffset(
                epoch,
                Phase.BINLOG,
                SnapshotCursor.START,
                at,
                0,
                sequences,
                epochSettings,
                identity,
                requested,
                lost,
                readiness,
                previous);
    }

    /** After one more item. */
    SourceOffset after(BinlogItem item) {
        return from(identity.after(item, resume)).inBinlog(item.end());
    }

    /** The same place, with this known of where it came from. */
    SourceOffset from(MasterOrigin now) {
        return new SourceOffset(
                epoch,
                phase,
                cursor,
                resume,
                done,
                sequences,
                epochSettings,
                now,
                requested,
                lost,
                readiness,
                previous);
    }

    /** The same place, after so many pieces of what comes next. */
    SourceOffset withProgress(int pieces, long[] lastSequences) {
        return new SourceOffset(
                epoch,
                phase,
                cursor,
                resume,
                pieces,
                lastSequences.clone(),
                epochSettings,
                identity,
                requested,
                lost,
                readiness,
                previous);
    }

    /** The same place, never to be resumed. */
    SourceOffset lost(String reason) {
        return new SourceOffset(
                epoch,
                phase,
                cursor,
                resume,
                done,
                sequences,
                epochSettings,
                identity,
                requested,
                bounded(reason),
                readiness,
                previous);
    }

    SourceOffset with(Readiness now) {
        return new SourceOffset(
                epoch, phase, cursor, resume, done, sequences, epochSettings, identity, requested, lost, now, previous);
    }

    SourceOffset with(EpochSettings now) {
        return new SourceOffset(
                epoch, phase, cursor, resume, done, sequences, now, identity, requested, lost, readiness, previous);
    }

    private static String bounded(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT - 1) + "…";
    }

    Map<String, String> toMap() {
        Map<String, String> map = new LinkedHashMap<>();
        map.put("epoch", String.valueOf(epoch));
        map.put("phase", phase.name().toLowerCase(Locale.ROOT));
        if (phase == Phase.SNAPSHOT) {
            map.put("cursor", cursor.toText());
        }
        map.put("resume", resume.toString());
        map.put("done", String.valueOf(done));
        map.put("sequences", Arrays.stream(sequences).mapToObj(String::valueOf).collect(Collectors.joining(",")));
        map.put("pinned", epochSettings.text());
        identity.putInto(map);
        map.put("requested", String.valueOf(requested));
        if (!lost.isEmpty()) {
            map.put("lost", lost);
        }
        map.put("ready", String.valueOf(readiness.ready()));
        if (readiness.lostInARow() > 0) {
            map.put("resyncs", String.valueOf(readiness.lostInARow()));
        }
        if (previous > 0) {
            map.put("previous", String.valueOf(previous));
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
            return new SourceOffset(
                    Long.parseLong(text(map, "epoch")),
                    phase,
                    phase == Phase.SNAPSHOT ? SnapshotCursor.parse(text(map, "cursor")) : SnapshotCursor.START,
                    BinlogPosition.parse(text(map, "resume")),
                    Integer.parseInt(text(map, "done")),
                    sequences,
                    epochSettings,
                    MasterOrigin.from(text(map, "identity"), map, BinlogPosition.parse(text(map, "resume"))),
                    Long.parseLong(text(map, "requested")),
                    map.containsKey("lost") ? text(map, "lost") : "",
                    readiness(map, phase),
                    map.containsKey("previous") ? Long.parseLong(text(map, "previous")) : 0);
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
