package io.pikaconnect.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.pika.PikaVersion;
import io.pikaconnect.replication.ReplicationException.Kind;
import io.pikaconnect.replication.ReplicationProto.Response;
import io.pikaconnect.replication.ReplicationProto.Response.TrySync.ReplyCode;
import io.pikaconnect.replication.ReplicationProto.StatusCode;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Every refusal of replication-protocol 4.2, 4.3 and 7.8. */
class ResponsesTest {

    private static final BinlogPosition FROM = new BinlogPosition(3, 4_711);

    private final ReplicaConfig config = Replicas.config(9_221);
    private final Responses responses = new Responses(config);

    @Test
    void aWrongPasswordIsRefused() {
        Response answer = refusal(StatusCode.ERROR, "Auth with master error, Invalid masterauth");
        assertRefused(() -> responses.metaSync(answer), Kind.REFUSED, "without a password", "pika.password");
        Responses withPassword = new Responses(Replicas.of(9_221).password("x").config());
        assertRefused(() -> withPassword.metaSync(answer), Kind.REFUSED, "our password", "pika.password");
    }

    @Test
    void anAddressStillAttachedIsKnownWhateverTheCode() {
        for (StatusCode code : new StatusCode[] {StatusCode.ERROR, StatusCode.OTHER}) {
            Response answer = refusal(code, "Slave AlreadyExist");
            assertThat(Responses.taken(answer)).isTrue();
        }
    }

    @Test
    void anyOtherErrorIsRefusedAndAnythingElseIsForLater() {
        assertRefused(() -> responses.metaSync(refusal(StatusCode.ERROR, "no")), Kind.REFUSED, "(no)");
        assertRefused(() -> responses.metaSync(refusal(StatusCode.OTHER, "no")), Kind.RETRY, "(no)");
    }

    @Test
    void aReferenceThatConnectLeftInThePlaceOfThePasswordIsNamed() {
        Responses withReference = new Responses(
                Replicas.of(9221).password("${file:/secrets:pika}").config());
        assertThatThrownBy(() ->
                        withReference.metaSync(refusal(StatusCode.ERROR, "Auth with master error, Invalid masterauth")))
                .hasMessageContainingAll("${file:/secrets:pika}", "config.providers");
    }

    @Test
    void shardingIsRefused() {
        assertRefused(() -> responses.metaSync(master(false, 1, "db0")), Kind.REFUSED, "sharding mode");
        assertRefused(() -> responses.metaSync(master(true, 8, "db0")), Kind.REFUSED, "8 slots");
    }

    @Test
    void anUnknownDbIsRefusedWithTheOnesThereAre() {
        Responses db7 = new Responses(Replicas.of(9_221).oneOfSeveral("db7").config());
        assertRefused(() -> db7.metaSync(master(true, 1, "db0", "db1")), Kind.REFUSED, "no db7", "[db0, db1]");
    }

    @Test
    void severalDbsAreRefusedUnlessAskedFor() throws Exception {
        assertRefused(
                () -> responses.metaSync(master(true, 1, "db0", "db1")), Kind.REFUSED, "several", "pika.databases");
        Responses several = new Responses(Replicas.of(9_221).oneOfSeveral("db1").config());
        assertThat(several.metaSync(master(true, 1, "db0", "db1")).getDbsInfoCount())
                .isEqualTo(2);
    }

    @Test
    void theVersionIsWhatIsSetElseWhatIsReportedElseWhatTheAnswerShows() throws Exception {
        Response.MetaSync of35 = master(true, 1, "db0").getMetaSync();
        Responses set = new Responses(Replicas.of(9_221).version("3.5.1").config());
        assertThat(set.version(Optional.of("3.5.5"), of35)).hasToString("3.5.1");
        assertThat(set.version(Optional.of("2.3.6"), of35)).hasToString("3.5.1");
        assertThat(responses.version(Optional.of("3.5.5"), of35)).hasToString("3.5.5");
        assertThat(responses.version(Optional.empty(), of35)).hasToString("3.5");
    }

    @Test
    void aVersionThatIsNotKnownIsRefused() {
        Response.MetaSync of35 = master(true, 1, "db0").getMetaSync();
        for (String version :
                new String[] {"2.3.6", "3.1.9", "3.50.1", "3.5.7", "4.0.5", "4.1.0", "5.0.0", "unstable"}) {
            assertRefused(() -> responses.version(Optional.of(version), of35), Kind.REFUSED, version, "pika.version");
        }
    }

    @Test
    void raftIsRefusedAndAMasterThatKnowsItIsOfNoRelease() throws Exception {
        assertRefused(() -> responses.checkRaft(ClientPort.Raft.CLUSTER), Kind.REFUSED, "Raft", "RAFT.CLUSTER");
        assertRefused(() -> responses.checkRaft(ClientPort.Raft.KNOWN), Kind.REFUSED, "Raft", "pika.version");
        responses.checkRaft(ClientPort.Raft.NONE);
        Responses set = new Responses(Replicas.of(9_221).version("3.5.5").config());
        set.checkRaft(ClientPort.Raft.KNOWN);
        assertRefused(() -> set.checkRaft(ClientPort.Raft.CLUSTER), Kind.REFUSED, "Raft");
    }

