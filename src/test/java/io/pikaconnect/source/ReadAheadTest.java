package io.pikaconnect.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pikaconnect.change.Resp;
import io.pikaconnect.metrics.DiscardCounts;
import io.pikaconnect.snapshot.BlackwidowDumpWriter;
import io.pikaconnect.snapshot.SnapshotChunk;
import io.pikaconnect.snapshot.SnapshotCursor;
import io.pikaconnect.snapshot.SnapshotException;
import io.pikaconnect.snapshot.SnapshotOptions;
import io.pikaconnect.snapshot.SnapshotReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ReadAheadTest {

    /** Longer than any test may take: what returns at all has not waited for it. */
    private static final long FOR_EVER_MS = 3_600_000;

    @TempDir
    Path temporary;

    @Test
    void givesEveryChunkOnceAndInOrder() throws Exception {
        Path dump = dump(5_000, 20);
        List<SnapshotCursor> expected = new ArrayList<>();
        try (SnapshotReader reader = reader(dump)) {
            for (Optional<SnapshotChunk> c = reader.next(); c.isPresent(); c = reader.next()) {
                expected.add(c.get().after());
            }
        }
        try (ReadAhead ahead = new ReadAhead(reader(dump), System::nanoTime)) {
            assertThat(all(ahead)).hasSize(5_000).isEqualTo(expected);
            assertThat(ahead.isComplete()).isTrue();
            assertThat(ahead.next(FOR_EVER_MS)).as("behind the end").isEmpty();
        }
    }

    @Test
    void waitsForNoMoreThanThereIs() throws Exception {
        try (ReadAhead ahead = new ReadAhead(reader(dump(3, 20)), System::nanoTime)) {
            assertThat(ahead.next(FOR_EVER_MS)).isPresent();
            assertThat(ahead.isComplete()).isFalse();
            assertThat(all(ahead)).hasSize(2);
            assertThat(ahead.isComplete()).isTrue();
        }
    }

    @Test
    void valuesThatFillItsRoomAloneComeOneBehindTheOther() throws Exception {
        try (ReadAhead ahead = new ReadAhead(reader(dump(8, 5 << 20)), System::nanoTime)) {
            assertThat(all(ahead)).hasSize(8);
        }
    }

    @Test
    void whatEndsTheReadingComesBehindTheChunksBeforeIt() throws Exception {
        Path dump = dump(5_000, 20);
        damage(dump.resolve("strings"), 60_000);
        int before = 0;
        try (SnapshotReader reader = reader(dump)) {
            before = chunksBeforeTheFailure(reader);
        }
        assertThat(before).isPositive();
        try (ReadAhead ahead = new ReadAhead(reader(dump), System::nanoTime)) {
            for (int i = 0; i < before; i++) {
                assertThat(ahead.next(FOR_EVER_MS)).isPresent();
            }
            assertThatThrownBy(() -> ahead.next(FOR_EVER_MS))
                    .isInstanceOf(SnapshotException.class)
                    .hasMessageContaining("strings");
            assertThat(ahead.isComplete()).isFalse();
        }
    }

    @Test
    void closingEndsItsThreadWhileThatWaitsForRoom() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        ReadAhead ahead = new ReadAhead(reader(dump(8, 5 << 20)), System::nanoTime);
        assertThat(ahead.next(FOR_EVER_MS)).isPresent();
        ahead.close();
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> !before.contains(thread))
                .extracting(Thread::getName)
                .doesNotContain("pika-source-snapshot");
    }

    @Test
    void anInterruptIsNotTheEndOfTheDump() throws Exception {
        int keys = 40;
        Path dump = dump(keys, 1 << 20);
        Set<Thread> others = Thread.getAllStackTraces().keySet();
        try (ReadAhead ahead = new ReadAhead(reader(dump), System::nanoTime)) {
            Thread reading = readingThread(others);
            await().until(() -> reading.getState() == Thread.State.WAITING);
            reading.interrupt();
            reading.join();
            assertThatThrownBy(() -> all(ahead))
                    .isInstanceOf(SnapshotException.class)
                    .hasMessageContaining("interrupted");
            assertThat(ahead.isComplete()).isFalse();
        }
    }

    @Test
    void holdsWhatItMayAndOneValueMoreHoweverLargeThatIs() throws Exception {
        int large = 48 << 20;
        Path dump = dump(6, large);
        long before = ReachableMemory.bytes();
        Set<Thread> others = Thread.getAllStackTraces().keySet();
        try (ReadAhead ahead = new ReadAhead(reader(dump), System::nanoTime)) {
            Thread reading = readingThread(others);
            await().until(() -> reading.getState() == Thread.State.WAITING);
            assertThat(ReachableMemory.bytes() - before).as("read ahead").isLessThan(large + large / 2);

            assertThat(ahead.next(FOR_EVER_MS)).isPresent();
            await().until(() -> reading.getState() == Thread.State.WAITING);
            assertThat(ReachableMemory.bytes() - before).as("one is in use").isLessThan(large + large / 2);
        }
    }

    private static Thread readingThread(Set<Thread> others) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !others.contains(thread))
                .filter(thread -> thread.getName().equals("pika-source-snapshot"))
                .findFirst()
                .orElseThrow();
    }

    private static List<SnapshotCursor> all(ReadAhead ahead) throws Exception {
        List<SnapshotCursor> cursors = new ArrayList<>();
        while (!ahead.isComplete()) {
            ahead.next(FOR_EVER_MS).ifPresent(c -> cursors.add(c.after()));
        }
        return cursors;
    }

    private static int chunksBeforeTheFailure(SnapshotReader reader) {
        int chunks = 0;
        try {
            while (reader.next().isPresent()) {
                chunks++;
            }
        } catch (SnapshotException e) {
            return chunks;
        }
        throw new AssertionError("the damage was not met");
    }

    private Path dump(int keys, int valueLength) throws Exception {
        Path dump = temporary.resolve("dump");
        try (BlackwidowDumpWriter writer = new BlackwidowDumpWriter(dump)) {
            for (int i = 0; i < keys; i++) {
                writer.string(Resp.bytes("key" + i), new byte[valueLength], 0);
            }
        }
        return dump;
    }

    private static void damage(Path folder, int at) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".sst")).toList()) {
                byte[] content = Files.readAllBytes(file);
                content[Math.min(at, content.length / 2)] ^= 0x55;
                Files.write(file, content);
            }
        }
    }

    private static SnapshotReader reader(Path dump) throws SnapshotException {
        SnapshotOptions options = new SnapshotOptions(100, 6 << 20, false, false, Instant.EPOCH);
        return SnapshotReader.open(dump, options, SnapshotCursor.START, new DiscardCounts());
    }
}
