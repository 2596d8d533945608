package io.pikaconnect.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ResyncCommandTest {

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
    void forgetsThePlaceOfTheSourceWhileItIsStopped() {
        FakeMigration.Result result = migration.run("resync", "--yes", "--ask-every-ms", "20");
        assertThat(result.exit()).as(result::err).isZero();
        assertThat(migration.connect().changes())
                .containsExactly(
                        "PATCH /connectors/redis-sink/config {\"on.new.epoch\":\"clear\"}",
                        "PUT /connectors/pika-source/stop",
                        "DELETE /connectors/pika-source/offsets",
                        "PUT /connectors/pika-source/resume");
    }

    @Test
    void ofOneDbForgetsOnlyItsPlace() {
        migration.connect().place(Pipeline.SOURCE, "db2", "binlog", "0/1", "1");
        assertThat(migration.run("resync", "--yes", "--db", "db2").exit()).isZero();
        assertThat(migration.connect().changes())
                .contains("PATCH /connectors/pika-source/offsets"
                        + " {\"offsets\":[{\"partition\":{\"pika\":\"pika\",\"db\":\"db2\"},\"offset\":null}]}");
        assertThat(migration.connect().places(Pipeline.SOURCE)).isOne();
        FakeMigration.Result unknown = migration.run("resync", "--yes", "--db", "db7");
        assertThat(unknown.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(unknown.err()).contains("has no place of db7, only of [db0]");
    }

    @Test
    void withoutYesNothingIsDoneSinceRedisWillBeEmptied() {
        FakeMigration.Result result = migration.run("resync");
        assertThat(result.exit()).isEqualTo(ExitCode.NOT_SO);
        assertThat(result.err()).contains("will be emptied", "--yes");
        assertThat(migration.run("resync", "--yes", "--dry-run").out()).contains("would     empty Redis");
        assertThat(migration.connect().changes()).isEmpty();
    }
}