    @Test
    void aVersionThatSpeaksInAnotherWayThanTheMasterIsRefused() {
        Response.MetaSync of35 = master(true, 1, "db0").getMetaSync();
        Responses set = new Responses(Replicas.of(9_221).version("3.4.0").config());
        assertRefused(
                () -> set.version(Optional.of("3.5.5"), of35),
                Kind.REFUSED,
                "3.4.0 by pika.version",
                "that of a Pika 3.5");
        assertRefused(
                () -> responses.version(Optional.of("4.0.0"), of35),
                Kind.REFUSED,
                "4.0.0 or 4.0.1 by its own report",
                "Pika 3.5");
    }

    @Test
    void aReplicaWhoseAddressAndPortReadLikeOursIsNamed() throws Exception {
        InetSocketAddress ours = InetSocketAddress.createUnresolved("10.0.0.1", 19_221);
        responses.checkConfused(
                ours, List.of(new KnownReplica("10.0.0.1", 19_221, ""), new KnownReplica("10.0.0.1", 9_221, "")));
        assertRefused(
                () -> responses.checkConfused(ours, List.of(new KnownReplica("10.0.0.11", 9_221, ""))),
                Kind.REFUSED,
                "10.0.0.11",
                "9221",
                "replica.address");
    }

    @Test
    void aPasswordThatTheMasterDoesNotHaveIsRefusedWhereItPushesWithoutOne() throws Exception {
        Responses withPassword = new Responses(Replicas.of(9_221).password("x").config());
        assertRefused(
                () -> withPassword.checkUnneededPassword(Optional.of(PikaVersion.parse("3.3.6"))),
                Kind.REFUSED,
                "remove pika.password");
        withPassword.checkUnneededPassword(Optional.of(PikaVersion.parse("3.5.5")));
        withPassword.checkUnneededPassword(Optional.empty());
    }

    @Test
    void aPurgedPositionIsLost() {
        assertRefused(
                () -> responses.trySync(reply(ReplyCode.SYNC_POINT_BE_PURGED), FROM),
                Kind.POSITION_LOST,
                "3/4711",
                "9/100",
                "expire-logs-nums");
    }

    @Test
    void aPositionBehindTheEndIsLostAtOnce() {
        assertRefused(
                () -> responses.trySync(reply(ReplyCode.SYNC_POINT_LARGER), FROM),
                Kind.POSITION_LOST,
                "3/4711",
                "9/100",
                "must not be used again");
    }

    @Test
    void aPositionInsideAnItemIsDistrusted() {
        assertThatThrownBy(() -> responses.trySync(reply(ReplyCode.SYNC_ERROR), FROM))
                .isInstanceOf(Responses.PositionRejected.class)
                .hasMessageContaining("3/4711");
        assertThatThrownBy(() -> responses.trySync(refusal(StatusCode.ERROR, "try again"), FROM))
                .isInstanceOf(Responses.PositionRejected.class);
    }

    @Test
    void aDbThatIsGoneIsRefused() {
        for (String text : new String[] {"Partition not found", "Slot not found", "DB not found"}) {
            assertRefused(() -> responses.trySync(refusal(StatusCode.ERROR, text), FROM), Kind.REFUSED, text);
        }
    }

    @Test
    void sessionZeroIsAValidOne() throws Exception {
        assertThat(responses.trySync(reply(ReplyCode.SYNC_OK), FROM))
                .isEqualTo(new Responses.Accepted(0, new BinlogPosition(9, 100)));
        assertThat(responses.dbSync(Response.newBuilder()
                        .setCode(StatusCode.OK)
                        .setDbSync(Response.DbSync.newBuilder().setSessionId(0))
                        .build()))
                .isZero();
    }

    @Test
    void aFailedDumpRequestIsForLater() {
        assertRefused(() -> responses.dbSync(refusal(StatusCode.ERROR, "")), Kind.RETRY, "full sync");
        Response minusOne = Response.newBuilder()
                .setCode(StatusCode.OK)
                .setDbSync(Response.DbSync.newBuilder().setSessionId(-1))
                .build();
        assertRefused(() -> responses.dbSync(minusOne), Kind.RETRY, "full sync");
    }

    private static Response refusal(StatusCode code, String text) {
        return Response.newBuilder().setCode(code).setReply(text).build();
    }

    private static Response reply(ReplyCode code) {
        return Response.newBuilder()
                .setCode(StatusCode.OK)
                .setTrySync(Response.TrySync.newBuilder()
                        .setReplyCode(code)
                        .setBinlogOffset(Offsets.message(new BinlogPosition(9, 100))))
                .build();
    }

    private static Response master(boolean classic, int slots, String... databases) {
        Response.MetaSync.Builder body =
                Response.MetaSync.newBuilder().setClassicMode(classic).setRunId("r");
        for (String db : databases) {
            body.addDbsInfo(Response.MetaSync.DbInfo.newBuilder().setDbName(db).setSlotNum(slots));
        }
        return Response.newBuilder().setCode(StatusCode.OK).setMetaSync(body).build();
    }

    private static void assertRefused(ThrowingCallable call, Kind kind, String... parts) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ReplicationException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContainingAll(parts);
    }
}
