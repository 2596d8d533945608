package io.pikaconnect.snapshot;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import io.pikaconnect.change.Tally;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reading whole dumps, and copies of them. */
final class Dumps {

    static final Instant REQUESTED = Instant.ofEpochSecond(1_795_400_000);
    static final int LIVE = 1_795_400_000;
    static final int EXPIRED = 1_795_399_999;

    private Dumps() {}

    static SnapshotOptions options(int chunkElements) {
        return new SnapshotOptions(chunkElements, 400_000, false, REQUESTED);
    }

    static List<SnapshotChunk> read(Path dump) throws SnapshotException {
        return read(dump, options(100), SnapshotCursor.START, new Tally());
    }

    static List<SnapshotChunk> read(Path dump, SnapshotOptions options, SnapshotCursor from, Tally tally)
            throws SnapshotException {
        try (SnapshotReader reader = SnapshotReader.open(dump, options, from, tally)) {
            List<SnapshotChunk> chunks = new ArrayList<>();
            for (Optional<SnapshotChunk> next = reader.next(); next.isPresent(); next = reader.next()) {
                chunks.add(next.get());
            }
            return chunks;
        }
    }

    /** Every command, as text. */
    static List<String> commands(List<SnapshotChunk> chunks) {
        return chunks.stream()
                .flatMap(c -> c.change().commands().stream())
                .map(Command::toString)
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
