package io.pikaconnect.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.pika.BinlogPosition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever ends the thread that keeps the stream going, the task learns of it. */
@Timeout(60)
class BinlogStreamerTest {

    private static final BinlogPosition BEGIN = new BinlogPosition(3, 1_000);
    private static final int ITEMS = 20;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Lifetime lifetime = new Lifetime();
    private final ItemQueue received = new ItemQueue(64 << 20);
    private final AtomicReference<Runnable> whileStreaming = new AtomicReference<>(() -> {});
    private RecordedMaster master;
    private Thread thread;

    @BeforeEach
    void follow() throws IOException {
        master = RecordedMaster.start(
                new Recording(Path.of("none"), BEGIN, Items.row(BEGIN, ITEMS, 10)),
                MasterSetup.REAL.withTimes(Duration.ofMillis(100), Duration.ofMillis(500)));
        ReplicaConfig config = Replicas.config(master.port());
        MasterConnector conversation = new MasterConnector(config, Replicas.QUICK, group, lifetime);
        BinlogStreamer streamer = new BinlogStreamer(
                Replicas.QUICK,
                conversation,
                received,
                lifetime,
                new SessionCost(config, Duration.ofSeconds(1), () -> false),
                () -> whileStreaming.get().run());
        received.startAt(BEGIN);
        thread = new Thread(streamer, "follower");
        thread.setDaemon(true);
        thread.start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        lifetime.end();
        thread.interrupt();
        thread.join(5_000);
        group.shutdownGracefully();
        master.close();
    }

    private void receiveAll() throws Exception {
        for (int i = 0; i < ITEMS; i++) {
            assertThat(received.poll(Duration.ofSeconds(5))).isPresent();
        }
    }

    private ReplicationException failure() {
        await().until(() -> received.failure().isPresent());
        return received.failure().orElseThrow();
    }

    @Test
    void anErrorOnItEndsTheTask() throws Exception {
        receiveAll();
        whileStreaming.set(() -> {
            throw new NoClassDefFoundError("gone");
        });
        assertThat(failure())
                .hasMessageContainingAll(
                        "NoClassDefFoundError",
                        received.end().toString(),
                        "127.0.0.1:" + master.port(),
                        "restart the task")
                .hasCauseInstanceOf(NoClassDefFoundError.class);
    }

    @Test
    void anInterruptFromOutsideIsNoEnd() throws Exception {
        receiveAll();
        thread.interrupt();
        assertThat(failure())
                .hasMessageContainingAll("Interrupted", received.end().toString(), "restart the task");
    }

    @Test
    void itsEndWithTheReplicaIsNoFailure() throws Exception {
        receiveAll();
        lifetime.end();
        thread.interrupt();
        thread.join(5_000);
        assertThat(thread.isAlive()).isFalse();
        assertThat(received.failure()).isEmpty();
    }
}
