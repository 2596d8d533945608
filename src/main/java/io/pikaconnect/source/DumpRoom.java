package io.pikaconnect.source;

import io.pikaconnect.fullsync.DumpDirectory;
import io.pikaconnect.replication.MasterProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether the dumps of a master fit into snapshot.dir, as far as the master reports the size of its data. */
final class DumpRoom {

    private DumpRoom() {}

    /** Why not, if not. Of a master of which only some databases are wanted it is not known how large those are. */
    static Optional<String> tooSmall(PikaSourceConfig source, MasterProbe probe) {
        List<String> all = probe.identity().databases();
        List<String> wanted = source.allDatabases() ? all : source.databases();
        if (probe.dataBytes().isEmpty() || !wanted.containsAll(all)) {
            return Optional.empty();
        }
        Path dir = source.snapshotDir();
        long needed = probe.dataBytes().getAsLong();
        try {
            long free = Files.getFileStore(SourceValidation.existing(dir)).getUsableSpace();
            long there = 0;
            for (String database : wanted) {
                there += bytesBelow(DumpDirectory.home(dir, source.connector(), database));
            }
            return needed - there <= free
                    ? Optional.empty()
                    : Optional.of(source.replica() + " has " + (needed >> 20) + " MB of data, but snapshot.dir " + dir
                            + " has room for " + (free >> 20) + " MB; a dump would not fit. Choose a larger disk");
        } catch (IOException e) {
            return Optional.empty(); // how much room there is does not show
        }
    }

    /** A dump that is there already, or a part of it, needs no more room. */
    private static long bytesBelow(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.mapToLong(
                            file -> file.toFile().isFile() ? file.toFile().length() : 0)
                    .sum();
        }
    }
}
