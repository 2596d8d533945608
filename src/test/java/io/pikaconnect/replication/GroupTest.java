package io.pikaconnect.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pikaconnect.change.Command;
import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.pika.PikaRelease;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.ReplicationException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A master and its replica, one of which takes the other's place; what one wrote the other has, unless a test says not. */
@Timeout(60)
class GroupTest {

    private static final Duration LONG = Duration.ofSeconds(10);
    private static final String GROUP = "5".repeat(50);
    private static final MasterSetup SETUP = MasterSetup.REAL.withTimes(Duration.ofMillis(50), Duration.ofSeconds(2));

    private FakePika first;
    private FakePika second;
    private Optional<Replica> used = Optional.empty();

    @BeforeEach
    void start() throws IOException {
        first = FakePika.start(SETUP);
        second = FakePika.start(SETUP);
        first.mischief().identity(GROUP, "a".repeat(40));
        second.mischief().identity(GROUP, "b".repeat(40));
        second.mischief().replicaOf(first.port(), true);
    }

    @AfterEach
    void stop() {
        used.ifPresent(Replica::close);
        first.close();
        second.close();
    }

    private Replica replica(ReplicaConfig config) {
        used.ifPresent(Replica::close);
        used = Optional.of(new Replica(config, Replicas.QUICK));
        return used.get();
    }

    private Replica follow(ReplicaConfig config) throws Exception {
        Replica replica = replica(config);
        replica.connect();
        replica.follow(BinlogPosition.ZERO);
        return replica;
    }

    private ReplicaConfig alone() {
        return Replicas.config(first.port());
    }

    private ReplicaConfig group() {
        return Replicas.of(first.port()).inGroup(true, second.port()).config();
    }

    private void write(FakePika on, String key, String value, int times) {
        for (int i = 0; i < times; i++) {
            on.execute(Command.of("SET", key, value));
        }
    }

    /** The replica has it, too. */
    private void writeOnBoth(String key, String value, int times) {
        write(first, key, value, times);
        write(second, key, value, times);
    }

    private static List<String> poll(Replica replica, int items) throws Exception {
        List<String> polled = new ArrayList<>();
        while (polled.size() < items) {
            BinlogItem item = replica.poll(LONG).orElseThrow();
            replica.acknowledge(item.end());
            String text = new String(
                    item.bytes(), BinlogItem.HEADER, item.bytes().length - BinlogItem.HEADER, StandardCharsets.UTF_8);
            polled.add(
                    text.substring(text.lastIndexOf("\r\n", text.length() - 3)).strip());
        }
        return polled;
    }

    @Test
    void anotherServerThatHasTheSameItemsGoesOn() throws Exception {
        Replica replica = follow(alone());
        write(first, "k", "AAAA", 10);
        poll(replica, 10);
        first.mischief().identity(GROUP, "b".repeat(40));
        first.mischief().closeConnections();
        write(first, "k", "BBBB", 2);
        assertThat(poll(replica, 2)).containsExactly("BBBB", "BBBB");
        assertThat(replica.otherServers()).isEqualTo(1);
        assertThat(replica.present().orElseThrow().runId()).startsWith("b");
    }

    @Test
    void aPromotedReplicaWithoutTheLastItemsIsNoticedThoughEveryPositionFits() throws Exception {
        writeOnBoth("k", "0000", 5);
        Replica replica = follow(group());
        write(first, "k", "AAAA", 10);
        poll(replica, 15);
        write(second, "k", "BBBB", 12);
        second.mischief().promoted();
        first.stop();
        ReplicationException failure = Polls.failure(replica);
        assertThat(failure.kind()).isEqualTo(Kind.POSITION_LOST);
        assertThat(failure).hasMessageContainingAll("127.0.0.1:" + second.port(), "at least one differs", "full sync");
        assertThat(replica.received()).isEqualTo(first.end());
    }

    @Test
    void aPromotedReplicaWhoseItemsHaveOtherLengthsIsNoticedAtOnce() throws Exception {
        writeOnBoth("k", "0000", 5);
        Replica replica = follow(group());
        write(first, "k", "AAAA", 10);
        poll(replica, 15);
        write(second, "k", "BBBBBBBBBBBBBBBBB", 12);
        second.mischief().promoted();
        first.stop();
        assertThat(Polls.failure(replica).kind()).isEqualTo(Kind.POSITION_LOST);
    }

