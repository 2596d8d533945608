package io.pikaconnect.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.metrics.DiscardCounts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How much a dump has, as estimated before it is read. */
class SnapshotSizeTest {

    private static final int STRINGS = 300;
    private static final int HASHES = 20;
    private static final int FIELDS = 50;

    @TempDir
    Path dump;

    private SnapshotReader open(SnapshotCursor from) throws SnapshotException {
        return SnapshotReader.open(dump, Dumps.options(10), from, new DiscardCounts());
    }

    @ParameterizedTest
    @EnumSource
    void theEstimateOfADumpWithoutDeadEntriesIsExactAndReadingEndsAtIt(Layout layout) throws Exception {
        try (DumpWriter writer = Dumps.writer(layout, dump)) {
            for (int i = 0; i < STRINGS; i++) {
                writer.string("s" + i, "v", 0);
            }
            for (int i = 0; i < HASHES; i++) {
                String[] fields = new String[2 * FIELDS];
                for (int f = 0; f < fields.length; f++) {
                    fields[f] = "f" + f;
                }
                writer.hash("h" + i, 0, fields);
            }
        }
        List<Long> before = new ArrayList<>();
        SnapshotCursor middle = SnapshotCursor.START;
        SnapshotSize size;
        try (SnapshotReader reader = open(SnapshotCursor.START)) {
            size = reader.size();
            for (Optional<SnapshotChunk> chunk = reader.next(); chunk.isPresent(); chunk = reader.next()) {
                before.add(size.before(chunk.get().after()));
                middle = before.size() == 200 ? chunk.get().after() : middle;
            }
        }
        assertThat(size.keys()).isEqualTo(STRINGS + HASHES);
        assertThat(before).isSorted();
        // The records of hashes are read with the strings where both are in one column family.
        assertThat(size.total()).isBetween((long) STRINGS + HASHES * FIELDS, (long) STRINGS + HASHES * FIELDS + HASHES);
        assertThat(before.get(before.size() - 1)).isEqualTo(size.total());
        try (SnapshotReader rest = open(middle)) {
            assertThat(rest.size()).isEqualTo(size);
        }
    }

    @Test
    void aPlaceIsNeverBeyondTheEstimate() {
        SnapshotSize size = new SnapshotSize(7, List.of(10L, 0L, 5L));
        assertThat(size.total()).isEqualTo(15);
        assertThat(size.before(SnapshotCursor.START)).isZero();
        assertThat(size.before(SnapshotCursor.after(0, 4, 1))).isEqualTo(4);
        assertThat(size.before(SnapshotCursor.after(0, 12, 1))).isEqualTo(10);
        assertThat(size.before(SnapshotCursor.after(1, 3, 1))).isEqualTo(10);
        assertThat(size.before(SnapshotCursor.after(2, 9, 1))).isEqualTo(15);
    }
}
