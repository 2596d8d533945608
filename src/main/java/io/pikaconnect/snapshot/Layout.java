package io.pikaconnect.snapshot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** How the folders of a dump are arranged, recognized by its contents (storage-format 2.3); named as in Pika. */
enum Layout {
    /** 3.2 – 3.5: a RocksDB for each type. */
    BLACKWIDOW(BlackwidowFormat.INSTANCE),
    /** 4.0: RocksDBs with all types, each with a share of the keys, numbered from 0. */
    FLOYD(FloydFormat.INSTANCE);

    private static final String MARK = "CURRENT";
    private static final String STRINGS = PikaType.STRING.plural();
    private static final String REMEDY = ". Delete the folder and have another dump pulled (on.position.lost=resync)";

    private final Format format;

    Layout(Format format) {
        this.format = format;
    }

    /** How keys and values are written in this layout. */
    Format format() {
        return format;
    }

    /**
     * The layout of a dump.
     *
     * @throws SnapshotException if it has none of these, or one that cannot be replicated
     */
    static Layout of(Path dump) throws SnapshotException {
        List<Path> numbered = numbered(dump);
        if (numbered.stream().anyMatch(f -> Files.isDirectory(f.resolve(STRINGS)))) {
            throw new SnapshotException("the dump " + dump
                    + " was written by a Pika in sharding mode (a folder for each partition); only classic mode can be"
                    + " replicated");
        }
        boolean byType = isDatabase(dump.resolve(STRINGS));
        boolean byShare = numbered.stream().anyMatch(Layout::isDatabase);
        if (byType && byShare) {
            throw new SnapshotException("the dump " + dump + " has both " + STRINGS + " of Pika 3 and "
                    + numbered.get(0).getFileName() + " of Pika 4: two dumps got into one folder" + REMEDY);
        }
        if (byType) {
            return BLACKWIDOW;
        }
        if (!byShare) {
            throw SnapshotException.ofDamagedDump(
                    "there is no Pika dump in " + dump + ": neither " + STRINGS + "/" + MARK + " nor 0/" + MARK + " is"
                            + " present",
                    "If it was removed, have another one pulled (on.position.lost=resync)",
                    null);
        }
        shares(dump);
        List<String> families = RocksFolder.familiesIn(dump.resolve("0"));
        if (!families.contains(FloydFormat.INSTANCE.dataFamily(PikaType.HASH))) {
            throw new SnapshotException("the dump " + dump + " is not one of Pika 3.2 to 4.0: its RocksDB 0 has the"
                    + " column"
                    + " families " + families + REMEDY);
        }
        return FLOYD;
    }

    /**
     * How many RocksDBs a dump of 4.0 has.
     *
     * @throws SnapshotException if there is a gap between their numbers
     */
    static int shares(Path dump) throws SnapshotException {
        List<Path> numbered = numbered(dump);
        for (int i = 0; i < numbered.size(); i++) {
            if (!isDatabase(dump.resolve(Integer.toString(i)))) {
                throw DumpErrors.in(dump, "there is no RocksDB " + i + " although there are " + numbered.size());
            }
        }
        return numbered.size();
    }

    private static boolean isDatabase(Path folder) {
        return Files.exists(folder.resolve(MARK));
    }

    private static List<Path> numbered(Path dump) throws SnapshotException {
        if (!Files.isDirectory(dump)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(dump)) {
            return folders.filter(f -> f.getFileName().toString().matches("\\d+"))
                    .filter(Files::isDirectory)
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new SnapshotException(
                    "the dump folder " + dump + " cannot be listed (" + e + "); give the worker permission to read it",
                    e);
        }
    }
}
