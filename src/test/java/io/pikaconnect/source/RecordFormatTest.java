package io.pikaconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.LogLines;
import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.source.ModelConnect.Stored;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The topic holds the same changes whatever {@code record.format} is, in the same records under the same numbers. */
class RecordFormatTest {

    private static final int PARTITIONS = 3;
    private static final PollLimit SMALL = new PollLimit(100, 20_000, 100);

    /** Records are cut to 10,000 bytes with either. */
    private static final Map<String, String> LARGEST = Map.of("raw", "10000", "struct", "31000");

    @TempDir
    Path snapshots;

    private RecordedMaster master;

    @BeforeEach
    void startMaster() throws IOException {
        master = RecordedMaster.start(Recording.ofVersion("3.5.5"));
    }

    @AfterEach
    void stopMaster() {
        master.close();
    }

    private ModelConnect connect(String name, String format, boolean exactlyOnce) {
        Map<String, String> settings = TaskSettings.of(
                "source",
                master,
                snapshots,
                "pika.name",
                name,
                "topic.partitions",
                String.valueOf(PARTITIONS),
                "record.format",
                format,
                "record.max.bytes",
                LARGEST.get(format),
                "snapshot.chunk.elements",
                "3");
        return new ModelConnect(settings, PARTITIONS, exactlyOnce, 1);
    }

    private static void rounds(ModelConnect connect, BooleanSupplier until) {
        Awaitility.await()
                .pollInSameThread()
                .pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(60))
                .until(() -> {
                    connect.round();
                    return until.getAsBoolean();
                });
    }

    private boolean isThrough(ModelConnect connect) {
        return connect.storedPosition().filter(master.end()::equals).isPresent();
    }

    private ModelConnect uninterrupted(String format) {
        ModelConnect connect = connect(format, format, true);
        connect.start(PollLimit.DEFAULT);
        rounds(connect, () -> isThrough(connect));
        connect.stop();
        return connect;
    }

    /** Without what differs from run to run, the epoch and the snapshot's time. */
    private static List<String> content(ModelConnect connect) {
        List<String> all = new ArrayList<>();
        for (List<Stored> partition : connect.topic()) {
            for (Stored r : ModelConnect.withoutDuplicates(partition)) {
                all.add(r.header().sequence().getAsLong() + " "
                        + r.header().position().orElseThrow() + " " + r.barrier() + " " + r.values());
            }
        }
        return all;
    }

    private static long structs(ModelConnect connect) {
        return connect.topic().stream()
                .flatMap(List::stream)
                .flatMap(r -> r.value().stream())
                .filter(value -> value[0] == '{')
                .count();
    }

    private static long changes(ModelConnect connect) {
        return connect.topic().stream()
                .flatMap(List::stream)
                .filter(r -> !r.header().isTick())
                .count();
    }

    @Test
    void structsHoldWhatRawRecordsHold() {
        ModelConnect structs = uninterrupted("struct");

        assertThat(content(structs)).hasSizeGreaterThan(3_000).isEqualTo(content(uninterrupted("raw")));
        assertThat(structs(structs)).isEqualTo(changes(structs));
        assertThat(structs.topic())
                .allSatisfy(partition -> assertThat(partition)
                        .filteredOn(r -> r.header().isTick())
                        .isNotEmpty()
                        .allMatch(r -> r.value().isEmpty() && r.key().isEmpty()));
    }

    /**
     * What Kafka had of a batch before a crash may be there once raw and once as a struct. The epoch keeps its sizes, which
     * the topic's may not allow for structs: the log has what they need.
     */
    @Test
    void theFormatMayChangeWithAnyStart() throws IOException {
        LogLines log = LogLines.fromNow();
        ModelConnect connect = connect("source", "raw", false);
        connect.start(SMALL);
        rounds(connect, () -> connect.records() > 100);
        connect.crash();
        connect.changeFormatAtEachStart();
        Random random = new Random(1);
        while (!isThrough(connect)) {
            connect.start(SMALL);
            long lifetime = connect.records() + random.nextInt(500);
            rounds(connect, () -> isThrough(connect) || connect.records() >= lifetime);
            connect.crash();
        }

        assertThat(structs(connect)).isBetween(500L, changes(connect) - 500);
        assertThat(content(connect)).isEqualTo(content(uninterrupted("raw")));
        assertThat(master.dumpsMade()).as("one full sync for each name").isEqualTo(2);
        assertThat(log.warnings("cut to 10000 bytes before they become structs"))
                .isNotEmpty();
        assertThat(log.warnings("settings that shape records were changed")).isEmpty();
    }
}
