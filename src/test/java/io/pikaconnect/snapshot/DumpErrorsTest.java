package io.pikaconnect.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.metrics.DiscardCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;

class DumpErrorsTest {

    @TempDir
    Path temporary;

    private Path written(Layout layout) throws Exception {
        Path dump = temporary.resolve("dump");
        try (DumpWriter writer =
                layout == Layout.FLOYD ? new FloydDumpWriter(dump, 3) : new BlackwidowDumpWriter(dump)) {
            for (int i = 0; i < 3_000; i++) {
                writer.string("key" + i, "value" + i, 0).hash("hash" + i, 0, "f", "v" + i);
            }
        }
        return dump;
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(Path dump) {
        return assertThatThrownBy(() -> Dumps.read(dump)).isInstanceOf(SnapshotException.class);
    }

    private static void overwrite(Path folder, String suffix, int at, int bytes) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(suffix)).toList()) {
                byte[] content = Files.readAllBytes(file);
                for (int i = at; i < at + bytes; i++) {
                    content[i] ^= 0x55;
                }
                Files.write(file, content);
            }
        }
    }

    private static Path folderOf(PikaType type, Layout layout, Path dump) {
        return dump.resolve(layout == Layout.FLOYD ? "1" : type.plural());
    }

    @ParameterizedTest
    @EnumSource
    void aDamagedBlockEndsTheReadingWithTheFolderAndTheRemedy(Layout layout) throws Exception {
        Path dump = written(layout);
        Path folder = folderOf(PikaType.STRING, layout, dump);
        overwrite(folder, ".sst", 15_000, 64);

        assertRefused(dump)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("have another one pulled")
                .hasMessageContaining("on.position.lost=resync");
    }

    @ParameterizedTest
    @EnumSource
    void aDamagedRecordOfNamesEndsTheReading(Layout layout) throws Exception {
        Path dump = written(layout);
        Path folder = folderOf(PikaType.HASH, layout, dump);
        overwrite(folder, ".sst", 4_000, 64);

        assertRefused(dump).hasMessageContaining(folder.toString());
    }

    @ParameterizedTest
    @EnumSource
    void aMissingFileIsNoticed(Layout layout) throws Exception {
        Path dump = written(layout);
        Path folder = folderOf(PikaType.HASH, layout, dump);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".sst")).toList()) {
                Files.delete(file);
            }
        }

        assertRefused(dump).hasMessageContaining(folder.toString());
    }

    @Test
    void aMissingTypeIsNoticed() throws Exception {
        Path dump = written(Layout.BLACKWIDOW);
        Files.delete(dump.resolve("sets").resolve("CURRENT"));

        assertRefused(dump).hasMessageContaining("there is no RocksDB sets in " + dump);
    }

    @Test
    void aMissingShareIsNoticed() throws Exception {
        Path dump = written(Layout.FLOYD);
        Files.delete(dump.resolve("1").resolve("CURRENT"));

        assertRefused(dump).hasMessageContaining("there is no RocksDB 1").hasMessageContaining(dump.toString());
    }

    @Test
    void aMissingColumnFamilyIsNoticed() throws Exception {
        Path dump = written(Layout.BLACKWIDOW);
        Path sets = dump.resolve("sets");
        makePlain(sets);
        assertRefused(dump).hasMessageContaining("no column family member_cf").hasMessageContaining(sets.toString());
    }

    @Test
    void aMissingColumnFamilyOfAShareIsNoticed() throws Exception {
        Path dump = written(Layout.FLOYD);
        Path second = dump.resolve("1");
        makePlain(second);
        assertRefused(dump)
                .hasMessageContaining("no column family hash_data_cf")
                .hasMessageContaining(second.toString());
    }

    /** A RocksDB with nothing but the column family that every one has. */
    private static void makePlain(Path folder) throws Exception {
        Files.createDirectories(folder);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        try (Options options = new Options().setCreateIfMissing(true);
                RocksDB empty = RocksDB.open(options, folder.toString())) {
            empty.put(new byte[] {1}, new byte[12]);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCursorOfAnotherDumpIsRefused(Layout layout) throws Exception {
        Path dump = written(layout);
        for (String missing : List.of("0/1/#00000000", "0/5/#12345678", "0/1000000/#12345678", "0/5/bm8gc3VjaCBrZXk")) {
            SnapshotCursor cursor = SnapshotCursor.parse(missing);
            assertThatThrownBy(() -> Dumps.read(dump, Dumps.options(1), cursor, new DiscardCounts()))
                    .isInstanceOf(SnapshotException.class)
                    .hasMessageContaining(dump.toString())
                    .hasMessageContaining("is missing");
        }
        assertThatThrownBy(
                        () -> Dumps.read(dump, Dumps.options(1), SnapshotCursor.after(99, 5, 0), new DiscardCounts()))
                .isInstanceOf(SnapshotException.class)
                .hasMessageContaining("belongs to another dump");
    }

    @Test
    void aFolderWithoutADumpIsRefused() throws Exception {
        Path nothing = temporary.resolve("nothing");
        assertRefused(nothing).hasMessageContaining("no Pika dump in " + nothing);
        Files.createDirectories(nothing.resolve("0"));
        assertRefused(nothing).hasMessageContaining("no Pika dump in " + nothing);
    }

    @Test
    void aDumpOfShardingModeIsRefused() throws Exception {
        Path dump = temporary.resolve("sharded");
        Files.createDirectories(dump.resolve("12").resolve("strings"));

        assertRefused(dump).hasMessageContaining("sharding mode");
    }

    @Test
    void aFolderWithTwoDumpsIsRefused() throws Exception {
        Path dump = written(Layout.FLOYD);
        try (DumpWriter writer = new BlackwidowDumpWriter(dump)) {
            writer.string("k", "v", 0);
        }

        assertRefused(dump)
                .hasMessageContaining("has both strings of Pika 3 and 0 of Pika 4")
                .hasMessageContaining("Delete the folder");
    }

    @Test
    void aRocksDbOfSomethingElseIsRefused() throws Exception {
        Path dump = temporary.resolve("else");
        makePlain(dump.resolve("0"));

        assertRefused(dump).hasMessageContaining("has the column families [default]");
    }

    @ParameterizedTest
    @EnumSource
    void aDumpTellsItsLayout(Layout layout) throws Exception {
        assertThat(Layout.of(written(layout))).isEqualTo(layout);
    }
}
