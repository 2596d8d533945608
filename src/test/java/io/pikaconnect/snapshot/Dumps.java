package io.pikaconnect.snapshot;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import io.pikaconnect.metrics.DiscardCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.rocksdb.RocksDBException;

/** Reading whole dumps, and copies of them. */
final class Dumps {

    static final Instant REQUESTED = Instant.ofEpochSecond(1_795_400_000);

    /** The last deadline that is over when the dump is requested, and the first that is not; at the end of a second. */
    static final long EXPIRED = 1_795_399_999_999L;

    static final long LIVE = 1_795_400_000_999L;

    private Dumps() {}

    static SnapshotOptions options(int chunkElements) {
        return new SnapshotOptions(chunkElements, 400_000, false, false, REQUESTED);
    }

    /** For a dump of this layout, one RocksDB for all keys where there may be several. */
    static DumpWriter writer(Layout layout, Path dump) throws IOException, RocksDBException {
        return switch (layout) {
            case BLACKWIDOW -> new BlackwidowDumpWriter(dump);
            case FLOYD -> new FloydDumpWriter(dump, 1);
        };
    }

    static List<SnapshotChunk> read(Path dump) throws SnapshotException {
        return read(dump, options(100), SnapshotCursor.START, new DiscardCounts());
    }

    static List<SnapshotChunk> read(Path dump, SnapshotOptions options, SnapshotCursor from, DiscardCounts discards)
            throws SnapshotException {
        return read(SnapshotReader.open(dump, options, from, discards));
    }

    /** The same, and every entry becomes a milestone. */
    static List<SnapshotChunk> readWithMilestones(
            Path dump, SnapshotOptions options, SnapshotCursor from, DiscardCounts discards) throws SnapshotException {
        return read(SnapshotReader.open(dump, options, from, discards, new Milestones(dump, Duration.ZERO)));
    }

    private static List<SnapshotChunk> read(SnapshotReader opened) throws SnapshotException {
        try (opened) {
            List<SnapshotChunk> chunks = new ArrayList<>();
            for (Optional<SnapshotChunk> next = opened.next(); next.isPresent(); next = opened.next()) {
                chunks.add(next.get());
            }
            return chunks;
        }
    }

    /** Every command, as text. */
    static List<String> commands(List<SnapshotChunk> chunks) {
        return chunks.stream()
                .flatMap(c -> c.change().commands().stream())
                .map(Command::values)
                .toList();
    }

    /** What has to be equal of two readings. */
    static List<String> told(List<SnapshotChunk> chunks) {
        return chunks.stream()
                .map(c -> c.position(0) + " " + c.after() + " "
                        + Model.text(Resp.encode(c.change().commands())))
                .toList();
    }

    static Path copy(Path dump, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(dump)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(dump.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.write(copy, Files.readAllBytes(file));
                }
            }
        }
        return to;
    }
}
