package io.pikaconnect.demo.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pikaconnect.tool.Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaselineTest {

    private static final Endpoint PIKA = new Endpoint("10.0.0.5", 9221, Optional.empty());
    private static final Endpoint REDIS = new Endpoint("127.0.0.1", 6380, Optional.empty());
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private Baseline start(String command) throws IOException {
        return Baseline.start(command, PIKA, REDIS, directory.resolve("log"));
    }

    private String printed() throws IOException {
        return Files.readString(directory.resolve("log"));
    }

    @Test
    void theCommandFindsBothServersInItsEnvironment() throws IOException {
        try (Baseline baseline =
                start("echo \"from $PIKA_HOST:$PIKA_PORT to $REDIS_HOST:$REDIS_PORT\"; read end; echo \"$end.\"")) {
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(printed()).isEqualTo("from 10.0.0.5:9221 to 127.0.0.1:6380\n.\n"));
            baseline.check();
        }
    }

    @Test
    void oneThatFailsIsReportedWithTheEndOfWhatItPrinted() throws IOException {
        try (Baseline baseline = start("i=1; while [ $i -le 99 ]; do echo line $i; i=$((i+1)); done >&2; exit 3")) {
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThatThrownBy(baseline::check)
                            .hasMessageContaining("failed with exit code 3: i=1")
                            .hasMessageEndingWith("line 98\nline 99")
                            .hasMessageNotContaining("line 50\n"));
        }
    }

    @Test
    void itEndsWithEverythingThatItHasStarted() throws IOException {
        try (Baseline baseline =
                start("(while :; do :; done) & echo $!; sh -c 'echo $$; while :; do :; done'; echo next")) {
            await().atMost(LIMIT).until(() -> printed().lines().count() == 2);
            baseline.check();
        }
        assertThat(printed().lines()).hasSize(2);
        await().atMost(LIMIT)
                .until(() -> printed()
                        .lines()
                        .mapToLong(Long::parseLong)
                        .noneMatch(pid -> ProcessHandle.of(pid)
                                .filter(ProcessHandle::isAlive)
                                .isPresent()));
    }

    @Test
    void theCpuOfAllItsProcessesCounts() throws IOException {
        try (Baseline baseline = start("sh -c 'while :; do :; done'; :")) {
            await().atMost(LIMIT).until(() -> {
                baseline.check();
                return baseline.cpuSeconds() > 0.2;
            });
        }
    }
}
