package io.pikaconnect.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.demo.pika.PikaRelease;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.pika.PikaVersion;
import io.pikaconnect.replication.ReplicationException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A master's binlog during a full sync: what is purged without the anchor, and kept with it. */
@Timeout(60)
class BinlogHoldTest {

    private static final BinlogPosition BEGIN = new BinlogPosition(3, 1_000);
    private static final int FILES = 40;
    private static final int IN_A_FILE = 5;

    private RecordedMaster master;
    private Replica replica;

    @AfterEach
    void stop() {
        replica.close();
        master.close();
        assertThat(master.offences()).isEmpty();
    }

    /** A master whose dump is at {@link #BEGIN} and whose log goes on over many files, of which nothing is written yet. */
    private void start(PikaRelease release) throws IOException {
        MasterSetup setup = MasterSetup.of(release)
                .withTimes(Duration.ofMillis(100), Duration.ofSeconds(2))
                .withBinlogFiles(1, Duration.ofMillis(20));
        List<BinlogItem> items = Items.overFiles(BEGIN, FILES, IN_A_FILE);
        master = RecordedMaster.start(new Recording(Path.of("none"), BEGIN, items), setup);
        master.dumpsMissing(true); // nobody listens for a push here
        master.writeUpTo(0);
        master.purgeBefore(BEGIN.filenum()); // what it purged before it was told
        replica = new Replica(Replicas.config(master.port()), Replicas.QUICK);
    }

    private void writeAll() {
        master.writeUpTo(Integer.MAX_VALUE);
    }

    /** Until the anchor is sent items; the few written for that are not enough to be purged. */
    private void awaitStream() {
        master.writeUpTo(2 * IN_A_FILE);
        await().until(() -> master.unacknowledged() == 2 * IN_A_FILE);
    }

    /** For many looks of the master at its files. */
    private void assertNothingIsPurged() {
        await().during(Duration.ofMillis(500)).until(() -> master.firstFile() == BEGIN.filenum());
    }

    private void awaitPurged() {
        await().until(() -> master.firstFile() == BEGIN.filenum() + FILES - 9);
    }

    private List<BinlogItem> receive(int items) {
        return IntStream.range(0, items)
                .mapToObj(i -> {
                    try {
                        return replica.poll(Duration.ofSeconds(10)).orElseThrow();
                    } catch (Exception e) {
                        throw new IllegalStateException("after " + i + " items", e);
                    }
                })
                .toList();
    }

    @ParameterizedTest
    @EnumSource(names = {"V320", "V336", "V340"})
    void withoutItTheDumpsPositionIsPurged(PikaRelease release) throws Exception {
        start(release);
        replica.connect();
        replica.requestDump(replica.askMasterEnd().filenum());
        writeAll();
        awaitPurged();

        assertThat(replica.sessionAlive()).isTrue();
        assertThat(replica.isRetained(BEGIN)).isFalse();
        replica.follow(BEGIN);
        assertThatThrownBy(() -> replica.poll(Duration.ofSeconds(10)))
                .isInstanceOfSatisfying(
                        ReplicationException.class, e -> assertThat(e.kind()).isEqualTo(Kind.POSITION_LOST));
    }

    @ParameterizedTest
    @EnumSource(names = {"V320", "V336", "V340"})
    void withItEverythingIsKeptUntilTheStreamRuns(PikaRelease release) throws Exception {
        start(release);
        replica.connect();
        assertThat(replica.retainBinlog()).isEqualTo(BEGIN);
        replica.requestDump(replica.askMasterEnd().filenum());
        writeAll();
        master.countAnew();
        // Longer than a master waits for pings.
        await().pollDelay(Duration.ofSeconds(3)).until(() -> master.pings() > 20);
        assertThat(master.firstFile()).isEqualTo(BEGIN.filenum());
        assertThat(master.sessions()).isEqualTo(2);

        replica.follow(BEGIN);
        List<BinlogItem> all = receive(FILES * IN_A_FILE);
        await().until(() -> master.sessions() == 1);
        assertThat(all.get(0).start()).isEqualTo(BEGIN);
        assertThat(master.firstFile()).isEqualTo(BEGIN.filenum());

        replica.acknowledge(all.get(all.size() - 1).end());
        awaitPurged();
    }

    @Test
    void aSessionThatTheMasterDroppedWithoutAWordIsBegunAgain() throws Exception {
        start(PikaRelease.V336);
        replica.connect();
        replica.retainBinlog();
        awaitStream();
        master.dropSessions();
        awaitStream();
        writeAll();
        assertNothingIsPurged();
    }

    @Test
    void aLostConnectionIsMadeAnewAndHoldsFromTheSamePosition() throws Exception {
        start(PikaRelease.V336);
        replica.connect();
        replica.retainBinlog();
        master.stop();
        master.start();
        awaitStream();
        writeAll();
        assertNothingIsPurged();
    }

    @Test
    void anErrorOnItsThreadIsHandedOn() throws Exception {
        start(PikaRelease.V336);
        AtomicBoolean exhausted = new AtomicBoolean();
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()) {
            @Override
            public ChannelFuture register(Channel channel) {
                if (exhausted.get()) {
                    throw new NoClassDefFoundError("gone");
                }
                return super.register(channel);
            }
        };
        AtomicReference<ReplicationException> failure = new AtomicReference<>();
        try (BinlogHold anchor = new BinlogHold(
                Replicas.config(master.port()), Replicas.QUICK, group, PikaVersion.parse("3.3.6"), failure::set)) {
            anchor.hold();
            exhausted.set(true);
            master.cutReplication(false);
            await().until(() -> failure.get() != null);
            assertThat(failure.get()).hasMessageContainingAll("holding", BEGIN.toString(), "gone", "restart the task");
            assertThat(failure.get().kind()).isEqualTo(Kind.FAILED);
        } finally {
            group.shutdownGracefully();
        }
    }

    @Test
    void closingTheReplicaEndsItToo() throws Exception {
        start(PikaRelease.V336);
        replica.connect();
        replica.retainBinlog();
        assertThat(master.replicationConnectionCount()).isEqualTo(2);
        replica.close();
        await().until(() -> master.replicationConnectionCount() == 0);
        assertThat(master.sessions()).isZero();
    }

    @Test
    void aMasterFrom35OnKeepsItsLogByItself() throws Exception {
        start(PikaRelease.V355);
        replica.connect();
        replica.requestDump(replica.askMasterEnd().filenum());
        writeAll();
        assertNothingIsPurged();
    }
}
