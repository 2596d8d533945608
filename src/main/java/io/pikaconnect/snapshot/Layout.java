package io.pikaconnect.snapshot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** How the folders of a dump are arranged (storage-format.md 2.3). */
enum Layout {
    /** 3.2 – 3.5: a RocksDB for each type. */
    BY_TYPE,
    /** 4.0: RocksDBs with all types, one for each share of the keys. */
    BY_SHARE,
    /** Sharding mode of 3.2 – 3.4: a folder for each partition, with a RocksDB for each type. */
    SHARDED,
    /** None of them. */
    UNKNOWN;

    private static final String MARK = "CURRENT";

    static Layout of(Path dump) throws SnapshotException {
        String strings = PikaType.STRING.folder();
        if (Files.exists(dump.resolve(strings).resolve(MARK))) {
            return BY_TYPE;
        }
        if (!Files.isDirectory(dump)) {
            return UNKNOWN;
        }
        try (Stream<Path> folders = Files.list(dump)) {
            boolean sharded = folders.filter(f -> f.getFileName().toString().matches("\\d+"))
                    .anyMatch(f -> Files.isDirectory(f.resolve(strings)));
            if (sharded) {
                return SHARDED;
            }
        } catch (IOException | UncheckedIOException e) {
            throw new SnapshotException(
                    "the dump folder " + dump + " cannot be listed (" + e + "); give the worker the right to read it",
                    e);
        }
        Path first = dump.resolve("0");
        return Files.exists(first.resolve(MARK)) && holdsHashes(first) ? BY_SHARE : UNKNOWN;
    }

    private static boolean holdsHashes(Path folder) throws SnapshotException {
        RocksDB.loadLibrary();
        try (Options options = new Options()) {
            return RocksDB.listColumnFamilies(options, folder.toString()).stream()
                    .anyMatch(name -> new String(name, StandardCharsets.UTF_8).equals("hash_data_cf"));
        } catch (RocksDBException e) {
            throw DamagedDump.in(folder, e);
        }
    }
}
