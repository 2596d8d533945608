package io.pikaconnect.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.change.Command;
import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.metrics.MBeans;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A source and a replication group of two, through restarts of the task. What one member has the other has, unless a test says not. */
@Timeout(180)
class SourceGroupTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String GROUP = "5".repeat(50);
    private static final MasterSetup SETUP = MasterSetup.REAL.withTimes(Duration.ofMillis(100), Duration.ofSeconds(20));

    @TempDir
    Path snapshots;

    private final MBeans jmx = MBeans.here();
    private FakePika first;
    private FakePika second;
    private ModelConnect connect;

    @BeforeEach
    void start() throws IOException {
        first = FakePika.start(SETUP);
        second = FakePika.start(SETUP);
        first.mischief().identity(GROUP, "a".repeat(40));
        second.mischief().identity(GROUP, "b".repeat(40));
        second.mischief().replicaOf(first.port(), true);
        writeOnBoth("before", 5);
    }

    @AfterEach
    void stop() {
        connect.stop();
        first.close();
        second.close();
    }

    private void use(FakePika pika, String... more) {
        Map<String, String> settings =
                TaskSettings.with(TaskSettings.of("grouped", pika, snapshots, "topic.partitions", "1"), more);
        connect = connect == null ? new ModelConnect(settings, 1, true, 1) : connect.with(settings);
        connect.hurry();
        connect.start(PollLimit.DEFAULT);
    }

    private static void write(FakePika on, String value, int times) {
        for (int i = 0; i < times; i++) {
            on.execute(Command.of("SET", "k", value));
        }
    }

    private void writeOnBoth(String value, int times) {
        write(first, value, times);
        write(second, value, times);
    }

    private void rounds(BooleanSupplier until) throws InterruptedException {
        Instant limit = Instant.now().plus(LIMIT);
        while (!until.getAsBoolean()) {
            connect.round();
            assertThat(Instant.now()).as("still going on; " + shown()).isBefore(limit);
        }
    }

    private void caughtUp(FakePika with) throws InterruptedException {
        rounds(() -> connect.storedOffset()
                        .filter(o -> o.phase() == SourceOffset.Phase.BINLOG)
                        .isPresent()
                && connect.storedPosition().filter(with.end()::equals).isPresent());
    }

    private Map<String, Object> shown() {
        return jmx.attributes("pika.connect:type=source,connector=grouped,pika=grouped,db=db0");
    }

    private void endsWith(String... words) {
        assertThatThrownBy(() -> rounds(() -> false))
                .isInstanceOf(ConnectException.class)
                .hasMessageContainingAll(words);
    }

    /** What the binlog's records say, in order. */
    private List<String> values() {
        List<String> values = new ArrayList<>();
        for (ModelConnect.Stored r :
                ModelConnect.withoutDuplicates(connect.topic().get(0))) {
            r.commands().forEach(c -> values.add(c.text(c.size() - 1)));
        }
        return values;
    }

    @Test
    void afterAFailoverItGoesOnWithTheOtherMemberAndStoresIt() throws Exception {
        use(first, "pika.addresses", "127.0.0.1:" + second.port());
        caughtUp(first);
        first.stop();
        second.mischief().promoted();
        write(second, "promoted", 3);
        caughtUp(second);
        assertThat(values()).endsWith("promoted", "promoted", "promoted");
        assertThat(shown()).containsEntry("server-changes", 1L).containsEntry("role", "master");
        assertThat(connect.storedOffset().orElseThrow().toMap())
                .containsEntry("identity", GROUP)
                .containsEntry("server", GROUP + "/" + "b".repeat(40));
    }

    @Test
    void aTaskThatStartsAfterAFailoverComparesTheLastItemsToo() throws Exception {
        use(first);
        caughtUp(first);
        write(first, "AAAA", 10);
        caughtUp(first);
        connect.stop();
        write(second, "BBBB", 12);
        second.mischief().promoted();
        use(second);
        endsWith("the log here is not the one", "at least one differs", "on.position.lost");
    }

    @Test
    void aTaskThatStartsAfterAFailoverGoesOnWhereNothingIsMissing() throws Exception {
        use(first);
        caughtUp(first);
        writeOnBoth("AAAA", 10);
        caughtUp(first);
        connect.stop();
        second.mischief().promoted();
        write(second, "BBBB", 2);
        use(second);
        caughtUp(second);
        assertThat(values()).endsWith("AAAA", "BBBB", "BBBB");
    }

    /** The stored fingerprint has later starts, too. */
    @Test
    void aTaskThatStartsAfterAFreshReplicaWasPromotedGoesOn() throws Exception {
        use(first);
        caughtUp(first);
        for (int i = 0; i < 100; i++) {
            writeOnBoth("v".repeat(1 + i * 7 % 40), 1);
        }
        caughtUp(first);
        connect.stop();
        second.mischief().tookFullSyncBefore(9);
        second.mischief().promoted();
        write(second, "BBBB", 2);
        use(second);
        caughtUp(second);
        assertThat(values()).endsWith("BBBB", "BBBB");
        assertThat(second.dumpsMade()).isZero();
    }

    private void losesItsPosition() {
        connect.changeStoredOffset(offset -> offset.put("lost", "somebody lost it"));
    }

    private void resync(FakePika named, FakePika other) {
        use(named, "pika.addresses", "127.0.0.1:" + other.port(), "on.position.lost", "resync");
    }

    @Test
    void anEmptyServerInTheMastersPlaceIsNotTakenForAFullSync() throws Exception {
        use(first);
        caughtUp(first);
        connect.stop();
        losesItsPosition();
        first.mischief().identity("6".repeat(50), "c".repeat(40));
        second.mischief().promoted();
        write(second, "promoted", 1);
        resync(first, second);
        caughtUp(second);
        assertThat(second.dumpsMade()).isEqualTo(1);
        assertThat(first.dumpsMade()).isEqualTo(1);
    }

    @Test
    void whileNoMasterHasTheDataAFullSyncWaits() throws Exception {
        use(first);
        caughtUp(first);
        connect.stop();
        losesItsPosition();
        first.mischief().identity("6".repeat(50), "c".repeat(40));
        second.stop();
        resync(first, second);
        rounds(() -> trouble().contains("with other data"));
        assertThat(trouble())
                .contains(
                        "127.0.0.1:" + first.port() + ": master",
                        "6".repeat(50),
                        GROUP,
                        "127.0.0.1:" + second.port() + ": does not answer");
        second.mischief().promoted();
        second.start();
        write(second, "promoted", 1);
        caughtUp(second);
        assertThat(first.dumpsMade()).isEqualTo(1);
    }

    private String trouble() {
        return String.valueOf(shown().get("last-connection-failure"));
    }

    /** The group was set up anew with other data, so a full sync of these is what the setting asks for. */
    @Test
    void aMasterWithOtherDataWhoseGroupAgreesIsTakenForAFullSync() throws Exception {
        use(first);
        caughtUp(first);
        connect.stop();
        first.mischief().identity("6".repeat(50), "c".repeat(40));
        second.mischief().identity("6".repeat(50), "b".repeat(40));
        write(first, "other", 1);
        resync(first, second);
        caughtUp(first);
        assertThat(first.dumpsMade()).isEqualTo(2);
    }

    @Test
    void aClearedReplicationIdCostsNoFullSync() throws Exception {
        use(first);
        caughtUp(first);
        connect.stop();
        first.mischief().identity("7".repeat(50), "a".repeat(40));
        write(first, "cleared", 1);
        use(first);
        caughtUp(first);
        assertThat(values()).endsWith("cleared");
        assertThat(first.dumpsMade()).isEqualTo(1);
        // The name of the data stays, and the new id is known from then on.
        assertThat(connect.storedOffset().orElseThrow().toMap())
                .containsEntry("identity", GROUP)
                .containsEntry("server", "7".repeat(50) + "/" + "a".repeat(40));
        connect.stop();
        first.mischief().identity("7".repeat(50), "c".repeat(40));
        write(first, "again", 1);
        use(first);
        caughtUp(first);
        assertThat(first.dumpsMade()).isEqualTo(1);
    }

    @Test
    void anOffsetOfTheFirstReleaseGoesOn() throws Exception {
        use(first);
        caughtUp(first);
        connect.stop();
        connect.changeStoredOffset(offset -> offset.keySet().removeAll(List.of("server", "last")));
        write(first, "new", 1);
        use(first);
        caughtUp(first);
        assertThat(values()).endsWith("new");
        assertThat(first.dumpsMade()).isEqualTo(1);
    }

    @Test
    void behindAReplicaThatIsCutOffTheLagIsNeverZero() throws Exception {
        use(second);
        caughtUp(second);
        rounds(() -> shown().get("lag-ms").equals(0L));
        second.mischief().replicaOf(first.port(), false);
        rounds(() -> !shown().get("lag-ms").equals(0L));
        assertThat(shown())
                .containsEntry("lag-bytes", -1L)
                .containsEntry("role", "replica of 127.0.0.1:" + first.port() + ", link down");
        write(first, "there", 3);
        rounds(() -> (Long) shown().get("lag-bytes") > 0);
        write(second, "there", 3);
        second.mischief().replicaOf(first.port(), true);
        rounds(() -> shown().get("lag-ms").equals(0L));
    }

    @Test
    void aMasterThatBecomesAReplicaStopsTheTaskWhereThatIsWanted() throws Exception {
        use(first, "on.replica", "fail");
        caughtUp(first);
        first.mischief().replicaOf(second.port(), true);
        endsWith("is a replica of 127.0.0.1:" + second.port(), "on.replica");
    }

    @Test
    void aRenamedCommandStopsTheTaskAndNamedItGoesOnThere() throws Exception {
        first.mischief().rename("hset", "myhs");
        use(first);
        caughtUp(first);
        first.execute(Command.of("HSET", "h", "f", "1"));
        write(first, "after", 1);
        endsWith("no Pika 3.5.5 is known to log", "pika.renamed.commands", "myhs=flushdb");
        connect.stop();
        use(first, "pika.renamed.commands", "myhs=hset");
        caughtUp(first);
        assertThat(values()).endsWith("1", "after");
        assertThat(connect.storedOffset().orElseThrow().toMap().get("pinned")).endsWith(";myhs=hset");
        // It stays named in this epoch, whatever the settings say.
        connect.stop();
        first.execute(Command.of("HSET", "h", "f", "2"));
        use(first);
        caughtUp(first);
        assertThat(values()).endsWith("2");
    }
}
