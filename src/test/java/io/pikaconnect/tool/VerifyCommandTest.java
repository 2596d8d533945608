package io.pikaconnect.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {

    @TempDir
    private Path folder;

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
    void endsWithZeroWhereBothSidesAreEqual() {
        FakeMigration.Result result = migration.run("verify", "--pause", "0");
        assertThat(result.exit()).as(result::err).isZero();
        assertThat(result.out()).isEqualTo("db0: EQUAL: 1 keys compared\n");
    }

    @Test
    void endsWithThreeAndWritesEveryDifferenceAsJson() throws IOException {
        migration.inRedis(client -> {
            client.set("key", "other");
            client.set("intruder", "?");
        });
        Path file = folder.resolve("differences.json");
        FakeMigration.Result result = migration.run("verify", "--pause", "0", "--output", file.toString());
        assertThat(result.exit()).isEqualTo(ExitCode.NOT_SO);
        assertThat(result.out())
                .contains(
                        "db0: DIFFERENT: 2 of 1 keys", "value: key is string of 5 bytes", "extra: intruder is no key");
        JsonNode written = new ObjectMapper().readTree(file.toFile()).path(0);
        assertThat(written.path("equal").asBoolean(true)).isFalse();
        assertThat(written.path("differences"))
                .extracting(d -> d.path("kind").asText())
                .containsExactly("value", "extra");
        JsonNode printed = StatusCommandTest.json(
                        migration.run("verify", "--json", "--pause", "0").out())
                .get(0);
        assertThat(printed).isEqualTo(written);
    }

    @Test
    void comparesTheKeysThatTheSinkAppliesByTheirNamesInRedis() {
        migration.connect().deploy(Pipeline.SINK, Map.of("keys.exclude", "tmp:*", "key.prefix.replace", "=app:"));
        migration.inPika(client -> client.set("tmp:1", "left out"));
        migration.catchUp();
        migration.inRedis(client -> client.rename("key", "app:key"));
        FakeMigration.Result result = migration.run("verify", "--pause", "0");
        assertThat(result.out()).as(result::err).isEqualTo("db0: EQUAL: 1 keys compared\n");
        migration.inRedis(client -> client.set("app:tmp:1", "left out"));
        assertThat(migration.run("verify", "--pause", "0").out())
                .contains("db0: DIFFERENT: 1 of 1 keys", "extra: app:tmp:1 is no key in Pika");
    }

    /** Writers have changed a key, and the sink gets there only after a while. */
    @Test
    void aKeyThatOnlyIsLateIsNoDifference() {
        migration.inPika(client -> client.set("key", "changed"));
        AtomicInteger looks = new AtomicInteger();
        migration.connect().afterOffsets(() -> {
            if (looks.incrementAndGet() == 3) {
                migration.catchUp();
                migration.inRedis(client -> client.set("key", "changed"));
            }
        });
        FakeMigration.Result result = migration.run("verify", "--pause", "0");
        assertThat(result.out()).as(result::err).isEqualTo("db0: EQUAL: 1 keys compared\n");
    }

    @Test
    void afterACutOverDoesNotWaitForAStoppedSink() {
        new ConnectRest(URI.create(migration.connect().address()), Optional.empty()).stop(Pipeline.SINK);
        migration.inRedis(client -> {
            client.hset("pika-connect:ledger", "p0", "1:aa 4 b/0/1/0 5 0 1000 0 -");
            client.set("key", "other");
        });
        FakeMigration.Result result = migration.run("verify", "--pause", "0");
        assertThat(result.out()).as(result::err).contains("db0: DIFFERENT: 1 of 1 keys");
    }

    @Test
    void refusesWhatCannotTellADifferenceFromAChange() {
        assertThat(migration.run("verify", "--rounds", "2").err()).contains("--rounds=2", "at least 3");
        migration.inRedis(client -> client.del("pika-connect:ledger"));
        FakeMigration.Result none = migration.run("verify");
        assertThat(none.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(none.err()).contains("has no ledger for db0");
    }
}
