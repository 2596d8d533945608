package io.pikaconnect.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.ReplicationException.Kind;
import io.pikaconnect.replication.ReplicationProto.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReplicaTest {

    private static final Duration LONG = Duration.ofSeconds(10);
    private static final MasterSetup QUICK = MasterSetup.REAL.withTimes(Duration.ofMillis(100), Duration.ofMillis(500));

    private static Recording recording;

    private RecordedMaster master;
    private Replica replica;

    @BeforeAll
    static void load() throws Exception {
        recording = Recording.ofVersion("3.5.5");
    }

    @BeforeEach
    void start() throws Exception {
        start(QUICK);
    }

    private void start(MasterSetup setup) throws Exception {
        master = RecordedMaster.start(recording, setup);
        replica = new Replica(Replicas.config(master.port()), Replicas.QUICK);
    }

    @AfterEach
    void stop() {
        replica.close();
        master.close();
        assertThat(master.offences()).isEmpty();
    }

    private void use(ReplicaConfig config) {
        replica.close();
        replica = new Replica(config, Replicas.QUICK);
    }

    private List<BinlogItem> poll(int items) throws Exception {
        return Polls.items(replica, items);
    }

    private ReplicationException failure() {
        return Polls.failure(replica);
    }

    @Test
    void learnsWhoTheMasterIs() throws Exception {
        MasterIdentity identity = replica.connect();
        assertThat(identity.version()).hasToString("3.5.5");
        assertThat(identity.databases()).containsExactly("db0");
        assertThat(identity.replicationId()).hasSize(50);
        assertThat(identity.runId()).hasSize(40);
    }

    @Test
    void receivesEveryItemOnceAndInOrder() throws Exception {
        replica.connect();
        replica.follow(recording.position());
        Polls.assertSame(poll(recording.items().size()), recording.items());
        assertThat(replica.received()).isEqualTo(recording.end());
        assertThat(replica.masterEnd()).contains(recording.end());
    }

    @Test
    void followsWithoutAConnectBefore() throws Exception {
        replica.follow(recording.position());
        assertThat(poll(1)).hasSize(1);
    }

    @Test
    void neverAcknowledgesWhatIsNotSaidToBeSafe() throws Exception {
        replica.connect();
        replica.follow(recording.position());
        poll(recording.items().size());
        assertThat(master.acknowledgedItems()).isZero();
        replica.acknowledge(recording.items().get(99).end());
        await().until(() -> master.acknowledgedItems() == 100);
        assertThat(master.lastAcknowledged()).contains(recording.items().get(99).end());
        replica.acknowledge(recording.items().get(50).end());
        replica.acknowledge(recording.end());
        await().until(() -> master.unacknowledged() == 0);
        assertThat(master.acknowledgedItems()).isEqualTo(recording.items().size());
    }

    @Test
    void goesOnWhenTheWindowWasFull() throws Exception {
        replica.close();
        master.close();
        start(QUICK.withWindow(50));
        replica.connect();
        replica.follow(recording.position());
        List<BinlogItem> polled = new ArrayList<>();
        while (polled.size() < recording.items().size()) {
            BinlogItem item = replica.poll(LONG).orElseThrow();
            polled.add(item);
            replica.acknowledge(item.end());
        }
        Polls.assertSame(polled, recording.items());
    }

    @Test
    void refusesToAcknowledgeWhatNeverCame() throws Exception {
        replica.connect();
        master.writeUpTo(0);
        replica.follow(recording.position());
        assertThatThrownBy(() -> replica.acknowledge(recording.end())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void resumesBehindTheLastItemWhenTheConnectionIsCut() throws Exception {
        replica.connect();
        master.writeUpTo(1_000);
        replica.follow(recording.position());
        List<BinlogItem> polled = new ArrayList<>(poll(1_000));
        for (int cut = 1; cut <= 4; cut++) {
            replica.acknowledge(polled.get(polled.size() - 10).end());
            master.cutReplication(cut % 2 == 0);
            master.writeUpTo(1_000 + cut * 700);
            polled.addAll(poll(700));
        }
        Polls.assertSame(polled, recording.items().subList(0, 3_800));
        replica.acknowledge(polled.get(3_799).end());
        await().until(() -> master.unacknowledged() == 0);
    }

    @Test
    void resumesWhenTheMasterComesBack() throws Exception {
        replica.connect();
        master.writeUpTo(500);
        replica.follow(recording.position());
        List<BinlogItem> polled = new ArrayList<>(poll(500));
        master.stop();
        assertThat(replica.poll(Duration.ofMillis(300))).isEmpty();
        master.start();
        master.writeUpTo(900);
        polled.addAll(poll(400));
        Polls.assertSame(polled, recording.items().subList(0, 900));
    }

    @Test
    void aSilentMasterIsLeftWhenEverythingIsAcknowledged() throws Exception {
        replica.connect();
        master.writeUpTo(10);
        replica.follow(recording.position());
        BinlogItem last = poll(10).get(9);
        replica.acknowledge(last.end());
        await().until(() -> master.unacknowledged() == 0);
        master.dropSessions();
        master.writeUpTo(20);
        assertThat(replica.poll(Duration.ofMillis(200))).isEmpty();
        Polls.assertSame(poll(10), recording.items().subList(10, 20));
    }

    @Test
    void whatIsComparedAfterARestartIsAcknowledgedSoThatAnIdleMasterSendsWhatIsWrittenLater() throws Exception {
        List<BinlogItem> before = recording.items().subList(0, 10);
        LastItems last = LastItems.none(recording.position());
        for (BinlogItem item : before) {
            last = last.after(item);
        }
        BinlogPosition end = before.get(9).end();
        master.writeUpTo(10);
        replica.follow(end, LastItems.parse(last.toString(), end));
        await().until(() -> replica.idleSince().isPresent());
        assertThat(master.acknowledgedItems()).isEqualTo(10);
        master.writeUpTo(20);
        Polls.assertSame(poll(10), recording.items().subList(10, 20));
    }

    @Test
    void aMasterThatSendsKeepalivesButNothingOfItsLogIsLeft() throws Exception {
        leavesAMasterThatStalls();
    }

    @Test
    void aMasterThatDoesNotReportWhereItsLogEndsIsAskedWhetherAnythingIsMissing() throws Exception {
        master.denyInfo();
        use(Replicas.of(master.port()).version("3.5.5").config());
        leavesAMasterThatStalls();
    }

    private void leavesAMasterThatStalls() throws Exception {
        replica.connect();
        master.writeUpTo(10);
        replica.follow(recording.position());
        BinlogPosition received = poll(10).get(9).end();
        replica.acknowledge(received);
        await().until(() -> replica.idleSince().isPresent());
        master.stallSessions();
        master.writeUpTo(20);
        Polls.assertSame(poll(10), recording.items().subList(10, 20));
        assertThat(replica.connectionFailures()).isPositive();
        assertThat(replica.lastConnectionFailure().orElseThrow())
                .contains(
                        received.toString(),
                        recording.items().get(19).end().toString(),
                        "everything received is acknowledged");
    }

    @Test
    void pingsKeepASessionAliveThatHasUnacknowledgedItems() throws Exception {
        replica.connect();
        master.writeUpTo(10);
        replica.follow(recording.position());
        BinlogItem last = poll(10).get(9);
        // Longer than the silence rule and than the master's patience; it sends no keepalive in this state.
        assertThat(replica.poll(Duration.ofMillis(1_500))).isEmpty();
        assertThat(master.sessions()).isEqualTo(1);
        replica.acknowledge(last.end());
        await().until(() -> master.unacknowledged() == 0);
        assertThat(master.acknowledgedItems()).isEqualTo(10);
    }

    @Test
    void isIdleOnlyAfterAKeepaliveBehindEverythingReceived() throws Exception {
        replica.connect();
        master.writeUpTo(10);
        replica.follow(recording.position());
        BinlogItem last = poll(10).get(9);
        assertThat(replica.idleSince()).isEmpty();
        replica.acknowledge(last.end());
        await().until(() -> replica.idleSince().isPresent());
        master.writeUpTo(11);
        poll(1);
        assertThat(replica.idleSince()).isEmpty();
    }

    @Test
    void isIdleAtTheEndOfTheLogWithoutAnyItem() throws Exception {
        replica.connect();
        replica.follow(recording.end());
        await().until(() -> replica.idleSince().isPresent());
    }

    @Test
    void readsNoMoreThanTheQueueHoldsWhileNobodyPolls() throws Exception {
        replica.close();
        master.close();
        Recording large = recording.withItems(Items.row(recording.position(), 64, 1 << 20));
        master = RecordedMaster.start(large, QUICK);
        replica = new Replica(Replicas.of(master.port()).queueBytes(4 << 20).config(), Replicas.QUICK);
        replica.connect();
        replica.follow(recording.position());
        await().until(() -> replica.received().compareTo(large.items().get(3).end()) >= 0);
        await().during(Duration.ofMillis(500))
                .until(() -> replica.received().compareTo(large.items().get(6).end()) < 0);
        assertThat(master.pings()).isPositive();
        Polls.assertSame(poll(64), large.items());
    }

    /** What it would answer is not read, either. */
    @Test
    void aMasterThatDoesNotReportWhereItsLogEndsIsNotAskedWhileNobodyPolls() throws Exception {
        replica.close();
        master.close();
        Recording large = recording.withItems(Items.row(recording.position(), 64, 1 << 20));
        master = RecordedMaster.start(large, QUICK);
        master.denyInfo();
        replica = new Replica(
                Replicas.of(master.port()).version("3.5.5").queueBytes(4 << 20).config(), Replicas.QUICK);
        replica.connect();
        replica.follow(recording.position());
        await().until(() -> replica.received().compareTo(large.items().get(3).end()) >= 0);
        await().during(Replicas.QUICK.arrival().plus(Replicas.QUICK.control()).plusSeconds(1))
                .until(() -> replica.connectionFailures() == 0);
        Polls.assertSame(poll(64), large.items());
    }

    @Test
    void takesItemsOf64MebibytesWithoutHoldingSeveral() throws Exception {
        replica.close();
        master.close();
        Recording large = recording.withItems(Items.row(recording.position(), 2, 64 << 20));
        master = RecordedMaster.start(large, QUICK);
        replica = new Replica(Replicas.of(master.port()).queueBytes(1 << 20).config(), Replicas.QUICK);
        replica.connect();
        replica.follow(recording.position());
        for (BinlogItem item : large.items()) {
            BinlogItem polled = replica.poll(Duration.ofSeconds(30)).orElseThrow();
            assertThat(polled.end()).isEqualTo(item.end());
            assertThat(polled.bytes().length).isEqualTo(item.bytes().length);
        }
    }

    @Test
    void aPurgedPositionEndsIt() throws Exception {
        replica.connect();
        master.purgeBefore(recording.position().filenum() + 1);
        replica.follow(recording.position());
        assertThat(failure().kind()).isEqualTo(Kind.POSITION_LOST);
    }

    @Test
    void aPositionBehindTheEndEndsItWithoutASecondTry() throws Exception {
        replica.connect();
        master.writeUpTo(0);
        replica.follow(recording.end());
        assertThat(failure()).hasMessageContaining("must not be used again");
        master.writeUpTo(recording.items().size());
        assertThat(failure().kind()).isEqualTo(Kind.POSITION_LOST);
    }

    @Test
    void aPositionInsideAnItemEndsItAfterAFewTries() throws Exception {
        replica.connect();
        BinlogPosition inside = new BinlogPosition(
                recording.position().filenum(), recording.position().offset() + 1);
        replica.follow(inside);
        ReplicationException failure = failure();
        assertThat(failure.kind()).isEqualTo(Kind.POSITION_DOUBTED);
        assertThat(failure).hasMessageContainingAll(inside.toString(), "3 times");
    }

    @Test
    void anotherReplicationIdEndsItAndAnotherRunIdDoesNot() throws Exception {
        MasterIdentity identity = replica.connect();
        master.writeUpTo(5);
        replica.follow(recording.position());
        poll(5);
        master.identity(identity.replicationId(), "b".repeat(40));
        master.cutReplication(false);
        master.writeUpTo(6);
        poll(1);
        master.identity("6".repeat(50), "c".repeat(40));
        master.cutReplication(false);
        assertThat(failure().kind()).isEqualTo(Kind.POSITION_LOST);
    }

    @Test
    void aGapIsNeitherHandedOutNorAcknowledgedAndTriedAgain() throws Exception {
        replica.connect();
        master.writeUpTo(100);
        BinlogItem dropped = recording.items().get(150);
        boolean[] once = {true};
        master.rewrite(answer -> {
            for (int i = 0; i < answer.getBinlogSyncCount(); i++) {
                if (once[0]
                        && Offsets.of(answer.getBinlogSync(i).getBinlogOffset()).equals(dropped.end())) {
                    once[0] = false;
                    return Optional.of(answer.toBuilder().removeBinlogSync(i).build());
                }
            }
            return Optional.of(answer);
        });
        replica.follow(recording.position());
        List<BinlogItem> polled = new ArrayList<>(poll(100));
        replica.acknowledge(polled.get(99).end());
        master.writeUpTo(300);
        polled.addAll(poll(200));
        Polls.assertSame(polled, recording.items().subList(0, 300));
        assertThat(once[0]).isFalse();
    }

    @Test
    void aGapThatStaysEndsItAfterAFewTries() throws Exception {
        replica.connect();
        master.rewrite(answer -> Optional.of(
                answer.getBinlogSyncCount() > 1
                        ? answer.toBuilder().removeBinlogSync(0).build()
                        : answer));
        replica.follow(recording.position());
        ReplicationException failure = failure();
        assertThat(failure.kind()).isEqualTo(Kind.POSITION_DOUBTED);
        assertThat(failure).hasMessageContaining(recording.position().toString());
    }

    @Test
    void aMasterThatClosesInsteadOfStreamingIsTriedAFewTimesAndProvesNothing() throws Exception {
        replica.connect();
        master.rewrite(answer -> {
            if (answer.getBinlogSyncCount() > 0) {
                master.cutReplication(false);
                return Optional.empty();
            }
            return Optional.of(answer);
        });
        replica.follow(recording.position());
        assertThat(failure().kind()).isEqualTo(Kind.POSITION_DOUBTED);
    }

    /** Items come up to a file that is missing; then a keepalive, and the master closes, each time. */
    @Test
    void aMissingBinlogFileIsFoundOutByConnectionsThatBringNothingNew() throws Exception {
        replica.connect();
        BinlogPosition last = recording.items().get(99).end();
        master.rewrite(answer -> withoutItemsBehind(last, answer));
        replica.follow(recording.position());
        List<BinlogItem> polled = poll(100);
        Polls.assertSame(polled, recording.items().subList(0, 100));
        replica.acknowledge(last);
        ReplicationException failure = failure();
        assertThat(failure.kind()).isEqualTo(Kind.POSITION_DOUBTED);
        assertThat(failure)
                .hasMessageContainingAll(last.toString(), recording.end().toString(), "3 times");
    }

    private Optional<ReplicationProto.Response> withoutItemsBehind(
            BinlogPosition last, ReplicationProto.Response answer) {
        List<ReplicationProto.Response.BinlogSync> before = answer.getBinlogSyncList().stream()
                .filter(b -> Offsets.of(b.getBinlogOffset()).compareTo(last) <= 0)
                .toList();
        if (before.size() == answer.getBinlogSyncCount()) {
            return Optional.of(answer);
        }
        CompletableFuture.runAsync(() -> master.cutReplication(false));
        ReplicationProto.Response.BinlogSync keepalive = answer.getBinlogSync(0).toBuilder()
                .setBinlogOffset(Offsets.message(BinlogPosition.ZERO))
                .setBinlog(ByteString.EMPTY)
                .build();
        return Optional.of(answer.toBuilder()
                .clearBinlogSync()
                .addAllBinlogSync(before)
                .addBinlogSync(keepalive)
                .build());
    }

    @Test
    void connectionsCutAtTheEndOfTheLogAreNoReasonForDoubt() throws Exception {
        replica.connect();
        master.writeUpTo(10);
        replica.follow(recording.position());
        replica.acknowledge(poll(10).get(9).end());
        for (int cut = 0; cut < 3 * Replicas.QUICK.positionTries(); cut++) {
            Instant before = Instant.now();
            await().until(() -> replica.idleSince().filter(before::isBefore).isPresent());
            master.cutReplication(cut % 2 == 0);
        }
        master.writeUpTo(11);
        Polls.assertSame(poll(1), recording.items().subList(10, 11));
    }

    @Test
    void framesThatCannotBeReadEndItAfterAFewTries() throws Exception {
        UnknownFieldSet group = UnknownFieldSet.newBuilder()
                .addField(
                        50,
                        UnknownFieldSet.Field.newBuilder()
                                .addGroup(UnknownFieldSet.getDefaultInstance())
                                .build())
                .build();
        replica.connect();
        master.rewrite(answer -> Optional.of(
                answer.getBinlogSyncCount() > 0
                        ? answer.toBuilder().setUnknownFields(group).build()
                        : answer));
        replica.follow(recording.position());
        poll(100); // what came before the unreadable part of the first frame
        ReplicationException failure = failure();
        assertThat(failure.kind()).isEqualTo(Kind.POSITION_DOUBTED);
        assertThat(failure).hasMessageContainingAll("cannot be read", "wire type 3", "3 times");
    }

    @Test
    void itemsOfAnotherSessionAreIgnored() throws Exception {
        replica.connect();
        master.writeUpTo(50);
        master.rewrite(answer -> {
            if (answer.getBinlogSyncCount() < 2) {
                return Optional.of(answer);
            }
            var foreign = answer.getBinlogSync(0).toBuilder().setSessionId(77).build();
            return Optional.of(answer.toBuilder().addBinlogSync(1, foreign).build());
        });
        replica.follow(recording.position());
        Polls.assertSame(poll(50), recording.items().subList(0, 50));
    }

    @Test
    void consensusModeIsRefused() throws Exception {
        replica.connect();
        master.rewrite(answer -> Optional.of(
                answer.getBinlogSyncCount() > 0
                        ? answer.toBuilder()
                                .setConsensusMeta(ReplicationProto.ConsensusMeta.newBuilder()
                                        .setTerm(2))
                                .build()
                        : answer));
        replica.follow(recording.position());
        assertThat(failure()).hasMessageContaining("consensus");
        assertThat(failure().kind()).isEqualTo(Kind.REFUSED);
    }

    /** Development branches know a mode in which items come before they are committed. */
    @Test
    void consistencyModeIsRefused() throws Exception {
        replica.connect();
        master.rewrite(answer -> {
            Response.Builder committed = answer.toBuilder();
            committed.getBinlogSyncBuilderList().forEach(item -> item.setCommittedId(item.getBinlogOffset()));
            return Optional.of(committed.build());
        });
        replica.follow(recording.position());
        assertThat(failure()).hasMessageContaining("consistency mode");
        assertThat(failure().kind()).isEqualTo(Kind.REFUSED);
    }

    @Test
    void consistencyModeIsRefusedAtTheBegin() throws Exception {
        replica.connect();
        master.rewrite(answer -> {
            Response.Builder prepared = answer.toBuilder();
            if (answer.hasTrySync()) {
                prepared.getTrySyncBuilder()
                        .setReplyCode(Response.TrySync.ReplyCode.SYNC_ERROR)
                        .setPreparedId(answer.getTrySync().getBinlogOffset());
            }
            return Optional.of(prepared.build());
        });
        replica.follow(recording.position());
        assertThat(failure()).hasMessageContaining("consistency mode");
        assertThat(failure().kind()).isEqualTo(Kind.REFUSED);
    }

    @Test
    void batchedItemsAreRefused() throws Exception {
        replica.connect();
        master.rewrite(answer -> {
            Response.Builder batched = answer.toBuilder();
            if (answer.getBinlogSyncCount() > 0) {
                Response.BinlogSync.Builder first = batched.getBinlogSyncBuilder(0);
                first.setBinlog(ByteString.copyFromUtf8("HCTB").concat(first.getBinlog()));
            }
            return Optional.of(batched.build());
        });
        replica.follow(recording.position());
        assertThat(failure()).hasMessageContaining("command-batch-enabled");
        assertThat(failure().kind()).isEqualTo(Kind.REFUSED);
    }

    /** From 4.0.4 on a connection that does not count as authenticated is closed, whatever it asks. */
    @Test
    void aMasterWithAPasswordThatClosesAtTrySyncIsSaidToWantIt() throws Exception {
        replica.close();
        master.close();
        start(QUICK.withPassword("se cret"));
        use(Replicas.of(master.port()).password("se cret").config());
        replica.connect();
        master.rewrite(answer -> {
            if (answer.getType() == ReplicationProto.Type.TRY_SYNC) {
                master.cutReplication(false);
                return Optional.empty();
            }
            return Optional.of(answer);
        });
        replica.follow(recording.position());
        await().until(() -> replica.lastConnectionFailure()
                .filter(trouble -> trouble.contains("pika.password"))
                .isPresent());
        assertThat(replica.lastConnectionFailure().orElseThrow()).contains("requirepass", "TRY_SYNC");
        master.rewrite(Optional::of);
        assertThat(poll(1)).hasSize(1);
    }

    @Test
    void aPasswordLetsItInAndItsLackDoesNot() throws Exception {
        replica.close();
        master.close();
        start(QUICK.withPassword("se cret"));
        assertThatThrownBy(replica::connect).hasMessageContaining("password");
        use(Replicas.of(master.port()).password("wrong").config());
        assertThatThrownBy(replica::connect).hasMessageContaining("our password");
        use(Replicas.of(master.port()).password("se cret").config());
        assertThat(replica.connect().version()).hasToString("3.5.5");
    }

    @Test
    void aPasswordTheMasterDoesNotHaveDoesNoHarm() throws Exception {
        use(Replicas.of(master.port()).password("unneeded").config());
        assertThat(replica.connect().version()).hasToString("3.5.5");
    }

    @Test
    void aVersionThatIsNotKnownIsRefusedUnlessTheConfigurationKnowsBetter() throws Exception {
        replica.close();
        master.close();
        start(QUICK.withVersion("5.0.0"));
        assertThatThrownBy(replica::connect).hasMessageContainingAll("5.0.0", "pika.version");
        use(Replicas.of(master.port()).version("3.5.4").config());
        assertThat(replica.connect().version()).hasToString("3.5.4");
    }

    @Test
    void anAddressStillRegisteredIsWaitedFor() throws Exception {
        Replica earlier = new Replica(Replicas.config(master.port()), Replicas.QUICK);
        earlier.connect();
        Thread leaving = new Thread(() -> {
            await().until(() -> master.replicationConnectionCount() == 2);
            earlier.close();
        });
        leaving.start();
        assertThat(replica.connect().version()).hasToString("3.5.5");
        leaving.join();
        replica.follow(recording.position());
        poll(3);
    }

    @Test
    void anAddressThatAnotherReplicaKeepsIsRefusedInTheEndAndThatOneIsNotDisturbed() throws Exception {
        replica.connect();
        master.writeUpTo(100);
        replica.follow(recording.position());
        Polls.assertSame(poll(100), recording.items().subList(0, 100));
        replica.acknowledge(recording.items().get(99).end());
        assertThat(replica.addressTakenBy()).isEmpty();
        try (Replica second = new Replica(Replicas.config(master.port()), Replicas.QUICK)) {
            CompletableFuture<ReplicationException> refusal = CompletableFuture.supplyAsync(() -> {
                try {
                    second.connect();
                    return null;
                } catch (ReplicationException | InterruptedException e) {
                    return (ReplicationException) e;
                }
            });
            await().until(() -> second.addressTakenBy().isPresent());
            assertThat(second.addressTakenBy().orElseThrow()).contains("127.0.0.1:19221", "conn_fd=", "lag=");
            assertThat(refusal.get().kind()).isEqualTo(Kind.REFUSED);
            assertThat(refusal.get()).hasMessageContainingAll("127.0.0.1:19221", "conn_fd=", "replica.address");
        }
        assertThat(master.registrations()).isEqualTo(1);
        master.writeUpTo(200);
        Polls.assertSame(poll(100), recording.items().subList(100, 200));
    }

    @Test
    void anAddressThatIsTakenIsFoundOutByMetaSyncWhereInfoIsDenied() throws Exception {
        replica.connect();
        master.denyInfo();
        try (Replica second = new Replica(Replicas.config(master.port()), Replicas.QUICK)) {
            assertThatThrownBy(second::connect)
                    .isInstanceOfSatisfying(
                            ReplicationException.class,
                            e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
                    .hasMessageContainingAll("127.0.0.1:19221", "AlreadyExist", "replica.address");
        }
    }

    @Test
    void aVersionThatCannotBeAskedForNowIsAskedForLater() throws Exception {
        master.turnClientsAway(true);
        assertThatThrownBy(replica::connect)
                .isInstanceOfSatisfying(
                        ReplicationException.class, e -> assertThat(e.kind()).isEqualTo(Kind.RETRY))
                .hasMessageContainingAll("client port does not answer", "pika.version");
        try (Replica portInfo =
                new Replica(Replicas.of(master.port()).version("3.5.5").config(), Replicas.QUICK)) {
            assertThat(portInfo.connect().version()).hasToString("3.5.5");
        }
        master.turnClientsAway(false);
        assertThat(replica.connect().version()).hasToString("3.5.5");
        master.turnClientsAway(true);
        assertThat(replica.connect().version()).hasToString("3.5.5");
    }

    @Test
    void severalReplicasWithTheirOwnAddressesDoNotDisturbEachOther() throws Exception {
        replica.connect();
        replica.follow(recording.position());
        ReplicaConfig config = Replicas.of(master.port()).announcedPort(19_241).config();
        try (Replica second = new Replica(config, Replicas.QUICK)) {
            second.follow(recording.position());
            for (BinlogItem item : recording.items()) {
                assertThat(second.poll(LONG).orElseThrow().end()).isEqualTo(item.end());
            }
        }
        Polls.assertSame(poll(recording.items().size()), recording.items());
    }

    @Test
    void aMasterThatStopsLoggingIsNotFollowed() throws Exception {
        replica.connect();
        replica.follow(recording.end());
        await().until(() -> replica.idleSince().isPresent());
        master.writesBinlog(false);
        assertThat(failure()).hasMessageContaining("write-binlog");
    }

    @Test
    void knowsTheMastersClock() throws Exception {
        master.clockOffset(Duration.ofHours(2));
        replica.connect();
        assertThat(replica.clockOffset()).isBetween(Duration.ofMinutes(119), Duration.ofMinutes(121));
    }

    @Test
    void theMastersEndIsLearntWithoutATrace() throws Exception {
        replica.connect();
        assertThat(replica.askMasterEnd()).isEqualTo(recording.end());
        assertThat(master.sessions()).isZero();
    }

    @Test
    void aRequestedDumpKeepsTheSessionAliveUntilTheConnectionIsLost() throws Exception {
        replica.connect();
        replica.requestDump(0);
        assertThat(replica.sessionAlive()).isTrue();
        await().during(Duration.ofMillis(900)).until(() -> replica.sessionAlive() && master.sessions() == 1);
        master.cutReplication(true);
        await().until(() -> !replica.sessionAlive());
        assertThatThrownBy(() -> replica.requestDump(0)).hasMessageContaining("lost");
    }

    private void awaitLook() {
        await().pollInterval(Replicas.QUICK.ask()).until(() -> {
            replica.look();
            return false;
        });
    }

    @Test
    void aMasterThatStopsLoggingWhileItMakesADumpIsNoticed() throws Exception {
        replica.connect();
        replica.requestDump(0);
        replica.look();
        master.writesBinlog(false);
        assertThatThrownBy(this::awaitLook).hasMessageContaining("write-binlog");
    }

    @Test
    void aFullSyncMayMakeTheMasterKeepOnlySoMuch() throws Exception {
        master.writeUpTo(0);
        use(Replicas.of(master.port())
                .hold(new RetentionLimits(Duration.ZERO, 1_000))
                .config());
        replica.connect();
        replica.requestDump(replica.askMasterEnd().filenum());
        master.writeUpTo(5);
        await().until(() -> {
            replica.look();
            return replica.heldBytes() > 0;
        });
        assertThat(replica.heldBytes())
                .isEqualTo(recording.position().bytesTo(recording.items().get(4).end(), 1 << 20));
        master.writeUpTo(100);
        assertThatThrownBy(this::awaitLook)
                .isInstanceOfSatisfying(
                        ReplicationException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
                .hasMessageContainingAll("hold.max.bytes, 1000", "since the dump was requested");
    }

    @Test
    void closesAtOnceWhateverItIsDoing() throws Exception {
        master.hold(true);
        Thread connecting = new Thread(() -> {
            try {
                replica.connect();
            } catch (ReplicationException | InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        connecting.start();
        await().until(() -> master.replicationConnectionCount() == 1);
        long begin = System.nanoTime();
        replica.close();
        connecting.join(1_500);
        assertThat(connecting.isAlive()).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
        master.hold(false);
    }

    @Test
    void anUnreachableMasterIsNamedWithItsPort() {
        int port = master.port();
        master.close();
        assertThatThrownBy(replica::connect)
                .isInstanceOfSatisfying(
                        ReplicationException.class, e -> assertThat(e.kind()).isEqualTo(Kind.RETRY))
                .hasMessageContaining(Integer.toString(port + 2000));
    }

    @Test
    void aProbeTellsWhatThereIsAndDisturbsNobody() throws Exception {
        replica.connect();
        replica.follow(recording.position());
        poll(100);
        MasterProbe probe = MasterProbe.probe(Replicas.config(master.port()), Duration.ofSeconds(10));
        assertThat(probe.identity().version()).hasToString("3.5.5");
        assertThat(probe.expireLogsNums()).hasValue(10);
        assertThat(probe.dataBytes()).hasValue(1_048_576);
        await().until(() -> master.replicationConnectionCount() == 1);
        Polls.assertSame(
                poll(recording.items().size() - 100),
                recording.items().subList(100, recording.items().size()));
    }
}
