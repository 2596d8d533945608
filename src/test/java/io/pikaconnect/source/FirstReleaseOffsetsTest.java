package io.pikaconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.content.ReleasedTopic;
import io.pikaconnect.content.ReleasedTopic.Poll;
import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.pika.BinlogDialect;
import io.pikaconnect.source.ModelConnect.Stored;
import io.pikaconnect.source.SourceOffset.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A source that finds what release 0.1.0 stored. */
@Execution(ExecutionMode.CONCURRENT)
class FirstReleaseOffsetsTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path snapshots;

    @ParameterizedTest
    @EnumSource(Phase.class)
    void continuesWithTheSameRecords(Phase phase) throws Exception {
        ReleasedTopic released = ReleasedTopic.of("0.1.0");
        List<Poll> before = upToTheMiddleOf(phase, released.polls());
        SourceOffset stored = SourceOffset.fromMap(before.get(before.size() - 1).offset());
        assertThat(stored.phase()).isEqualTo(phase);
        try (RecordedMaster master = RecordedMaster.start(Recording.ofVersion("3.5.5"))) {
            leaveDump(master.recording(), stored.epoch());
            ModelConnect connect = new ModelConnect(
                    TaskSettings.of(
                            "pika-source",
                            master,
                            snapshots,
                            "pika.name",
                            "pika",
                            "topic.prefix",
                            "pika",
                            "topic.partitions",
                            String.valueOf(ReleasedTopic.PARTITIONS)),
                    ReleasedTopic.PARTITIONS,
                    true,
                    1);
            connect.inherit(before);
            connect.start(PollLimit.DEFAULT);
            Instant limit = Instant.now().plus(LIMIT);
            while (connect.storedOffset()
                    .filter(o -> o.phase() == Phase.BINLOG && o.resume().equals(master.end()))
                    .isEmpty()) {
                connect.round();
                assertThat(Instant.now()).as(connect.storedOffset().toString()).isBefore(limit);
            }
            connect.stop();
            assertThat(master.dumpsMade()).isZero();
            assertThat(texts(connect)).isEqualTo(texts(all(released)));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "G32A, PIKA_3_2_0",
        "G32B, PIKA_3_2_4",
        "G33, PIKA_3_3_6",
        "G350, PIKA_3_5_0",
        "G352, PIKA_3_5_2",
        "G354, PIKA_3_5_4",
        "G355, PIKA_3_5_5",
        "G40, PIKA_4_0_0",
        "G401, PIKA_4_0_1",
    })
    void readsEachDialectByTheNameThatItHad(String former, BinlogDialect dialect) {
        assertThat(EpochSettings.parse("pika.db0;2;10000;100;" + former + ";1").group())
                .isEqualTo(dialect);
    }

    private static List<Poll> upToTheMiddleOf(Phase phase, List<Poll> polls) {
        List<Integer> inPhase = IntStream.range(0, polls.size())
                .filter(i -> SourceOffset.fromMap(polls.get(i).offset()).phase() == phase)
                .boxed()
                .toList();
        return polls.subList(0, inPhase.get(inPhase.size() / 2) + 1);
    }

    /** The dump where that release had put it. */
    private void leaveDump(Recording recording, SourceOffset.Epoch epoch) throws IOException {
        Path dump = snapshots.resolve("pika.db0." + epoch.number());
        try (Stream<Path> files = Files.walk(recording.dump())) {
            for (Path file : files.toList()) {
                Path copy = dump.resolve(recording.dump().relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
        Files.writeString(
                dump.resolve("pika-connect.properties"),
                "requested=" + Instant.ofEpochMilli(epoch.dumpRequestedMs()) + "\n");
    }

    private static ModelConnect all(ReleasedTopic released) {
        ModelConnect connect = new ModelConnect(Map.of(), ReleasedTopic.PARTITIONS, true, 1);
        connect.inherit(released.polls());
        return connect;
    }

    private static List<String> texts(ModelConnect connect) {
        List<String> texts = new ArrayList<>();
        for (List<Stored> partition : connect.topic()) {
            for (Stored r : ModelConnect.withoutDuplicates(partition)) {
                texts.add(r.header().epoch() + " " + r.header().sequence().getAsLong() + " "
                        + r.header().position().orElseThrow() + " "
                        + r.barrier().map(Object::toString).orElse("") + " " + r.commands());
            }
        }
        return texts;
    }
}
