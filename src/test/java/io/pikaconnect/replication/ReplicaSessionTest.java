package io.pikaconnect.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.ReplicationException.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What fails on the event loop is not Netty's to log: the task learns of it. */
@Timeout(60)
class ReplicaSessionTest {

    private static final BinlogPosition BEGIN = new BinlogPosition(3, 1_000);
    private static final List<BinlogItem> ITEMS = Items.row(BEGIN, 20, 10);

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ItemQueue received = new ItemQueue(64 << 20);
    private ReplicaConfig config;
    private RecordedMaster master;
    private Handshake on;

    @BeforeEach
    void connect() throws Exception {
        master = RecordedMaster.start(
                new Recording(Path.of("none"), BEGIN, ITEMS),
                MasterSetup.REAL.withTimes(Duration.ofMillis(100), Duration.ofSeconds(5)));
        config = Replicas.config(master.port());
        on = new Handshaker(group, Replicas.QUICK, (any, version, connection) -> config.namePort(), new Lifetime())
                .make(config, Optional.empty());
    }

    @AfterEach
    void stop() {
        group.shutdownGracefully();
        master.close();
    }

    private void stream(Supplier<BinlogPosition> acknowledged) throws Exception {
        int session =
                on.connection().ask(on.requests().trySync(BEGIN)).getTrySync().getSessionId();
        on.connection()
                .run(() -> new ReplicaSession(config, Replicas.QUICK, on, received, session, acknowledged)
                        .start(BEGIN, master.recording().end()));
    }

    private ReplicationException failure() {
        await().until(() -> received.failure().isPresent());
        return received.failure().orElseThrow();
    }

    @Test
    void anErrorInAHandlerEndsTheTaskAndTheConnection() throws Exception {
        received.startAt(ITEMS.get(9).end()); // the first ten come once more, and it is looked what is acknowledged
        stream(() -> {
            throw new NoClassDefFoundError("gone");
        });
        assertThat(failure()).hasMessageContainingAll("gone", ITEMS.get(9).end().toString(), "restart the task");
        assertThat(failure().kind()).isEqualTo(Kind.FAILED);
        await().until(() -> master.replicationConnectionCount() == 0);
    }

    @Test
    void anErrorInATaskOnTheLoopEndsTheConnectionAndWhoeverWaitsForAnAnswer() throws Exception {
        received.startAt(BEGIN);
        stream(() -> BEGIN);
        master.hold(true);
        assertThatThrownBy(() -> {
                    on.connection().run(() -> {
                        throw new NoClassDefFoundError("gone");
                    });
                    on.connection().ask(on.requests().trySync(BEGIN));
                })
                .isInstanceOfSatisfying(
                        ReplicationException.class, e -> assertThat(e.kind()).isEqualTo(Kind.FAILED))
                .hasMessageContaining("gone");
        assertThat(failure()).hasMessageContaining("gone");
    }
}
