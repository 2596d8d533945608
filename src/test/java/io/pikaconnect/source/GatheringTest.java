package io.pikaconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.MasterSetup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What one poll gathers. With exactly-once each batch is a transaction, which {@link ModelConnect} insists on. */
@Timeout(60)
class GatheringTest {

    private static final int KEYS = 5_000;

    /** Longer than any test may take: who returns has not waited for it. */
    private static final Duration FOR_EVER = Duration.ofHours(1);

    private static final PollLimit PATIENT = new PollLimit(
            new PollLimit.Size(60_000, 32 << 20, Integer.MAX_VALUE, FOR_EVER),
            new PollLimit.Size(60_000, 4 << 20, 1_000, FOR_EVER));

    @TempDir
    Path snapshots;

    private FakePika pika;
    private ModelConnect connect;
    private final List<Integer> batches = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        pika = FakePika.start(MasterSetup.REAL);
        pika.execute(IntStream.range(0, KEYS)
                .mapToObj(i -> Command.of("SET", "k" + i, i))
                .toList());
        Map<String, String> settings = TaskSettings.of("source", pika, snapshots);
        connect = new ModelConnect(settings, 1, true, 1);
        connect.start(PATIENT);
    }

    @AfterEach
    void stop() {
        connect.stop();
        pika.close();
    }

    private void untilEverythingIsStored() throws InterruptedException {
        while (!connect.storedPosition().equals(Optional.of(pika.end()))) {
            batches.add(connect.round());
        }
    }

    @Test
    void theWholeSnapshotIsOneBatchIfItIsNoLargerThanThat() throws Exception {
        untilEverythingIsStored();
        assertThat(batches).contains(KEYS);
    }

    @Test
    void anItemOfTheBinlogDoesNotWaitForOthers() throws Exception {
        untilEverythingIsStored();
        batches.clear();
        pika.execute(Command.of("SET", "lone", 1));
        untilEverythingIsStored();
        assertThat(batches).contains(1);
    }

    @Test
    void whatIsAtHandInTheBinlogGoesTogetherUpToAThousandItems() throws Exception {
        untilEverythingIsStored();
        batches.clear();
        pika.execute(IntStream.range(0, 20_000)
                .mapToObj(i -> Command.of("SET", "k" + i % 100, i))
                .toList());
        untilEverythingIsStored();
        assertThat(batches).allSatisfy(records -> assertThat(records).isLessThanOrEqualTo(1_000));
        assertThat(batches).anySatisfy(records -> assertThat(records).isEqualTo(1_000));
    }
}
