package io.pikaconnect.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.MasterSetup;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DatabasesTest {

    private static final Endpoint NOBODY = new Endpoint("127.0.0.1", 1, Optional.empty());

    private FakeConnect connect;

    @BeforeEach
    void start() throws IOException {
        connect = new FakeConnect();
        connect.deploy(Pipeline.SOURCE, Map.of());
    }

    @AfterEach
    void stop() {
        connect.close();
    }

    private List<String> databases(Endpoint pika) {
        return Databases.of(new ConnectRest(URI.create(connect.address()), Optional.empty()), Pipeline.SOURCE, pika);
    }

    @Test
    void areThoseThatAreNamedAndThoseWithAStoredPlace() {
        assertThat(databases(NOBODY)).containsExactly("db0");
        connect.deploy(Pipeline.SOURCE, Map.of("pika.databases", "db2, db1"));
        assertThat(databases(NOBODY)).containsExactly("db1", "db2");
        connect.place(Pipeline.SOURCE, "db3", "binlog", "0/0", "4,4");
        assertThat(databases(NOBODY)).containsExactly("db1", "db2", "db3");
    }

    @Test
    void areThoseOfTheTasksWhereAllAreReplicated() {
        connect.replicateAll(Pipeline.SOURCE, List.of("db0", "db1"));
        assertThat(databases(NOBODY)).containsExactly("db0", "db1");
    }

    @Test
    void areThoseOfPikaWhereAllAreReplicatedAndTheSourceIsStopped() throws IOException {
        connect.replicateAll(Pipeline.SOURCE, List.of("db0", "db1"));
        connect.place(Pipeline.SOURCE, "db0", "binlog", "0/0", "4,4");
        connect.stop(Pipeline.SOURCE);
        try (FakePika pika = FakePika.start(MasterSetup.REAL.withDatabases("db0", "db1"))) {
            assertThat(databases(new Endpoint("127.0.0.1", pika.port(), Optional.empty())))
                    .containsExactly("db0", "db1");
        }
        assertThat(databases(NOBODY)).containsExactly("db0");
    }
}
