package io.pikaconnect.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatusCommandTest {

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
    void printsTheStateOfBothConnectorsAndOfEachDb() throws IOException {
        FakeMigration.Result result = migration.run("status");
        assertThat(result.exit()).as(result::err).isZero();
        assertThat(result.out().lines())
                .satisfiesExactly(
                        source -> assertThat(source).isEqualTo("pika-source: RUNNING, tasks RUNNING"),
                        sink -> assertThat(sink).isEqualTo("redis-sink: RUNNING, tasks RUNNING"),
                        db -> assertThat(db)
                                .startsWith("db0: binlog, 1 keys in Redis")
                                .contains("0 bytes and 0 records behind", "ready for the cut-over", "deadlines held"));
        List<JsonNode> json = json(migration.run("status", "--json").out());
        assertThat(json).hasSize(3);
        assertThat(json.get(2).path("ready").asBoolean()).isTrue();
        assertThat(json.get(2).path("lagBytes").asLong(-1)).isZero();
    }

    @Test
    void aDbOfWhichTheSourceHasNoPlaceYetIsShownAsNotReady() throws IOException {
        migration.connect().deploy(Pipeline.SOURCE, Map.of("pika.databases", "db0,db1"));
        FakeMigration.Result result = migration.run("status");
        assertThat(result.out().lines())
                .hasSize(4)
                .last()
                .asString()
                .startsWith("db1: full sync")
                .contains("not ready");
        migration.connect().replicateAll(Pipeline.SOURCE, List.of("db0", "db3"));
        List<JsonNode> json = json(migration.run("status", "--json").out());
        assertThat(json).hasSize(4);
        assertThat(json.get(3).path("db").asText()).isEqualTo("db3");
        assertThat(json.get(3).path("ready").asBoolean(true)).isFalse();
        migration.connect().replicateAll(Pipeline.SOURCE, List.of("db0"));
        migration.connect().forget(Pipeline.SOURCE);
        assertThat(migration.run("status").out()).contains("db0: full sync", "not ready");
    }

    @Test
    void endsWithThreeAndShowsTheLineWithTheRemedyWhenATaskHasFailed() {
        migration
                .connect()
                .fail(
                        Pipeline.SINK,
                        "org.apache.kafka.connect.errors.ConnectException: Exiting WorkerSinkTask due to unrecoverable"
                                + " exception.\n\tat a.B.c(B.java:1)\nCaused by: io.pikaconnect.failure.TaskFailure:"
                                + " pika.db0: Records are missing. Do this\n\tat d.E.f(E.java:2)");
        FakeMigration.Result result = migration.run("status");
        assertThat(result.exit()).isEqualTo(ExitCode.NOT_SO);
        assertThat(result.out())
                .contains(
                        "redis-sink: RUNNING, tasks FAILED\n  task 0 of redis-sink: pika.db0: Records are missing. Do this\n");
    }

    @Test
    void aWorkerThatDoesNotAnswerAndAConnectorThatIsNotThereAreNamedWithWhatToDo() {
        FakeMigration.Result nobody = FakeMigration.execute("status", "--connect", "http://127.0.0.1:1");
        assertThat(nobody.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(nobody.err())
                .startsWith("pika2redis: no Connect worker answers at http://127.0.0.1:1 ")
                .contains("--connect")
                .hasLineCount(1);
        FakeMigration.Result other = migration.run("status", "--sink", "other");
        assertThat(other.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(other.err()).contains("no connector other", "[pika-source, redis-sink]", "--sink");
        assertThat(migration.run("status", "--json", "--sink", "other").err()).startsWith("{\"error\":\"there is no");
        assertThat(FakeMigration.execute("stat").exit()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void aPasswordThatOnlyTheWorkerKnowsHasToBeGiven() {
        migration
                .connect()
                .deploy(Pipeline.SINK, Map.of("redis.password", "${file:/nowhere/redis.properties:password}"));
        FakeMigration.Result file = migration.run("status");
        assertThat(file.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(file.err()).contains("redis-sink", "not readable here", "--redis-password-file", "REDIS_PASSWORD");
        migration.connect().deploy(Pipeline.SINK, Map.of("redis.password", "${vault:redis:password}"));
        assertThat(migration.run("status").err()).contains("${vault:redis:password}", "--redis-password-file");
    }

    @Test
    void aRedisThatIsAwayIsNamed() {
        migration.inRedis(client -> client.configSet("requirepass", "other"));
        FakeMigration.Result result = migration.run("status");
        assertThat(result.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(result.err()).startsWith("pika2redis: Redis 127.0.0.1:").contains("NOAUTH", "password");
        migration.connect().deploy(Pipeline.SINK, Map.of("redis.password", "other"));
        assertThat(migration.run("status").exit()).isZero();
        migration.connect().deploy(Pipeline.SINK, Map.of("redis.address", "127.0.0.1:1"));
        assertThat(migration.run("status").err()).startsWith("pika2redis: Redis 127.0.0.1:1 cannot be asked");
    }

    static List<JsonNode> json(String lines) throws IOException {
        return lines.lines().map(StatusCommandTest::parsed).toList();
    }

    private static JsonNode parsed(String line) {
        try {
            return new ObjectMapper().readTree(line);
        } catch (IOException e) {
            throw new AssertionError(line, e);
        }
    }
}