    @Test
    void aPromotedReplicaWithFewerItemsEndsIt() throws Exception {
        writeOnBoth("k", "0000", 5);
        Replica replica = follow(group());
        write(first, "k", "AAAA", 10);
        poll(replica, 15);
        write(second, "k", "BBBB", 3);
        second.mischief().promoted();
        first.stop();
        ReplicationException failure = Polls.failure(replica);
        assertThat(failure.kind()).isEqualTo(Kind.POSITION_LOST);
        assertThat(failure).hasMessageContaining(String.valueOf(second.end()));
    }

    /** The items before are in its dump, so nothing is lost; what it has of them is compared. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 10, 30, 63, 90})
    void aPromotedReplicaThatTookItsOwnFullSyncJustBeforeGoesOn(int itemsAgo) throws Exception {
        Replica replica = follow(group());
        writeDifferentOnBoth(150);
        poll(replica, 150);
        second.mischief().tookFullSyncBefore(itemsAgo);
        promoteSecond();
        write(second, "k", "BBBB", 2);
        assertThat(poll(replica, 2)).containsExactly("BBBB", "BBBB");
        assertThat(second.offences()).isEmpty();
    }

    @Test
    void aPromotedReplicaWhoseOwnFullSyncWasTheLastThatHappenedGoesOnThoughNothingCanBeCompared() throws Exception {
        Replica replica = follow(group());
        writeDifferentOnBoth(150);
        poll(replica, 150);
        second.mischief().tookFullSyncBefore(0);
        promoteSecond();
        write(second, "k", "BBBB", 2);
        assertThat(poll(replica, 2)).containsExactly("BBBB", "BBBB");
    }

    @Test
    void aPromotedReplicaWhoseOwnFullSyncIsLaterThanThePositionLacksWhatWasBetween() throws Exception {
        Replica replica = follow(group());
        writeDifferentOnBoth(20);
        poll(replica, 20);
        first.stop();
        writeDifferent(second, 20, 40);
        second.mischief().tookFullSyncBefore(3);
        second.mischief().promoted();
        ReplicationException failure = Polls.failure(replica);
        assertThat(failure.kind()).isEqualTo(Kind.POSITION_LOST);
        assertThat(failure).hasMessageContainingAll("starts only after position " + replica.received(), "full sync");
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 20, 40})
    void aPromotedReplicaThatLackedTheLastItemsIsNoticedThoughItTookItsOwnFullSync(int itemsAgo) throws Exception {
        Replica replica = follow(group());
        writeDifferentOnBoth(50);
        write(first, "k", "AAAA", 3);
        poll(replica, 53);
        first.stop();
        write(second, "k", "BBBB", 4);
        second.mischief().tookFullSyncBefore(itemsAgo);
        second.mischief().promoted();
        assertThat(Polls.failure(replica).kind()).isEqualTo(Kind.POSITION_LOST);
    }

    /** Its starts of items are elsewhere, but the start of its file is one of every log. */
    @Test
    void anotherHistoryWithOtherStartsIsReadFromTheStartOfItsFileAndIsLost() throws Exception {
        Replica replica = follow(group());
        writeDifferentOnBoth(10);
        writeDifferent(first, 10, 100);
        poll(replica, 100);
        first.stop();
        for (int i = 0; i < 300; i++) {
            second.execute(Command.of("SET", "another-key", "with a longer value"));
        }
        second.mischief().promoted();
        ReplicationException failure = Polls.failure(replica);
        assertThat(failure.kind()).isEqualTo(Kind.POSITION_LOST);
        assertThat(failure).hasMessageContaining("the log here is not the one");
    }

    private void promoteSecond() {
        first.stop();
        second.mischief().promoted();
    }

    /** Items of different lengths. */
    private static void writeDifferent(FakePika on, int from, int to) {
        for (int i = from; i < to; i++) {
            on.execute(Command.of("SET", "k" + i, "v".repeat(1 + i * 7 % 40)));
        }
    }

    private void writeDifferentOnBoth(int items) {
        writeDifferent(first, 0, items);
        writeDifferent(second, 0, items);
    }

