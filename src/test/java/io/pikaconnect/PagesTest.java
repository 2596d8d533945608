package io.pikaconnect;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.tool.ConnectWorker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The tables of settings, metrics and releases in README and the pages are what the code defines. {@code mvn test
 * -Dtest=PagesTest -Dpages.write=true} writes all of them again.
 */
class PagesTest {

    @ParameterizedTest(name = "{0}")
    @MethodSource("tables")
    void thePageHasTheTableThatTheCodeMakes(GeneratedTable table) throws IOException {
        String page = Files.readString(table.page());
        assertThat(page).contains("\n" + table.heading());
        if (Boolean.getBoolean("pages.write")) {
            Files.writeString(table.page(), table.writtenInto(page));
        }
        assertThat(table.isIn(Files.readString(table.page())))
                .as("%s has%n%s", table, table.text())
                .isTrue();
    }

    static List<GeneratedTable> tables() {
        return GeneratedTable.all();
    }

    @Test
    void theWorkersOfDemoAndDockerHaveTheRebalanceDelayThatReadmeAdvises() throws IOException {
        String advice = "scheduled.rebalance.max.delay.ms=" + ConnectWorker.REBALANCE_DELAY_MS;
        assertThat(Files.readString(GeneratedTable.README)).contains("`" + advice + "`");
        assertThat(Files.readAllLines(Path.of("docker/worker.properties"))).contains(advice);
    }
}
