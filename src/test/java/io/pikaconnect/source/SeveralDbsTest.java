package io.pikaconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.pika.BinlogPosition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One connector for a master with three dbs, each of which plays something else, in a model of a Connect worker. */
class SeveralDbsTest {

    private static final PollLimit SMALL = new PollLimit(200, 100_000, 100);

    @TempDir
    Path snapshots;

    private final Map<String, Recording> recordings = new HashMap<>();
    private RecordedMaster master;

    @BeforeEach
    void startMaster() throws IOException {
        Recording all = Recording.ofVersion("3.5.5");
        recordings.put("db0", all);
        recordings.put("db1", all.withItems(List.of()));
        recordings.put("db2", all.withItems(all.items().subList(0, 1_000)));
        master = RecordedMaster.start(recordings, MasterSetup.REAL.withDatabases("db0", "db1", "db2"));
    }

    @AfterEach
    void stopMaster() {
        master.close();
        assertThat(master.offences()).isEmpty();
    }

    private List<Map<String, String>> tasks(String databases) {
        PikaSourceConnector connector = new PikaSourceConnector();
        connector.start(TaskSettings.of(
                "source", master, snapshots, "pika.databases", databases, "topic.partitions", "2", "tasks.max", "3"));
        return connector.taskConfigs(3);
    }

    private boolean isThrough(ModelConnect task, String db) {
        BinlogPosition end = recordings.get(db).end();
        return task.storedOffset()
                .filter(o ->
                        o.phase() == SourceOffset.Phase.BINLOG && o.resume().equals(end))
                .isPresent();
    }

    private static void rounds(List<ModelConnect> tasks, BooleanSupplier until) throws InterruptedException {
        Instant limit = Instant.now().plusSeconds(60);
        while (!until.getAsBoolean()) {
            for (ModelConnect task : tasks) {
                task.round();
            }
            assertThat(Instant.now()).isBefore(limit);
        }
    }

    @Test
    void eachDbReachesItsOwnTopicInOrderWhateverHappensToTheOther() throws Exception {
        List<ModelConnect> tasks = new ArrayList<>();
        for (Map<String, String> settings : tasks("db0,db2")) {
            tasks.add(new ModelConnect(settings, 2, true, tasks.size()));
        }
        tasks.forEach(t -> t.start(SMALL));
        rounds(tasks, () -> tasks.get(1).records() > 1_600);
        assertThat(master.replicationConnectionCount()).isEqualTo(2);
        tasks.get(0).crash();
        tasks.get(0).start(SMALL);
        rounds(tasks, () -> isThrough(tasks.get(0), "db0") && isThrough(tasks.get(1), "db2"));
        rounds(tasks, () -> master.unacknowledged() == 0);
        tasks.forEach(ModelConnect::stop);

        assertThat(tasks.get(0).storedOffset().orElseThrow().epoch().settings().topic())
                .isEqualTo("t.db0");
        assertThat(tasks.get(1).storedOffset().orElseThrow().epoch().settings().topic())
                .isEqualTo("t.db2");
        for (ModelConnect task : tasks) {
            for (List<ModelConnect.Stored> partition : task.topic()) {
                assertThat(ModelConnect.withoutDuplicates(partition)).hasSizeGreaterThan(900);
            }
        }
        assertThat(tasks.get(0).records()).isGreaterThan(tasks.get(1).records() + 2_000);
        assertThat(master.dumpsMade()).isEqualTo(2);
    }

    @Test
    void aStarStandsForEveryDbThatTheMasterHas() {
        assertThat(tasks("*")).extracting(t -> t.get("pika.databases")).containsExactly("db0", "db1", "db2");
    }
}