    @Test
    void aMasterThatLostItsTailAndWroteAnotherOneIsNoticed() throws Exception {
        writeOnBoth("k", "0000", 5);
        Replica replica = follow(alone());
        write(first, "k", "AAAA", 3);
        poll(replica, 8);
        BinlogPosition at = replica.received();
        LastItems last = LastItems.none(BinlogPosition.ZERO);
        replica.close();
        // The same server, by its ids, with another history of the same length.
        write(second, "k", "BBBB", 3);
        second.mischief().identity(GROUP, "a".repeat(40));
        second.mischief().promoted();
        Replica other = replica(Replicas.config(second.port()));
        other.connect();
        other.follow(at, lastOf(first, 8, last));
        write(second, "k", "CCCC", 1);
        assertThat(Polls.failure(other).kind()).isEqualTo(Kind.POSITION_LOST);
    }

    /** The fingerprint of the first items of a log, as it is stored. */
    private static LastItems lastOf(FakePika master, int items, LastItems from) throws Exception {
        LastItems last = from;
        BinlogPosition end = BinlogPosition.ZERO;
        try (Replica replica = new Replica(Replicas.config(master.port()), Replicas.QUICK)) {
            replica.connect();
            replica.follow(BinlogPosition.ZERO);
            for (int i = 0; i < items; i++) {
                BinlogItem item = replica.poll(LONG).orElseThrow();
                last = last.after(item);
                end = item.end();
            }
        }
        return LastItems.parse(last.toString(), end);
    }

    @Test
    void theMasterOfTheGroupIsFoundWhenTheOneFollowedBecameAReplica() throws Exception {
        Replica replica = follow(group());
        writeOnBoth("k", "AAAA", 5);
        poll(replica, 5);
        second.mischief().promoted();
        first.mischief().replicaOf(second.port(), true);
        write(second, "k", "BBBB", 2);
        assertThat(poll(replica, 2)).containsExactly("BBBB", "BBBB");
        assertThat(replica.config().port()).isEqualTo(second.port());
        assertThat(replica.otherServers()).isEqualTo(1);
    }

    @Test
    void theMasterOfTheGroupIsFoundWhenTheOneFollowedIsGone() throws Exception {
        Replica replica = follow(group());
        writeOnBoth("k", "AAAA", 5);
        poll(replica, 5);
        first.stop();
        second.mischief().promoted();
        write(second, "k", "BBBB", 2);
        assertThat(poll(replica, 2)).containsExactly("BBBB", "BBBB");
    }

    @Test
    void aReplicaOfTheGroupIsNotGoneToWhileNoMasterIsThere() throws Exception {
        Replica replica = follow(group());
        writeOnBoth("k", "AAAA", 5);
        poll(replica, 5);
        first.stop();
        await().until(() -> replica.connectionFailures() >= 3);
        assertThat(replica.lastConnectionFailure().orElseThrow()).contains("127.0.0.1:" + first.port());
        assertThat(replica.config().port()).isEqualTo(first.port());
        assertThat(second.sessions()).isZero();
        first.start();
        write(first, "k", "AAAB", 1);
        assertThat(poll(replica, 1)).containsExactly("AAAB");
    }

    @Test
    void aMasterWithAnotherReplicationIdIsNotGoneTo() throws Exception {
        Replica replica = follow(group());
        writeOnBoth("k", "AAAA", 5);
        poll(replica, 5);
        second.mischief().identity("6".repeat(50), "b".repeat(40));
        second.mischief().promoted();
        first.stop();
        await().until(() -> replica.connectionFailures() >= 3);
        assertThat(second.sessions()).isZero();
        assertThat(replica.config().port()).isEqualTo(first.port());
    }

    @Test
    void atFirstTheMasterOfTheGroupIsChosenWhereverItIsNamed() throws Exception {
        Replica replica =
                replica(Replicas.of(second.port()).inGroup(false, first.port()).config());
        replica.connect();
        assertThat(replica.config().port()).isEqualTo(first.port());
        assertThat(replica.role()).isEqualTo(Role.MASTER);
    }

    @Test
    void atFirstNoneOfTwoMastersWithDifferentDataIsChosen() throws Exception {
        second.mischief().identity("6".repeat(50), "b".repeat(40));
        second.mischief().promoted();
        Replica replica = replica(group());
        assertThatThrownBy(replica::connect)
                .isInstanceOfSatisfying(
                        ReplicationException.class, e -> assertThat(e.kind()).isEqualTo(Kind.RETRY))
                .hasMessageContainingAll(
                        "127.0.0.1:" + first.port(),
                        "replication id " + GROUP,
                        "127.0.0.1:" + second.port(),
                        "replication id " + "6".repeat(50));
        second.mischief().replicaOf(first.port(), true);
        replica.connect();
        assertThat(replica.config().port()).isEqualTo(first.port());
    }

