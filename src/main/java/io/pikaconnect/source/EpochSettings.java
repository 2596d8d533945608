package io.pikaconnect.source;

import io.pikaconnect.binlog.RenamedCommands;
import io.pikaconnect.binlog.Translator;
import io.pikaconnect.change.Selection;
import io.pikaconnect.change.Wanted;
import io.pikaconnect.failure.TaskFailure;
import io.pikaconnect.pika.BinlogDialect;
import io.pikaconnect.snapshot.SnapshotOptions;
import java.time.Instant;

/**
 * Everything that shapes records, fixed for a whole epoch: the same change must become the same records however often
 * the source restarts. Kept in the source offset; a changed configuration takes effect with the next epoch.
 *
 * <p>The {@code on.*} policies are not among it: each only decides whether to stop, never how a record looks (an emulated
 * SPOP and an opaque HyperLogLog have one form each, which their policies let pass or not), so that
 * a connector that stopped may be told to go on.
 *
 * <p>{@code record.format} is not among it, either: the same records may be sent in another format. But what starts with
 * structs has smaller records, which have room as JSON.
 *
 * <p>Text form: {@code topic;partitions;record.max.bytes;snapshot.chunk.elements;group;revision}, then, where there is
 * something renamed or left out, {@code ;} and what is renamed, and where something is left out, {@code ;} and the selection.
 *
 * @param recordMaxBytes of raw records
 * @param group the master's binlog dialect
 * @param revision of the translation rules
 * @param renamed commands that the master has under other names; unlike the rest it may gain some in the epoch
 * @param selection the keys that are replicated
 */
record EpochSettings(
        String topic,
        int partitions,
        int recordMaxBytes,
        int chunkElements,
        BinlogDialect group,
        int revision,
        RenamedCommands renamed,
        Selection selection) {

    private static final int FIELDS = 6;

    EpochSettings(
            String topic, int partitions, int recordMaxBytes, int chunkElements, BinlogDialect group, int revision) {
        this(topic, partitions, recordMaxBytes, chunkElements, group, revision, RenamedCommands.NONE, Selection.ALL);
    }

    static EpochSettings of(PikaSourceConfig config, BinlogDialect group) {
        return new EpochSettings(
                config.topic(),
                config.partitions(),
                config.rawMaxBytes(),
                config.getInt(PikaSourceConfig.SNAPSHOT_CHUNK_ELEMENTS),
                group,
                Translator.REVISION,
                config.renamed(),
                config.selection());
    }

    /** The same, with what the settings name now, as far as it may hold in this epoch. */
    EpochSettings continuedWith(RenamedCommands now) {
        return new EpochSettings(
                topic,
                partitions,
                recordMaxBytes,
                chunkElements,
                group,
                revision,
                renamed.continuedWith(now),
                selection);
    }

    EpochSettings withRecordMaxBytes(int other) {
        return new EpochSettings(topic, partitions, other, chunkElements, group, revision, renamed, selection);
    }

    EpochSettings with(BinlogDialect other) {
        return new EpochSettings(topic, partitions, recordMaxBytes, chunkElements, other, revision, renamed, selection);
    }

    /** How the dump is read, of which the two policies only decide whether to stop. */
    SnapshotOptions snapshotOptions(
            Instant requested, boolean failOnTypeCollision, boolean failOnHyperLogLog, Wanted wanted) {
        // A quarter of a record: chunks then never need cutting, unless one element alone is larger.
        return new SnapshotOptions(
                chunkElements, recordMaxBytes / 4, failOnTypeCollision, failOnHyperLogLog, wanted, requested);
    }

    String text() {
        String text = String.join(
                ";",
                topic,
                String.valueOf(partitions),
                String.valueOf(recordMaxBytes),
                String.valueOf(chunkElements),
                group.name(),
                String.valueOf(revision));
        if (selection.isAll()) {
            return renamed.isNone() ? text : text + ";" + renamed;
        }
        return text + ";" + renamed + ";" + selection;
    }

    /**
     * Reads the text form.
     *
     * @throws TaskFailure when it was written by rules that this release does not know
     */
    static EpochSettings parse(String text) {
        String[] p = text.split(";", -1);
        try {
            if (p.length >= FIELDS && p.length <= FIELDS + 2 && Integer.parseInt(p[5]) == Translator.REVISION) {
                return new EpochSettings(
                        p[0],
                        Integer.parseInt(p[1]),
                        Integer.parseInt(p[2]),
                        Integer.parseInt(p[3]),
                        BinlogDialect.named(p[4]),
                        Translator.REVISION,
                        p.length == FIELDS ? RenamedCommands.NONE : RenamedCommands.parse(p[FIELDS]),
                        p.length <= FIELDS + 1 ? Selection.ALL : Selection.parse(p[FIELDS + 1]));
            }
        } catch (IllegalArgumentException e) {
            throw unknown(text, e);
        }
        throw unknown(text, null);
    }

    private static TaskFailure unknown(String text, Exception cause) {
        return TaskFailure.of(
                "The stored position (\"" + text + "\")",
                "it was written with other rules than this release has (revision " + Translator.REVISION + ")",
                "Go back to the release that wrote it, or reset the connector's offsets for a new full sync",
                cause);
    }
}
