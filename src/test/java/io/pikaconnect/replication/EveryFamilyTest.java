package io.pikaconnect.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.NeedsRsync;
import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.ReplicationException.Kind;
import io.pikaconnect.replication.ReplicationProto.Response;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is different with masters of other families than 3.5 (replication-protocol 11), each playing its own recording. */
@Timeout(60)
class EveryFamilyTest {

    private final List<AutoCloseable> open = new ArrayList<>();

    private Recording recording;
    private RecordedMaster master;
    private Replica replica;

    /** A master of the version that the recording's folder names, and a replica of it. */
    private void start(String folder) throws IOException {
        start(folder, setup(folder));
    }

    private void start(String folder, MasterSetup setup) throws IOException {
        play(Recording.ofVersion(folder), setup);
    }

    private void play(Recording played, MasterSetup setup) throws IOException {
        recording = played;
        master = RecordedMaster.start(recording, setup);
        open.add(master);
        use(Replicas.config(master.port()));
    }

    private void use(ReplicaConfig config) {
        replica = new Replica(config, Replicas.QUICK);
        open.add(0, replica);
    }

    private static MasterSetup setup(String folder) {
        String reported = folder.equals("4.0.1") ? "4.0.0" : folder;
        return MasterSetup.REAL.withVersion(reported).withTimes(Duration.ofMillis(100), Duration.ofMillis(500));
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        assertThat(master.offences()).isEmpty();
    }

    private List<BinlogItem> poll(int items) throws Exception {
        return Polls.items(replica, items);
    }

    private ReplicationException failure() {
        return Polls.failure(replica);
    }

    @ParameterizedTest
    @CsvSource({
        "3.2.0, 3.2.0, 3.2 to 3.4",
        "3.3.6, 3.3.6, 3.2 to 3.4",
        "3.5.5, 3.5.5, 3.5",
        "4.0.1, 4.0.0 or 4.0.1, 4.0"
    })
    void isKnownByInfoOrElseByWhatTheProtocolShows(String folder, String known, String shown) throws Exception {
        start(folder);
        MasterIdentity master = replica.connect();
        assertThat(master.version()).hasToString(known);
        assertThat(master.replicationId().isEmpty()).isEqualTo(folder.startsWith("3.2") || folder.startsWith("3.3"));

        this.master.denyInfo();
        use(Replicas.of(this.master.port()).announcedPort(19_241).config());
        assertThat(replica.connect().version()).hasToString(shown);
    }

