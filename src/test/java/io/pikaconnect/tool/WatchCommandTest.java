package io.pikaconnect.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class WatchCommandTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:\\d+/");

    private FakeMigration migration;

    @BeforeEach
    void start() throws IOException {
        migration = new FakeMigration();
    }

    @AfterEach
    void stop() {
        migration.close();
    }

    @Test
    void servesThePageOfConnectorsAnywhereUntilItIsEnded() throws Exception {
        StringWriter out = new StringWriter();
        CommandLine program = Pika2Redis.commandLine();
        program.setOut(new PrintWriter(out));
        Thread command = new Thread(
                () -> program.execute(
                        "watch", "--http", "0", "--connect", migration.connect().address()),
                "watch");
        command.start();
        await().atMost(LIMIT).until(() -> ADDRESS.matcher(out.toString()).find());
        Matcher address = ADDRESS.matcher(out.toString());
        assertThat(address.find()).isTrue();
        await().atMost(LIMIT)
                .until(() -> LookoutTest.status(URI.create(address.group()))
                        .path("headline")
                        .asText()
                        .equals("Ready for the cut-over"));
        command.interrupt();
        command.join(LIMIT.toMillis());
        assertThat(command.isAlive()).isFalse();
        assertThat(migration.connect().changes()).isEmpty();
    }

    @Test
    void isRefusedWhereOthersCouldReadThePage() {
        FakeMigration.Result result = migration.run("watch", "--http", "0.0.0.0:8084");
        assertThat(result.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(result.err())
                .contains("--http", "no password", "ssh -L 8084:127.0.0.1:8084")
                .hasLineCount(1);
        assertThat(migration.run("watch", "--http", "off").err()).contains("give a port");
    }
}
