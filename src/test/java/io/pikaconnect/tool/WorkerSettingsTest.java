package io.pikaconnect.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class WorkerSettingsTest {

    @Test
    void theTransactionOfAMigrationOutlivesAStallOfTheMachine() {
        Path folder = Path.of("unused");
        assertThat(ConnectWorker.properties(ConnectWorker.Options.of("127.0.0.1:1", "migration", folder, folder)
                        .withOverrides(Pipeline.workerSettings(8083))))
                .containsEntry("producer.transaction.timeout.ms", "60000")
                .containsEntry("listeners", "http://127.0.0.1:8083");
    }
}