    @Test
    void whatIsKnownOfTheVersionStaysKnownWhenTheMasterDoesNotTellItAgain() throws Exception {
        start("3.3.6");
        replica.connect();
        master.denyInfo();
        assertThat(replica.connect().version()).hasToString("3.3.6");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.2.0", "3.3.6", "4.0.1"})
    void givesEveryItemOnceAndInOrderThroughLostConnections(String folder) throws Exception {
        start(folder);
        replica.connect();
        master.writeUpTo(500);
        replica.follow(recording.position());
        List<BinlogItem> polled = new ArrayList<>(poll(500));
        replica.acknowledge(polled.get(400).end());
        master.cutReplication(true);
        master.writeUpTo(recording.items().size());
        polled.addAll(poll(recording.items().size() - 500));
        Polls.assertSame(polled, recording.items());
        replica.acknowledge(recording.end());
        await().until(() -> master.unacknowledged() == 0);
    }

    @NeedsRsync
    @ParameterizedTest
    @ValueSource(strings = {"3.2.0", "3.3.6"})
    void aDumpIsAskedForAndTheStreamBeginsInTheSameSession(String folder) throws Exception {
        start(folder);
        replica.connect();
        replica.requestDump(replica.askMasterEnd().filenum());
        await().during(Duration.ofMillis(800)).until(() -> replica.sessionAlive() && master.sessions() == 1);
        replica.follow(recording.position());
        Polls.assertSame(poll(recording.items().size()), recording.items());
    }

    @Test
    void aKeepaliveOf32BesideUnacknowledgedItemsDoesNotMeanThatThereAreNoMore() throws Exception {
        start("3.2.0", setup("3.2.0").withWindow(10));
        replica.connect();
        replica.follow(recording.position());
        List<BinlogItem> window = poll(10);
        int pings = master.pings();
        await().until(() -> master.pings() > pings + 20);
        assertThat(replica.idleSince()).isEmpty();

        master.writeUpTo(10);
        replica.acknowledge(window.get(9).end());
        await().until(() -> replica.idleSince().isPresent());
    }

    @Test
    void aPositionInsideAnItemThat32AcceptsIsFoundOutByTheItemThatComes() throws Exception {
        start("3.2.0");
        replica.connect();
        BinlogItem second = recording.items().get(1);
        BinlogPosition inside =
                new BinlogPosition(second.end().filenum(), second.end().offset() - 20);
        replica.follow(inside);
        ReplicationException failure = failure();
        assertThat(failure.kind()).isEqualTo(Kind.POSITION_DOUBTED);
        assertThat(failure)
                .hasMessageContainingAll(
                        inside.toString(),
                        second.end().toString(),
                        recording.items().get(2).end().toString());
    }

    @Test
    void theTailOfACutItemThat32SendsIsNoItem() throws Exception {
        start("3.2.0");
        replica.connect();
        master.rewrite(answer -> Optional.of(
                answer.getBinlogSyncCount() < 2
                        ? answer
                        : answer.toBuilder()
                                .setBinlogSync(
                                        0,
                                        answer.getBinlogSync(0).toBuilder()
                                                .setBinlog(answer.getBinlogSync(0)
                                                        .getBinlog()
                                                        .substring(7)))
                                .build()));
        replica.follow(recording.position());
        assertThat(failure()).hasMessageContaining("malformed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.2.0", "3.3.6"})
    void anotherMasterThatTellsNoIdIsFoundOutByAPositionThatDoesNotFit(String folder) throws Exception {
        start(folder);
        assertThat(replica.connect().replicationId()).isEmpty();
        replica.follow(Recording.ofVersion("3.3.6-spop").items().get(1_000).end());
        assertThat(failure().kind()).isEqualTo(Kind.POSITION_LOST);
    }

    @Test
    void aTermOf33IsNotLookedAtSinceItCanBeAnything() throws Exception {
        start("3.3.6");
        replica.connect();
        master.rewrite(answer -> Optional.of(withTerms(answer)));
        replica.follow(recording.position());
        Polls.assertSame(poll(recording.items().size()), recording.items());
    }

    private static Response withTerms(Response answer) {
        Response.Builder other = answer.toBuilder();
        other.getBinlogSyncBuilderList().forEach(b -> b.getBinlogOffsetBuilder().setTerm(1_953_067_639));
        return other.build();
    }

    @ParameterizedTest
    @CsvSource({"3.2.0, 3.3.5, without a term", "3.3.6, 3.2.9, with a term"})
    void aVersionSetWrongIsFoundOutByTheFirstItem(String folder, String set, String words) throws Exception {
        start(folder);
        use(Replicas.of(master.port()).version(set).config());
        assertThat(replica.connect().version()).hasToString(set);
        replica.follow(recording.position());
        ReplicationException failure = failure();
        assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
        assertThat(failure).hasMessageContainingAll(set + " by pika.version", words);
    }

    @ParameterizedTest
    @CsvSource({"3.3.6, 3.5.5", "3.5.5, 3.4.1", "4.0.1, 3.5.5"})
    void aVersionSetWrongIsFoundOutByTheAnswerToMetaSync(String folder, String set) throws Exception {
        start(folder);
        use(Replicas.of(master.port()).version(set).config());
        assertThatThrownBy(replica::connect)
                .hasMessageContainingAll(set + " by pika.version", "set pika.version to its real version");
    }

    @Test
    void anEmptyRecordThatStopsAMasterUpTo335EndsItAndSaysWhatToDo() throws Exception {
        start("3.3.6", setup("3.3.6").reporting("3.3.5"));
        replica.connect();
        master.writeUpTo(10);
        replica.follow(recording.position());
        replica.acknowledge(poll(10).get(9).end());
        await().until(() -> master.unacknowledged() == 0);
        master.rewrite(answer -> answer.getBinlogSyncCount() > 0 ? Optional.empty() : Optional.of(answer));
        ReplicationException failure = failure();
        assertThat(failure.kind()).isEqualTo(Kind.POSITION_DOUBTED);
        assertThat(failure).hasMessageContainingAll("SETNX", "3.3.6");
    }

    @Test
    void aMasterFrom336OnThatIsSilentIsTriedAgain() throws Exception {
        start("3.3.6");
        replica.connect();
        master.rewrite(answer -> answer.getBinlogSyncCount() > 0 ? Optional.empty() : Optional.of(answer));
        replica.follow(recording.position());
        assertThat(replica.poll(Replicas.QUICK.silence().multipliedBy(6))).isEmpty();
        master.rewrite(Optional::of);
        Polls.assertSame(poll(5), recording.items().subList(0, 5));
    }

    @Test
    void paddingAtThePositionIsALostOne() throws Exception {
        List<BinlogItem> items = new ArrayList<>();
        Recording of32 = Recording.ofVersion("3.2.0");
        items.add(padding(of32.position()));
        items.addAll(Items.row(items.get(0).end(), 3, 50));
        play(of32.withItems(items), setup("3.2.0"));
        replica.connect();
        replica.follow(recording.position());
        ReplicationException failure = failure();
        assertThat(failure.kind()).isEqualTo(Kind.POSITION_LOST);
        assertThat(failure)
                .hasMessageContainingAll("padding", recording.position().toString());
    }

    @Test
    void paddingThatAClientTypedIsAnItemLikeAnyOther() throws Exception {
        Recording of32 = Recording.ofVersion("3.2.0");
        List<BinlogItem> items = new ArrayList<>(Items.row(of32.position(), 3, 50));
        items.add(padding(items.get(2).end()));
        items.addAll(Items.row(items.get(3).end(), 3, 50));
        play(of32.withItems(items), setup("3.2.0"));
        replica.connect();
        replica.follow(recording.position());
        Polls.assertSame(poll(7), items);
        replica.acknowledge(recording.end());
        await().until(() -> master.unacknowledged() == 0);
    }

    /** As a replica before 3.3.2 fills its log: a header of zeros, and a length of five digits. */
    private static BinlogItem padding(BinlogPosition at) {
        byte[] content = "*2\r\n$7\r\npadding\r\n$00012\r\n************\r\n".getBytes(StandardCharsets.US_ASCII);
        ByteBuffer bytes =
                ByteBuffer.allocate(BinlogItem.HEADER + content.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putShort(0, (short) 1).putInt(30, content.length).put(BinlogItem.HEADER, content);
        return new BinlogItem(Continuity.end(at, bytes.capacity()), bytes.array());
    }

    @Test
    void anAddressThatReadsLikeAnotherReplicasTogetherWithThePortIsRefused() throws Exception {
        start("3.3.6");
        use(announcing("127.0.0.11", 9_221));
        replica.connect();
        use(announcing("127.0.0.1", 19_221));
        assertThatThrownBy(replica::connect)
                .isInstanceOfSatisfying(
                        ReplicationException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
                .hasMessageContainingAll("127.0.0.11", "replica.address");
        assertThat(master.registrations()).isEqualTo(1);
        use(announcing("127.0.0.1", 19_222));
        assertThat(replica.connect().version()).hasToString("3.3.6");
    }

    private ReplicaConfig announcing(String host, int port) {
        return Replicas.of(master.port())
                .announcedHost(host)
                .announcedPort(port)
                .config();
    }

    @Test
    void aReplicationIdThatAMasterGetsLaterIsNoOtherHistory() throws Exception {
        start("3.5.5");
        master.identity("", "a".repeat(40));
        replica.connect();
        master.writeUpTo(10);
        replica.follow(recording.position());
        poll(10);
        master.identity("8".repeat(50), "a".repeat(40));
        master.cutReplication(false);
        master.writeUpTo(100);
        Polls.assertSame(poll(90), recording.items().subList(10, 100));
    }
}
