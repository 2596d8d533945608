package io.pikaconnect.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CutOverCommandTest {

    private FakeMigration migration;

    @BeforeEach
    void start() throws IOException {
        migration = new FakeMigration();
        migration.connect().deploy(Pipeline.SINK, Map.of("on.new.epoch", "clear", "on.target.not.empty", "clear"));
    }

    @AfterEach
    void stop() {
        migration.close();
    }

    private FakeMigration.Result cutOver(String... more) {
        String[] arguments = new String[more.length + 7];
        System.arraycopy(
                new String[] {"cutover", "--wait", "1", "--ask-every-ms", "20", "--still", "0"}, 0, arguments, 0, 7);
        System.arraycopy(more, 0, arguments, 7, more.length);
        return migration.run(arguments);
    }

    /** As the sink does when it gets expiry.mode=native. */
    private void releaseWhenItIsWanted() {
        migration.connect().afterChange(() -> {
            if ("native".equals(migration.connect().config(Pipeline.SINK).get("expiry.mode"))) {
                migration.ledger(true, "native");
            }
        });
    }

    @Test
    void takesEachStepOnceTheOneBeforeIsComplete() {
        releaseWhenItIsWanted();
        FakeMigration.Result result = cutOver("--writers-stopped");
        assertThat(result.exit()).as(result::err).isZero();
        assertThat(migration.connect().changes())
                .containsExactly(
                        "PATCH /connectors/redis-sink/config {\"expiry.mode\":\"native\",\"on.new.epoch\":null,"
                                + "\"on.target.not.empty\":null,\"rebuild\":\"never\"}",
                        "PUT /connectors/redis-sink/stop",
                        "PUT /connectors/pika-source/stop");
        assertThat(migration.connect().config(Pipeline.SINK))
                .containsEntry("rebuild", "never")
                .doesNotContainKeys("on.new.epoch", "on.target.not.empty");
        assertThat(result.out()).contains("next      point the applications at Redis", "expire-logs-nums");
        FakeMigration.Result again = cutOver();
        assertThat(again.exit()).isZero();
        assertThat(again.out()).contains("the cut-over was done");
        assertThat(migration.connect().changes()).hasSize(3);
    }

    @Test
    void aDryRunChangesNothingAndEndsWithThreeWhileItCouldNotBegin() {
        FakeMigration.Result result = cutOver("--dry-run");
        assertThat(result.exit()).isZero();
        assertThat(result.out())
                .contains(
                        "ok        the sink is ready", "would     set expiry.mode=native", "would     stop redis-sink");
        migration.ledger(false, "held");
        FakeMigration.Result notReady = cutOver("--dry-run");
        assertThat(notReady.exit()).isEqualTo(ExitCode.NOT_SO);
        assertThat(notReady.out()).contains("waits     the sink is ready: db0 is not ready for the cut-over");
        assertThat(migration.connect().changes()).isEmpty();
    }

    @Test
    void changesNothingBeforeTheSinkIsReadyAndStopsNothingBeforeDeadlinesAreReleased() {
        migration.ledger(false, "held");
        FakeMigration.Result notReady = cutOver("--writers-stopped");
        assertThat(notReady.exit()).isEqualTo(ExitCode.NOT_SO);
        assertThat(notReady.err()).contains("not within 1 s: the sink is ready; db0 is not ready");
        assertThat(migration.connect().changes()).isEmpty();
        migration.ledger(true, "held");
        FakeMigration.Result held = cutOver("--writers-stopped");
        assertThat(held.exit()).isEqualTo(ExitCode.NOT_SO);
        assertThat(held.err()).contains("deadlines of db0 are held");
        assertThat(migration.connect().changes()).hasSize(1);
    }

    @Test
    void stopsNothingWhileRedisLacksWhatPikaHasLogged() {
        releaseWhenItIsWanted();
        migration.inPika(client -> client.set("one", "more"));
        FakeMigration.Result result = cutOver("--writers-stopped");
        assertThat(result.exit()).isEqualTo(ExitCode.NOT_SO);
        assertThat(result.err()).contains("db0 is ").contains(" bytes and 0 records behind");
        assertThat(migration.connect().changes()).noneMatch(change -> change.endsWith("/stop"));
    }

    @Test
    void aWriteThatComesWhileTheConnectorsStopIsNoticed() {
        migration.connect().afterChange(() -> {
            migration.ledger(true, "native");
            if (migration.connect().state(Pipeline.SINK).equals("STOPPED")) {
                migration.inPika(client -> client.set("late", "1"));
            }
        });
        FakeMigration.Result result = cutOver("--writers-stopped");
        assertThat(result.exit()).isEqualTo(ExitCode.NOT_SO);
        assertThat(result.err()).contains("Pika was written to after Redis had everything", "resume both connectors");
    }

    @Test
    void withoutATerminalItDoesNotTakeForGrantedThatTheWritersHaveStopped() {
        releaseWhenItIsWanted();
        FakeMigration.Result result = cutOver();
        assertThat(result.exit()).isEqualTo(ExitCode.NOT_SO);
        assertThat(result.err()).contains("--writers-stopped");
        assertThat(migration.connect().changes()).noneMatch(change -> change.endsWith("/stop"));
    }

    @Test
    void aTaskThatHasFailedIsNamedBeforeAnythingIsChanged() {
        migration.connect().fail(Pipeline.SOURCE, "io.pikaconnect.failure.TaskFailure: pika/db0: cannot. Do that");
        FakeMigration.Result result = cutOver("--writers-stopped");
        assertThat(result.exit()).isEqualTo(ExitCode.NOT_SO);
        assertThat(result.err()).contains("task 0 of pika-source: pika/db0: cannot. Do that");
        assertThat(migration.connect().changes()).isEmpty();
    }

    /** Such as one whose dump is still pulled: its task runs, but the source has stored nothing yet. */
    @Test
    void aDbOfWhichTheSourceHasNoPlaceYetIsNotReady() {
        releaseWhenItIsWanted();
        migration.connect().deploy(Pipeline.SOURCE, Map.of("pika.databases", "db0,db1"));
        refusesFor("db1");
        migration.connect().replicateAll(Pipeline.SOURCE, List.of("db0", "db2"));
        refusesFor("db2");
        // Of a full sync before the present one.
        migration.connect().replicateAll(Pipeline.SOURCE, List.of("db0"));
        migration.connect().forget(Pipeline.SOURCE);
        refusesFor("db0");
    }

    private void refusesFor(String db) {
        FakeMigration.Result dry = cutOver("--dry-run");
        assertThat(dry.exit()).isEqualTo(ExitCode.NOT_SO);
        assertThat(dry.out()).contains("waits     the sink is ready: " + db + " ");
        FakeMigration.Result result = cutOver("--writers-stopped");
        assertThat(result.exit()).isEqualTo(ExitCode.NOT_SO);
        assertThat(result.err()).contains("the sink is ready; " + db + " ");
        assertThat(migration.connect().changes()).isEmpty();
    }

    @Test
    void aDbThatIsAddedOnTheWayIsWaitedForToo() {
        migration.connect().afterChange(() -> {
            migration.ledger(true, "native");
            migration.connect().replicateAll(Pipeline.SOURCE, List.of("db0", "db1"));
        });
        FakeMigration.Result result = cutOver("--writers-stopped");
        assertThat(result.exit()).isEqualTo(ExitCode.NOT_SO);
        assertThat(result.err()).contains("; db1 ");
        assertThat(migration.connect().changes()).noneMatch(change -> change.endsWith("/stop"));
    }

    @Test
    void connectorsThatWereStoppedBeforeADbHadAPlaceAreNotCutOver() {
        migration.ledger(true, "native");
        migration.connect().deploy(Pipeline.SOURCE, Map.of("pika.databases", "db0,db1"));
        migration.connect().stop(Pipeline.SOURCE);
        migration.connect().stop(Pipeline.SINK);
        FakeMigration.Result result = cutOver("--writers-stopped");
        assertThat(result.exit()).isEqualTo(ExitCode.NOT_SO);
        assertThat(result.out()).doesNotContain("the cut-over was done");
    }
}