    @Test
    void whoCannotConnectIsToldThatAnotherMemberHasOtherData() throws Exception {
        Replica replica = follow(group());
        writeOnBoth("k", "AAAA", 5);
        poll(replica, 5);
        second.mischief().identity("6".repeat(50), "b".repeat(40));
        second.mischief().promoted();
        first.stop();
        await().until(() -> replica.lastConnectionFailure().isPresent());
        Replica later = replica(group());
        later.expect(GROUP, "a".repeat(40));
        assertThatThrownBy(later::connect)
                .hasMessageContainingAll("127.0.0.1:" + second.port() + ": master, with other data", "6".repeat(50));
    }

    @Test
    void aReplicaIsFollowedWithItsMastersEndAndNeverIdleWhileCutOff() throws Exception {
        writeOnBoth("k", "AAAA", 5);
        Replica replica = follow(Replicas.config(second.port()));
        poll(replica, 5);
        await().until(() -> replica.idleSince().isPresent());
        assertThat(replica.role()).hasToString("replica of 127.0.0.1:" + first.port() + ", link up");
        write(first, "k", "AAAA", 3);
        await().until(() -> replica.masterEnd().orElseThrow().equals(first.end()));
        second.mischief().replicaOf(first.port(), false);
        await().until(replica::cutOff);
        Instant then = replica.idleSince().orElseThrow();
        await().during(Duration.ofMillis(300))
                .until(() -> replica.idleSince().orElseThrow().equals(then));
        write(second, "k", "AAAA", 3);
        second.mischief().replicaOf(first.port(), true);
        poll(replica, 3);
        await().until(() -> !replica.cutOff() && replica.idleSince().isPresent());
    }

    @Test
    void aMasterThatBecomesAReplicaIsNotIdleWhileItsLinkIsDown() throws Exception {
        Replica replica = follow(alone());
        writeOnBoth("k", "AAAA", 5);
        poll(replica, 5);
        await().until(() -> replica.idleSince().isPresent());
        assertThat(replica.role()).isEqualTo(Role.MASTER);
        second.mischief().promoted();
        first.mischief().replicaOf(second.port(), false);
        await().until(replica::cutOff);
        Instant then = replica.idleSince().orElseThrow();
        await().during(Duration.ofMillis(300))
                .until(() -> replica.idleSince().orElseThrow().equals(then));
    }

