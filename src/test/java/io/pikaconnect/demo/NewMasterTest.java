package io.pikaconnect.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.MessageLite;
import io.pikaconnect.change.Command;
import io.pikaconnect.demo.pika.PikaRelease;
import io.pikaconnect.demo.pika.Reply;
import io.pikaconnect.fullsync.PullProto;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.ReplicationProto.Node;
import io.pikaconnect.replication.ReplicationProto.Request;
import io.pikaconnect.replication.ReplicationProto.Response;
import io.pikaconnect.replication.ReplicationProto.StatusCode;
import io.pikaconnect.replication.ReplicationProto.Type;
import io.pikaconnect.replication.ReplicationProto.Unit;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.exceptions.JedisDataException;

/** The ports of a stand-in master of the newest releases, as a replica sees them, and of what is not released. */
@Timeout(60)
class NewMasterTest {

    private static final int REPLICATION = 2_000;
    private static final int PULL = 10_001;
    private static final int CLOSED = -1;
    private static final Node HERE =
            Node.newBuilder().setIp("127.0.0.1").setPort(9_221).build();
    private static final Unit DB0 =
            Unit.newBuilder().setDbName("db0").setSlotId(0).build();

    private FakePika pika;

    @AfterEach
    void stop() {
        pika.close();
    }

    private void start(PikaRelease release, Optional<String> password) throws IOException {
        MasterSetup setup = MasterSetup.of(release)
                .withDumpTaking(Duration.ZERO)
                .withTimes(Duration.ofMillis(50), Duration.ofMinutes(1));
        pika = FakePika.start(password.map(setup::withPassword).orElse(setup));
    }

    /** A connection whose frames are a length of four bytes and a message. */
    private final class Connection implements AutoCloseable {
        private final Socket socket;
        private final DataInputStream in;
        private final DataOutputStream out;

        private Connection(int port) throws IOException {
            socket = new Socket("127.0.0.1", pika.port() + port);
            in = new DataInputStream(socket.getInputStream());
            out = new DataOutputStream(socket.getOutputStream());
        }

        private void send(MessageLite message) throws IOException {
            out.writeInt(message.getSerializedSize());
            message.writeTo(out);
        }

        private boolean isClosed() throws IOException {
            return in.read() == CLOSED;
        }

        private byte[] receive() throws IOException {
            return in.readNBytes(in.readInt());
        }

        private Response answer(Request.Builder request) throws IOException {
            send(request.build());
            return Response.parseFrom(receive());
        }

