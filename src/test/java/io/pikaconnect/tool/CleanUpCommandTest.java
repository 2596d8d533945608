package io.pikaconnect.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CleanUpCommandTest {

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
    void refusesBeforeTheCutOverIsComplete() {
        FakeMigration.Result running = migration.run("cleanup", "--yes");
        assertThat(running.exit()).isEqualTo(ExitCode.NOT_SO);
        assertThat(running.err()).contains("redis-sink is RUNNING, not STOPPED");
        stopBoth();
        FakeMigration.Result held = migration.run("cleanup", "--yes");
        assertThat(held.exit()).isEqualTo(ExitCode.NOT_SO);
        assertThat(held.err()).contains("deadlines of db0 are held", "would never end");
        assertThat(migration.connect().changes()).noneMatch(change -> change.startsWith("DELETE"));
    }

    @Test
    void deletesTheConnectorsAndTheSinksOwnKeysAndNothingElse() {
        stopBoth();
        migration.ledger(true, "native");
        migration.inRedis(client -> client.set("pika-connect:stage:0:1", "x"));
        FakeMigration.Result asked = migration.run("cleanup");
        assertThat(asked.exit()).isEqualTo(ExitCode.NOT_SO);
        assertThat(asked.out()).contains("would     delete redis-sink and pika-source", "below pika-connect:");
        assertThat(migration.run("cleanup", "--dry-run").exit()).isZero();
        migration.inRedis(client -> assertThat(client.keys("*")).hasSize(3));
        FakeMigration.Result done = migration.run("cleanup", "--yes");
        assertThat(done.exit()).as(done::err).isZero();
        assertThat(done.out()).contains("deleted 2 of the sink's own keys", "delete the topics [pika.db0]");
        migration.inRedis(client -> assertThat(client.keys("*")).containsExactly("key"));
        assertThat(migration.connect().changes())
                .contains("DELETE /connectors/redis-sink", "DELETE /connectors/pika-source");
    }

    @Test
    void takesADbOfWhichTheSourceHasNoPlaceToo() {
        migration.connect().deploy(Pipeline.SOURCE, Map.of("pika.databases", "db0,db1"));
        stopBoth();
        migration.ledger(true, "native");
        FakeMigration.Result done = migration.run("cleanup", "--yes");
        assertThat(done.exit()).as(done::err).isZero();
        assertThat(done.out()).contains("delete the topics [pika.db0, pika.db1]");
    }

    private void stopBoth() {
        ConnectRest rest = new ConnectRest(URI.create(migration.connect().address()), Optional.empty());
        rest.stop(Pipeline.SINK);
        rest.stop(Pipeline.SOURCE);
    }
}