    @Test
    void aReplicaIsRefusedWhereThatIsWanted() {
        Replica replica = replica(Replicas.of(second.port()).inGroup(false).config());
        assertThatThrownBy(replica::connect)
                .isInstanceOfSatisfying(
                        ReplicationException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
                .hasMessageContainingAll("replica of 127.0.0.1:" + first.port(), "on.replica=fail", "pika.address");
    }

    @Test
    void aReplicaOfAnotherVersionIsRefusedWhereItLogsOtherwise() throws Exception {
        first.close();
        first = FakePika.start(MasterSetup.of(PikaRelease.V355).reporting("3.5.2"));
        second.mischief().replicaOf(first.port(), true);
        Replica replica = replica(Replicas.config(second.port()));
        assertThatThrownBy(replica::connect)
                .isInstanceOfSatisfying(
                        ReplicationException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
                .hasMessageContainingAll(
                        "a Pika 3.5.5 and a replica of 127.0.0.1:" + first.port() + ", a Pika 3.5.2", "its own form");
    }

    @Test
    void aClearedReplicationIdDoesNotEndIt() throws Exception {
        Replica replica = follow(alone());
        write(first, "k", "AAAA", 5);
        poll(replica, 5);
        first.mischief().identity("7".repeat(50), "a".repeat(40));
        first.mischief().closeConnections();
        write(first, "k", "BBBB", 1);
        assertThat(poll(replica, 1)).containsExactly("BBBB");
        assertThat(replica.present().orElseThrow().replicationId()).startsWith("7");
        assertThat(replica.otherServers()).isZero();
    }

    @Test
    void aReplicaWithAnotherReplicationIdIsAnotherDataSetWhateverItsRunId() throws Exception {
        Replica replica = follow(alone());
        write(first, "k", "AAAA", 5);
        poll(replica, 5);
        first.mischief().replicaOf(second.port(), true);
        first.mischief().identity("7".repeat(50), "a".repeat(40));
        first.mischief().closeConnections();
        assertThat(Polls.failure(replica).kind()).isEqualTo(Kind.POSITION_LOST);
    }

    @Test
    void aReplicaThatMayHaveTakenAFullSyncIsReportedWithItsMaster() throws Exception {
        writeOnBoth("k", "AAAA", 5);
        Replica replica = replica(Replicas.config(second.port()));
        replica.connect();
        replica.follow(new BinlogPosition(0, 1)); // within an item, as in a log that begins later
        ReplicationException failure = Polls.failure(replica);
        assertThat(failure.kind()).isEqualTo(Kind.POSITION_DOUBTED);
        assertThat(failure)
                .hasMessageContainingAll(
                        "replica of 127.0.0.1:" + first.port(), "full sync of its own", "point pika.address");
    }

    @Test
    void aReplicaWhoseReplicationIdWasClearedIsNotMadeToInventOne() throws Exception {
        second.mischief().identity("", "b".repeat(40));
        Replica replica = replica(Replicas.config(second.port()));
        assertThatThrownBy(replica::connect)
                .isInstanceOfSatisfying(
                        ReplicationException.class, e -> assertThat(e.kind()).isEqualTo(Kind.RETRY))
                .hasMessageContainingAll(
                        "127.0.0.1:" + second.port(),
                        "replica of 127.0.0.1:" + first.port(),
                        "CLEARREPLICATIONID",
                        "BGSAVE",
                        "SLAVEOF NO ONE");
        assertThat(ClientPort.connect(replica.config(), LONG).lacksReplicationId())
                .isTrue();
        second.mischief().identity(GROUP, "b".repeat(40));
        assertThat(replica.connect().replicationId()).isEqualTo(GROUP);
    }

    /** As between SLAVEOF NO ONE and the SLAVEOF that brings it the id. */
    @Test
    void aReplicaWithoutAReplicationIdThatCallsItselfAMasterForAMomentIsLeftAlone() throws Exception {
        second.mischief().identity("", "b".repeat(40));
        Replica replica = replica(Replicas.config(second.port()));
        assertThatThrownBy(replica::connect).hasMessageContaining("CLEARREPLICATIONID");
        second.mischief().promoted();
        assertThatThrownBy(replica::connect).hasMessageContaining("CLEARREPLICATIONID");
        assertThat(ClientPort.connect(replica.config(), LONG).lacksReplicationId())
                .isTrue();
        await().ignoreExceptionsInstanceOf(ReplicationException.class)
                .until(() -> replica.connect().replicationId(), "e".repeat(50)::equals);
    }

    @Test
    void anAddressThatAnotherReplicaHasIsReportedWithTheServerWhereItHasIt() throws Exception {
        writeOnBoth("k", "AAAA", 5);
        Replica replica = follow(group());
        poll(replica, 5);
        try (Replica other = new Replica(Replicas.config(second.port()), Replicas.QUICK)) {
            other.connect();
            second.mischief().promoted();
            first.stop();
            await().until(() -> replica.addressTakenBy().isPresent());
            ReplicationException failure = Polls.failure(replica);
            assertThat(failure.concern()).isEqualTo(ReplicationException.Concern.REPLICA_ADDRESS);
            assertThat(failure).hasMessageContaining("db0 of 127.0.0.1:" + second.port());
        }
    }

    @Test
    void aStreamThatBrokeWaitsUntilTheReplicaHasAReplicationIdAgain() throws Exception {
        Replica replica = follow(Replicas.config(second.port()));
        writeOnBoth("k", "AAAA", 5);
        poll(replica, 5);
        second.mischief().identity("", "b".repeat(40));
        second.mischief().closeConnections();
        write(second, "k", "BBBB", 1);
        await().until(() -> replica.lastConnectionFailure().orElse("").contains("CLEARREPLICATIONID")
                && replica.connectionFailures() >= 3);
        assertThat(replica.poll(Duration.ZERO)).isEmpty();
        second.mischief().identity(GROUP, "b".repeat(40));
        assertThat(poll(replica, 1)).containsExactly("BBBB");
    }

    @Test
    void aMasterWhoseReplicationIdWasClearedMayMakeAnother() throws Exception {
        first.mischief().identity("", "a".repeat(40));
        assertThat(replica(alone()).connect().replicationId()).isEqualTo("e".repeat(50));
    }
}
