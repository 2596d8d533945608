package io.pikaconnect.snapshot;

import static io.pikaconnect.snapshot.DumpWriter.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.metrics.DiscardCounts;
import io.pikaconnect.snapshot.Milestones.Milestone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MilestonesTest {

    private static final int MEMBERS = 300;

    @TempDir
    Path temporary;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private Path dump;
    private Path file;

    @BeforeEach
    void place() {
        dump = temporary.resolve("dump");
        file = dump.resolve(Milestones.NAME);
    }

    private void write(Layout layout) throws Exception {
        String[] members = IntStream.range(0, MEMBERS).mapToObj(i -> "m" + i).toArray(String[]::new);
        try (DumpWriter writer = Dumps.writer(layout, dump)) {
            writer.string("a", "1", 0)
                    .hash("h", 0, members)
                    .set("s", 0, members)
                    .set("t", 0, "x");
        }
    }

    private List<SnapshotChunk> read() throws SnapshotException {
        return Dumps.readWithMilestones(dump, Dumps.options(7), SnapshotCursor.START, new DiscardCounts());
    }

    @ParameterizedTest
    @EnumSource
    void theNearestOneIsTheEntryOfTheCursorItself(Layout layout) throws Exception {
        write(layout);
        for (SnapshotChunk chunk : read()) {
            SnapshotCursor cursor = SnapshotCursor.parse(chunk.after().toText());
            Milestone nearest =
                    new Milestones(dump, Milestones.EVERY).before(cursor).orElseThrow();
            assertThat(nearest.ordinal()).isEqualTo(cursor.ordinal());
            assertThat(SnapshotCursor.checksum(nearest.key(), nearest.key().length))
                    .isEqualTo(cursor.checksum());
        }
    }

    @Test
    void isOnesOwnInstanceAndNotAfterTheCursor() throws Exception {
        Files.createDirectories(dump);
        try (Milestones milestones = new Milestones(dump, Duration.ZERO)) {
            for (long ordinal = 10; ordinal <= 30; ordinal += 10) {
                byte[] key = bytes("key" + ordinal);
                milestones.passed(2, ordinal, key, key.length);
            }
        }
        Milestones again = new Milestones(dump, Milestones.EVERY);
        assertThat(again.before(SnapshotCursor.after(2, 9, 0))).isEmpty();
        assertThat(again.before(SnapshotCursor.after(2, 29, 0)).orElseThrow().key())
                .isEqualTo(bytes("key20"));
        assertThat(again.before(SnapshotCursor.after(2, 99, 0)).orElseThrow().key())
                .isEqualTo(bytes("key30"));
        assertThat(again.before(SnapshotCursor.after(1, 99, 0))).isEmpty();
        assertThat(again.before(SnapshotCursor.after(3, 99, 0))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void whateverBecameOfTheFileARestartGivesTheRest(Layout layout) throws Exception {
        write(layout);
        List<SnapshotChunk> all = read();
        List<String> told = Dumps.told(all);
        byte[] whole = Files.readAllBytes(file);
        for (int i = 0; i < 60; i++) {
            damage(whole.clone());
            for (int restart = 0; restart < 2; restart++) {
                int at = random.nextInt(all.size());
                SnapshotCursor cursor = SnapshotCursor.parse(all.get(at).after().toText());
                List<SnapshotChunk> rest =
                        Dumps.readWithMilestones(dump, Dumps.options(7), cursor, new DiscardCounts());
                assertThat(Dumps.told(rest))
                        .as("seed %d, after %s", seed, cursor)
                        .isEqualTo(told.subList(at + 1, told.size()));
            }
        }
    }

    /** A worker that was killed, or whose machine was, and worse. */
    private void damage(byte[] content) throws IOException {
        switch (random.nextInt(4)) {
            case 0 -> Files.deleteIfExists(file);
            case 1 -> Files.write(file, Arrays.copyOf(content, random.nextInt(content.length)));
            case 2 -> {
                content[random.nextInt(content.length)] ^= (byte) (1 << random.nextInt(8));
                Files.write(file, content);
            }
            default -> Files.write(file, Arrays.copyOf(content, content.length + 1 + random.nextInt(50)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFileThatCannotBeWrittenHoldsNothingUp(Layout layout) throws Exception {
        write(layout);
        Files.createDirectory(file);
        List<SnapshotChunk> all = read();
        SnapshotCursor cursor = all.get(5).after();
        assertThat(Dumps.readWithMilestones(dump, Dumps.options(7), cursor, new DiscardCounts()))
                .hasSize(all.size() - 6);
    }

    @ParameterizedTest
    @EnumSource
    void keysOfAnyLengthAreResumedBehindAndOnlyShortOnesNoted(Layout layout) throws Exception {
        List<byte[]> members = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            byte[] member = new byte[i % 2 == 0 ? 1_000_000 : 10];
            Arrays.fill(member, (byte) ('a' + i));
            members.add(member);
        }
        try (DumpWriter writer = Dumps.writer(layout, dump)) {
            writer.set(bytes("documents"), 0, members);
        }
        List<SnapshotChunk> all =
                Dumps.readWithMilestones(dump, Dumps.options(1), SnapshotCursor.START, new DiscardCounts());
        assertThat(all).hasSize(20);
        assertThat(Files.size(file)).isLessThan(10_000);
        for (int i = 0; i < 20; i++) {
            SnapshotCursor cursor = SnapshotCursor.parse(all.get(i).after().toText());
            assertThat(Dumps.told(Dumps.read(dump, Dumps.options(1), cursor, new DiscardCounts())))
                    .isEqualTo(Dumps.told(all.subList(i + 1, 20)));
        }
    }
}
