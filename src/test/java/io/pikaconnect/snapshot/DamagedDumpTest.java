package io.pikaconnect.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.change.Tally;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;

class DamagedDumpTest {

    @TempDir
    Path temporary;

    private Path written() throws Exception {
        Path dump = temporary.resolve("dump");
        try (DumpWriter writer = new DumpWriter(dump)) {
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

    @Test
    void aDamagedBlockEndsTheReadingWithTheFolderAndTheRemedy() throws Exception {
        Path dump = written();
        overwrite(dump.resolve("strings"), ".sst", 20_000, 64);

        assertRefused(dump)
                .hasMessageContaining(dump.resolve("strings").toString())
                .hasMessageContaining("have another one pulled")
                .hasMessageContaining("on.position.lost=resync");
    }

    @Test
    void aDamagedRecordOfNamesEndsTheReading() throws Exception {
        Path dump = written();
        overwrite(dump.resolve("hashes"), ".sst", 4_000, 64);

        assertRefused(dump).hasMessageContaining(dump.resolve("hashes").toString());
    }

    @Test
    void aMissingFileIsNoticed() throws Exception {
        Path dump = written();
        try (Stream<Path> files = Files.list(dump.resolve("hashes"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".sst")).toList()) {
                Files.delete(file);
            }
        }

        assertRefused(dump).hasMessageContaining(dump.resolve("hashes").toString());
    }

    @Test
    void aMissingTypeIsNoticed() throws Exception {
        Path dump = written();
        Files.delete(dump.resolve("sets").resolve("CURRENT"));

        assertRefused(dump).hasMessageContaining("there is no RocksDB sets in " + dump);
    }

    @Test
    void aMissingColumnFamilyIsNoticed() throws Exception {
        Path dump = written();
        Path sets = dump.resolve("sets");
        try (Stream<Path> files = Files.list(sets)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        try (Options options = new Options().setCreateIfMissing(true);
                RocksDB empty = RocksDB.open(options, sets.toString())) {
            empty.put(new byte[] {1}, new byte[12]);
        }

        assertRefused(dump).hasMessageContaining("no column family member_cf").hasMessageContaining(sets.toString());
    }

    @Test
    void recordsOfAnImpossibleLengthEndTheReading() throws Exception {
        for (PikaType type : PikaType.values()) {
            Path dump = temporary.resolve("short-" + type);
            try (DumpWriter writer = new DumpWriter(dump)) {
                writer.name(type, DumpWriter.bytes("k"), new byte[3]);
                if (type != PikaType.STRING) {
                    writer.element(
                            type, DumpWriter.bytes("k"), DumpWriter.VERSION, DumpWriter.bytes("01234567"), new byte[0]);
                }
            }
            assertRefused(dump).hasMessageContaining(dump.resolve(type.folder()).toString());
        }
    }

    @Test
    void elementsOfAnImpossibleShapeEndTheReading() throws Exception {
        for (PikaType type : List.of(PikaType.HASH, PikaType.ZSET, PikaType.SET)) {
            Path dump = temporary.resolve("shape-" + type);
            try (DumpWriter writer = new DumpWriter(dump)) {
                writer.data(type, DumpWriter.join(77, "k", 5), new byte[0]);
            }
            assertRefused(dump).hasMessageContaining("too short").hasMessageContaining("entry 1");
        }
        Path dump = temporary.resolve("score");
        try (DumpWriter writer = new DumpWriter(dump)) {
            writer.element(PikaType.ZSET, new byte[1], 5, new byte[1], new byte[7])
                    .meta(PikaType.ZSET, new byte[1], 1, 5, 0);
        }
        assertRefused(dump).hasMessageContaining("a score of 7 bytes");
    }

    @Test
    void aCursorOfAnotherDumpIsRefused() throws Exception {
        Path dump = written();
        byte[] key = "no such key".getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> Dumps.read(dump, Dumps.options(1), new SnapshotCursor(0, 5, key), new Tally()))
                .isInstanceOf(SnapshotException.class)
                .hasMessageContaining(dump.toString())
                .hasMessageContaining("is missing");
        assertThatThrownBy(() -> Dumps.read(dump, Dumps.options(1), new SnapshotCursor(7, 5, key), new Tally()))
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
    @EnabledIfEnvironmentVariable(named = "PIKA_RECORDINGS", matches = ".+")
    void aDumpOfPika40IsRefused() throws Exception {
        Path dump = Dumps.copy(
                Path.of(System.getenv("PIKA_RECORDINGS")).resolve("4.0.1").resolve("dump"), temporary.resolve("four"));

        assertThat(Layout.of(dump)).isEqualTo(Layout.BY_SHARE);
        assertRefused(dump).hasMessageContaining("Pika 4.0");
    }
}
