package io.pikaconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.MasterSetup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sources with nothing but their names set apart, in one worker. */
@Timeout(120)
class SourcesOfOneHostTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path snapshots;

    private ModelConnect source(String name, FakePika pika) {
        Map<String, String> settings = TaskSettings.of(
                name,
                pika,
                snapshots.resolve(name),
                "pika.name",
                "pika",
                "topic.prefix",
                name,
                "topic.partitions",
                "2");
        ModelConnect connect = new ModelConnect(settings, 2, true, 1);
        connect.start(PollLimit.DEFAULT);
        return connect;
    }

    private static FakePika pika() throws IOException {
        FakePika pika = FakePika.start(MasterSetup.REAL);
        pika.execute(Command.of("SET", "before", "1"));
        return pika;
    }

    /** Each of them is where its master is. */
    private static void catchUp(List<ModelConnect> sources, List<FakePika> pikas) throws InterruptedException {
        Instant limit = Instant.now().plus(LIMIT);
        for (int i = 0; i < sources.size(); i++) {
            while (sources.get(i)
                    .storedPosition()
                    .filter(pikas.get(i).end()::equals)
                    .isEmpty()) {
                for (ModelConnect each : sources) {
                    each.round();
                }
                assertThat(Instant.now())
                        .as("source " + i + " is still on its way")
                        .isBefore(limit);
            }
        }
    }

    private static void writeAndCatchUp(List<ModelConnect> sources, List<FakePika> pikas) throws InterruptedException {
        try {
            for (int round = 0; round < 5; round++) {
                for (FakePika pika : pikas) {
                    pika.execute(Command.of("SET", "round", "" + round));
                }
                catchUp(sources, pikas);
            }
            for (FakePika pika : pikas) {
                assertThat(pika.offences()).isEmpty();
            }
        } finally {
            sources.forEach(ModelConnect::stop);
        }
    }

    @Test
    void twoOfTheSameMasterWorkSideBySide() throws Exception {
        try (FakePika pika = pika()) {
            writeAndCatchUp(List.of(source("one", pika), source("two", pika)), List.of(pika, pika));
        }
    }

    @Test
    void twoOfDifferentMastersWorkSideBySide() throws Exception {
        try (FakePika first = pika();
                FakePika second = pika()) {
            writeAndCatchUp(List.of(source("one", first), source("two", second)), List.of(first, second));
        }
    }
}
