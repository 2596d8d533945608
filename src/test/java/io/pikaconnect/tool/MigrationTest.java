package io.pikaconnect.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.sink.LedgerView;
import io.pikaconnect.sink.SinkRedis;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

class MigrationTest {

    private static final Path LOGS = Path.of("logs");

    @Test
    void endsWithTheReasonOfATaskThatHasFailed() throws IOException {
        try (FakeConnect connect = connect()) {
            ConnectRest rest = new ConnectRest(URI.create(connect.address()), Optional.empty());
            assertThatCode(() -> Migration.refuseFailure(rest, LOGS)).doesNotThrowAnyException();
            connect.fail(Pipeline.SOURCE, "io.pikaconnect.failure.TaskFailure: pika/db0: it cannot. Do that");
            assertThatThrownBy(() -> Migration.refuseFailure(rest, LOGS))
                    .isInstanceOf(Failed.class)
                    .hasMessage("task 0 of pika-source: pika/db0: it cannot. Do that. The logs are below logs."
                            + " After the cause is fixed, the same command continues");
        }
    }

    @Test
    void isOverWhenBothConnectorsAreDeleted() throws IOException {
        try (FakeConnect connect = connect()) {
            ConnectRest rest = new ConnectRest(URI.create(connect.address()), Optional.empty());
            assertThat(Migration.isOver(rest)).isFalse();
            rest.delete(Pipeline.SINK);
            assertThat(Migration.isOver(rest)).isFalse();
            rest.delete(Pipeline.SOURCE);
            assertThat(Migration.isOver(rest)).isTrue();
        }
    }

    @Test
    void isReadyOnceEachDbHasAPlaceAndTheSinkIsReadyForIt() throws IOException {
        try (RedisServer server = RedisServer.start();
                FakeConnect connect = connect()) {
            Map<String, String> settings = ReadyConfig.of(Pipeline.SINK);
            settings.put("redis.address", server.address());
            SinkRedis target = new SinkRedis(settings);
            ConnectRest rest = new ConnectRest(URI.create(connect.address()), Optional.empty());
            Endpoint pika = new Endpoint("127.0.0.1", 1, Optional.empty());
            connect.deploy(Pipeline.SOURCE, Map.of("pika.databases", "db0,db1"));
            connect.place(Pipeline.SOURCE, "db0", "binlog", "0/0", "4,4");
            noteReady(server, 0);
            assertThat(Migration.areReady(rest, pika, target, "pika.")).isFalse();
            noteReady(server, 1);
            assertThat(Migration.areReady(rest, pika, target, "pika.")).isFalse();
            connect.place(Pipeline.SOURCE, "db1", "binlog", "0/0", "4,4");
            assertThat(Migration.areReady(rest, pika, target, "pika.")).isTrue();
        }
    }

    private static void noteReady(RedisServer server, int db) {
        try (Jedis client = server.connect()) {
            client.select(db);
            String now = "" + (System.currentTimeMillis() + 600_000);
            client.hset(LedgerView.PREFIX + "ledger", Map.of("grace", "60000", "ready", "1", "looked", now));
        }
    }

    /** As between two deletions of a clean-up. */
    @Test
    void aLookThatMeetsADeletedConnectorIsNoFailure() throws IOException {
        try (FakeConnect connect = connect()) {
            ConnectRest rest = new ConnectRest(URI.create(connect.address()), Optional.empty());
            assertThat(Migration.unlessDeleted(rest, () -> rest.offsets(Pipeline.SOURCE)))
                    .isPresent();
            assertThatThrownBy(() -> Migration.unlessDeleted(rest, () -> rest.offsets("another")))
                    .isInstanceOf(IllegalStateException.class);
            rest.delete(Pipeline.SINK);
            rest.delete(Pipeline.SOURCE);
            assertThat(Migration.unlessDeleted(rest, () -> rest.offsets(Pipeline.SOURCE)))
                    .isEmpty();
        }
    }

    private static FakeConnect connect() throws IOException {
        FakeConnect connect = new FakeConnect();
        connect.deploy(Pipeline.SOURCE, Map.of());
        connect.deploy(Pipeline.SINK, Map.of());
        return connect;
    }
}
