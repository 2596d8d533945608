package io.pikaconnect.snapshot;

import static io.pikaconnect.snapshot.DumpWriter.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.metrics.DiscardCounts;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rocksdb.AbstractComparator;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;

/** What is looked at of a dump before anything depends on it. */
class DumpCheckTest {

    @TempDir
    Path temporary;

    private static void check(Path dump) throws Exception {
        SnapshotReader.check(dump, Dumps.options(100));
    }

    private static void assertRefused(Path dump, Path where) {
        assertThatThrownBy(() -> check(dump))
                .isInstanceOf(SnapshotException.class)
                .hasMessageContaining(where.toString());
    }

    /** Of every type; strings and hashes in three files each. */
    private Path written(Layout layout) throws Exception {
        return written(layout, "dump");
    }

    private Path written(Layout layout, String name) throws Exception {
        Path dump = temporary.resolve(name);
        try (DumpWriter writer = Dumps.writer(layout, dump)) {
            for (int file = 0; file < 3; file++) {
                for (int i = 0; i < 1_000; i++) {
                    String n = file + "-" + (1_000 + i);
                    writer.string("key" + n, "value" + n, 0).hash("hash" + n, 0, "f", "v" + n);
                }
                writer.flush();
            }
            writer.list("l", 0, "a", "b").zset("z", 0, "m", 1).set("t", 0, "m");
        }
        return dump;
    }

    private static Path hashesOf(Layout layout, Path dump) {
        return dump.resolve(layout == Layout.FLOYD ? "0" : "hashes");
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(f -> f.toString().endsWith(".sst")).sorted().toList();
        }
    }

    /** They are data, of a release that is not known. */
    @ParameterizedTest
    @EnumSource
    void aColumnFamilyThatNoReleaseHasIsRefused(Layout layout) throws Exception {
        Path dump = written(layout);
        Path folder = hashesOf(layout, dump);
        List<ColumnFamilyDescriptor> all = new ArrayList<>();
        try (Options options = new Options();
                AbstractComparator order = layout.format().listOrder()) {
            for (byte[] name : RocksDB.listColumnFamilies(options, folder.toString())) {
                ColumnFamilyOptions family = new ColumnFamilyOptions();
                all.add(new ColumnFamilyDescriptor(
                        name, new String(name).equals("list_data_cf") ? family.setComparator(order) : family));
            }
            List<ColumnFamilyHandle> handles = new ArrayList<>();
            try (RocksDB db = RocksDB.open(new DBOptions(), folder.toString(), all, handles)) {
                db.createColumnFamily(new ColumnFamilyDescriptor(bytes("pkhash_data_cf")))
                        .close();
                handles.forEach(ColumnFamilyHandle::close);
            }
        }
        assertThatThrownBy(() -> check(dump))
                .isInstanceOf(SnapshotException.class)
                .hasMessageContainingAll(folder.toString(), "pkhash_data_cf", "no known release");
        assertThatThrownBy(() -> Dumps.read(dump, Dumps.options(100), SnapshotCursor.START, new DiscardCounts()))
                .hasMessageContaining("pkhash_data_cf");
    }

    /** Of the first hundred records one is of another type: nothing was sent yet. */
    @Test
    void aTypeThatNoReleaseHasIsRefusedBeforeAnythingIsSent() throws Exception {
        Path dump = temporary.resolve("types");
        try (FloydDumpWriter writer = new FloydDumpWriter(dump, 1)) {
            writer.record(bytes("k"), DumpWriter.join((byte) 6, new byte[44]))
                    .string("a", "v", 0)
                    .string("z", "v", 0);
        }
        assertThatThrownBy(() -> check(dump))
                .isInstanceOf(SnapshotException.class)
                .hasMessageContainingAll("the key k", "type 6");
    }

    @ParameterizedTest
    @EnumSource
    void aWholeDumpIsGood(Layout layout) throws Exception {
        Path dump = written(layout);
        assertThatCode(() -> check(dump)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource
    void anEmptyDumpIsGood(Layout layout) throws Exception {
        Path dump = temporary.resolve("dump");
        Dumps.writer(layout, dump).close();
        assertThatCode(() -> check(dump)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource
    void everyFileThatIsCutShortIsFound(Layout layout) throws Exception {
        Path dump = written(layout);
        Path folder = hashesOf(layout, dump);
        assertThat(files(folder)).hasSizeGreaterThan(3);
        for (Path file : files(folder)) {
            byte[] whole = Files.readAllBytes(file);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(whole.length / 2);
            }
            assertRefused(dump, folder);
            Files.write(file, whole);
        }
        check(dump);
    }

    @ParameterizedTest
    @EnumSource
    void everyFileThatIsMissingIsFound(Layout layout) throws Exception {
        Path dump = written(layout);
        Path folder = hashesOf(layout, dump);
        for (Path file : files(folder)) {
            byte[] whole = Files.readAllBytes(file);
            Files.delete(file);
            assertRefused(dump, folder);
            Files.write(file, whole);
        }
    }

    /** As when a master's dump is replaced while it is pulled: each file is whole, but they do not belong together. */
    @ParameterizedTest
    @EnumSource
    void aFileOfAnotherDumpIsFound(Layout layout) throws Exception {
        Path dump = written(layout, "dump");
        Path other = written(layout, "other");
        int exchanged = 0;
        for (Path file : files(hashesOf(layout, dump))) {
            Path ofOther = hashesOf(layout, other).resolve(file.getFileName());
            if (Files.exists(ofOther) && Files.size(file) == Files.size(ofOther)) {
                byte[] whole = Files.readAllBytes(file);
                Files.write(file, Files.readAllBytes(ofOther));
                assertRefused(dump, hashesOf(layout, dump));
                Files.write(file, whole);
                exchanged++;
            }
        }
        assertThat(exchanged).as("files of one length").isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void aDamagedFirstBlockIsFound(Layout layout) throws Exception {
        Path dump = written(layout);
        Path folder = hashesOf(layout, dump);
        for (Path file : files(folder)) {
            byte[] whole = Files.readAllBytes(file);
            byte[] damaged = whole.clone();
            damaged[20] ^= 0x55;
            Files.write(file, damaged);
            assertRefused(dump, folder);
            Files.write(file, whole);
        }
    }

    @Test
    void somethingElseThanPikasEntriesIsRefusedButAFewAreADefect() throws Exception {
        for (int entries : List.of(5, 50)) {
            Path dump = temporary.resolve("dump" + entries);
            try (FloydDumpWriter writer = new FloydDumpWriter(dump, 1)) {
                for (int i = 0; i < entries; i++) {
                    writer.data(bytes("k"), PikaType.HASH, bytes("entry " + i), bytes("of somebody else"));
                }
            }
            if (entries == 5) {
                assertThatCode(() -> check(dump)).doesNotThrowAnyException();
            } else {
                assertThatThrownBy(() -> check(dump))
                        .isInstanceOf(SnapshotException.class)
                        .hasMessageContaining("none of 51 entries in column family hash_data_cf");
            }
        }
    }

    @Test
    void anInterruptEndsIt() throws Exception {
        Path dump = written(Layout.BLACKWIDOW);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> check(dump)).isInstanceOf(InterruptedException.class);
    }
}