        private PullProto.Response pulled(PullProto.Request.Builder request) throws IOException {
            send(request.setReaderIndex(0).setDbName("db0").setSlotId(0).build());
            return PullProto.Response.parseFrom(receive());
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static Request.Builder metaSync(String password) {
        return Request.newBuilder()
                .setType(Type.META_SYNC)
                .setMetaSync(Request.MetaSync.newBuilder().setNode(HERE).setAuth(password));
    }

    private static Request.Builder trySync() {
        return Request.newBuilder()
                .setType(Type.TRY_SYNC)
                .setTrySync(Request.TrySync.newBuilder()
                        .setNode(HERE)
                        .setUnit(DB0)
                        .setBinlogOffset(ReplicationPortHandler.message(BinlogPosition.ZERO)));
    }

    private static Request.Builder begin(int session) {
        return Request.newBuilder()
                .setType(Type.BINLOG_SYNC)
                .setBinlogSync(Request.BinlogSync.newBuilder()
                        .setNode(HERE)
                        .setDbName("db0")
                        .setSlotId(0)
                        .setAckRangeStart(ReplicationPortHandler.message(BinlogPosition.ZERO))
                        .setAckRangeEnd(ReplicationPortHandler.message(BinlogPosition.ZERO))
                        .setSessionId(session)
                        .setFirstSend(true));
    }

    @Test
    void withAPasswordA404ClosesWhatDidNotNameItOnTheVeryConnection() throws Exception {
        start(PikaRelease.V404, Optional.of("secret"));
        try (Connection known = new Connection(REPLICATION);
                Connection unknown = new Connection(REPLICATION);
                Connection refused = new Connection(REPLICATION)) {
            assertThat(known.answer(metaSync("secret")).getCode()).isEqualTo(StatusCode.OK);
            unknown.send(trySync().build());
            assertThat(unknown.isClosed()).isTrue();
            assertThat(refused.answer(metaSync("wrong")).getCode()).isEqualTo(StatusCode.ERROR);
            refused.send(trySync().build());
            assertThat(refused.isClosed()).isTrue();
            assertThat(known.answer(trySync()).getCode()).isEqualTo(StatusCode.OK);
        }
        assertThat(pika.offences()).isEmpty();
    }

    @Test
    void aPasswordThatIsSetWhileAReplicaIsThereConcernsConnectionsMadeLater() throws Exception {
        start(PikaRelease.V404, Optional.empty());
        try (Connection early = new Connection(REPLICATION)) {
            assertThat(early.answer(metaSync("")).getCode()).isEqualTo(StatusCode.OK);
            pika.mischief().password("secret");
            assertThat(early.answer(trySync()).getCode()).isEqualTo(StatusCode.OK);
            try (Connection late = new Connection(REPLICATION)) {
                assertThat(late.answer(metaSync("")).getCode()).isEqualTo(StatusCode.ERROR);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"V355, secret", "V356, secret", "V402, secret", "V403, secret", "V404,"})
    void othersAnswerButAReplicaThatNamesItselfNowhereIsNoted(PikaRelease release, String password) throws Exception {
        start(release, Optional.ofNullable(password));
        try (Connection unknown = new Connection(REPLICATION)) {
            assertThat(unknown.answer(trySync()).getCode()).isEqualTo(StatusCode.OK);
        }
        assertThat(pika.offences()).singleElement().asString().contains("TRY_SYNC", "MetaSync");
    }

    /** Who sends before the answer to MetaSync is there is as unknown as who sends none. */
    @Test
    void aReplicaThatDoesNotWaitForTheAnswerIsNoted() throws Exception {
        start(PikaRelease.V402, Optional.empty());
        pika.mischief().answerLate(Duration.ofMillis(200));
        try (Connection hasty = new Connection(REPLICATION)) {
            hasty.send(metaSync("").build());
            hasty.send(trySync().build());
            hasty.receive();
            hasty.receive();
        }
        assertThat(pika.offences()).hasSize(1);
    }

    private PullProto.Response listed(Connection pull) {
        await().until(() -> pull.pulled(PullProto.Request.newBuilder().setType(PullProto.Type.META))
                        .getCode()
                == PullProto.StatusCode.OK);
        try {
            return pull.pulled(PullProto.Request.newBuilder().setType(PullProto.Type.META));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void makeDump() throws IOException {
        pika.execute(Command.of("SET", "k", "v"));
        try (Connection replica = new Connection(REPLICATION)) {
            replica.answer(metaSync(""));
            replica.answer(Request.newBuilder()
                    .setType(Type.DB_SYNC)
                    .setDbSync(Request.DbSync.newBuilder()
                            .setNode(HERE)
                            .setUnit(DB0)
                            .setBinlogOffset(ReplicationPortHandler.message(BinlogPosition.ZERO))));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V355", "V356", "V401", "V402", "V403", "V404"})
    void aChunkComesWithItsMd5From404On(PikaRelease release) throws Exception {
        start(release, Optional.empty());
        makeDump();
        try (Connection pull = new Connection(PULL)) {
            for (String name : listed(pull).getMetaResp().getFilenamesList()) {
                PullProto.Response.FileResponse chunk = pull.pulled(PullProto.Request.newBuilder()
                                .setType(PullProto.Type.FILE)
                                .setFileReq(PullProto.Request.FileRequest.newBuilder()
                                        .setFilename(name)
                                        .setCount(4L << 20)
                                        .setOffset(0)))
                        .getFileResp();
                byte[] md5 =
                        MessageDigest.getInstance("MD5").digest(chunk.getData().toByteArray());
                assertThat(chunk.getChecksum())
                        .as(name)
                        .isEqualTo(release == PikaRelease.V404 ? HexFormat.of().formatHex(md5) : "");
                assertThat(chunk.getCount()).isEqualTo(chunk.getData().size()).isPositive();
                assertThat(chunk.getEof()).isEqualTo(1);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"V356, 3.5.6", "V401, 4.0.0", "V402, 4.0.2", "V403, 4.0.3", "V404, 4.0.4"})
    void infoNamesTheVersionThatTheReleaseReports(PikaRelease release, String version) throws Exception {
        start(release, Optional.empty());
        try (Jedis client = new Jedis("127.0.0.1", pika.port())) {
            assertThat(client.info()).contains("pika_version:" + version + "\r\n");
        }
        try (Connection replica = new Connection(REPLICATION)) {
            Response.MetaSync answer = replica.answer(metaSync("")).getMetaSync();
            assertThat(answer.getRunId()).isNotEmpty();
            assertThat(answer.getReplicationId()).isNotEmpty();
            assertThat(answer.getDbsInfo(0).getDbInstanceNum()).isEqualTo(release == PikaRelease.V356 ? 0 : 3);
        }
    }

    /** The first frame with items, and the next keepalive. */
    private Response[] stream(Supplier<Command> written) throws IOException {
        try (Connection replica = new Connection(REPLICATION)) {
            replica.answer(metaSync(""));
            int session = replica.answer(trySync()).getTrySync().getSessionId();
            replica.send(begin(session).build());
            Response keepalive = Response.parseFrom(replica.receive());
            pika.execute(written.get());
            Response items = keepalive;
            while (items.getBinlogSync(0).getBinlog().size() < 34) {
                items = Response.parseFrom(replica.receive());
            }
            return new Response[] {items, keepalive};
        }
    }

    @Test
    void aMasterInTheConsistencyModeNamesWhatIsPreparedAndCommitted() throws Exception {
        start(PikaRelease.V402, Optional.empty());
        pika.unreleased().consistency();
        Response items = stream(() -> Command.of("SET", "k", "v"))[0];
        byte[] element = items.getBinlogSync(0).toByteArray();
        // Field 5, length-delimited, with an offset in it.
        assertThat(HexFormat.of().formatHex(element)).contains("2a0408001045");
    }

    @Test
    void aBatchHasFourBytesMoreBeforeItsFirstItemAndSoHasAKeepalive() throws Exception {
        start(PikaRelease.V356, Optional.empty());
        pika.unreleased().batches();
        Response[] seen = stream(() -> Command.of("SET", "k", "v"));
        byte[] magic = {0x48, 0x43, 0x54, 0x42};
        assertThat(seen[0].getBinlogSync(0).getBinlog().toByteArray()).startsWith(magic);
        assertThat(seen[1].getBinlogSync(0).getBinlog().toByteArray()).isEqualTo(magic);
    }

    @Test
    void whatIsNotReleasedCanBeSeenOnTheClientPort() throws Exception {
        start(PikaRelease.V402, Optional.empty());
        assertThat(pika.execute(Command.of("HSET", "h", "f", "v", "g", "w"))).isInstanceOf(Reply.Failure.class);
        assertThat(pika.items()).isZero();
        pika.unreleased().hsetOfSeveralPairs();
        assertThat(pika.execute(Command.of("HSET", "h", "f", "v", "g", "w"))).isEqualTo(Reply.OK);
        pika.unreleased().log(Command.of("manifestingest", "somewhere"));
        assertThat(pika.items()).isEqualTo(2);
        try (Jedis client = new Jedis("127.0.0.1", pika.port())) {
            ProtocolCommand raft = () -> "RAFT.CLUSTER".getBytes();
            assertThatThrownBy(() -> client.sendCommand(raft, "INFO"))
                    .isInstanceOf(JedisDataException.class)
                    .hasMessageContaining("unknown command");
            pika.unreleased().raft(true);
            assertThat(new String((byte[]) client.sendCommand(raft, "INFO"))).contains("raft_state:up");
        }
    }

    @Test
    void aDumpIsListedOnceWhereItIsReserved() throws Exception {
        start(PikaRelease.V402, Optional.empty());
        pika.unreleased().listsDumpsOnce();
        makeDump();
        PullProto.Request.Builder list = PullProto.Request.newBuilder().setType(PullProto.Type.META);
        try (Connection pull = new Connection(PULL)) {
            await().until(() -> pull.pulled(list).getCode() == PullProto.StatusCode.OK);
            assertThat(pull.pulled(list).getCode()).isEqualTo(PullProto.StatusCode.ERROR);
        }
    }
}
