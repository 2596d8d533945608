package io.pikaconnect.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.embedded.RedisExecProvider;

class RedisServerTest {

    private static final String PROPERTY = "redis.server";

    private final Optional<String> before = Optional.ofNullable(System.getProperty(PROPERTY));

    @TempDir
    Path directory;

    @AfterEach
    void asBefore() {
        before.ifPresentOrElse(program -> System.setProperty(PROPERTY, program), () -> System.clearProperty(PROPERTY));
    }

    @Test
    void isTheOneThatComesAlongWhereNoneIsNamed() {
        System.setProperty(PROPERTY, "");
        try (RedisServer server = RedisServer.start();
                Jedis client = server.connect()) {
            assertThat(client.info("server")).contains("redis_version:7.0.15\r\n");
        }
    }

    @Test
    void isTheProgramThatThePropertyNames() throws Exception {
        Path started = directory.resolve("started");
        Path program = Files.createFile(
                directory.resolve("another"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(
                program,
                "#!/bin/sh\n: > '" + started + "'\nexec '"
                        + RedisExecProvider.defaultProvider().get() + "' \"$@\"\n");
        System.setProperty(PROPERTY, program.toString());
        try (RedisServer server = RedisServer.start("--databases", "3");
                Jedis client = server.connect()) {
            assertThat(started).exists();
            assertThat(client.configGet("databases")).containsEntry("databases", "3");
        }
    }

    @Test
    void aProgramThatIsNotThereIsNamed() {
        String nowhere = directory.resolve("nowhere").toString();
        System.setProperty(PROPERTY, nowhere);
        assertThatThrownBy(RedisServer::start).hasMessageContaining(nowhere);
    }

    @Test
    void oneThatEndsAtOnceTellsWhatItLogged() {
        assertThatThrownBy(() -> RedisServer.start("--no-such-option", "1"))
                .hasStackTraceContaining("did not start")
                .hasStackTraceContaining("no-such-option");
    }
}
