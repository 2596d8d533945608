package io.pikaconnect.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.ReplicationException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Items that take longer than a master may be silent, and those that it never sends. */
@Timeout(60)
class LargeItemTest {

    private static final BinlogPosition BEGIN = new BinlogPosition(3, 1_000);
    private static final Duration LONG = Duration.ofSeconds(20);

    /** On a slow link bytes arrive for longer than the silence rule allows before there is a whole item. */
    @Test
    void anItemThatTakesItsTimeIsNoSilence() throws Exception {
        List<BinlogItem> items = Items.row(BEGIN, 2, 60_000);
        try (RecordedMaster master =
                        RecordedMaster.start(new Recording(Path.of("none"), BEGIN, items), MasterSetup.REAL);
                ServerSocket slow = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            forward(slow, master.port() + 2_000);
            ReplicaConfig config =
                    Replicas.of(slow.getLocalPort() - 2_000).version("3.5.5").config();
            try (Replica replica = new Replica(config, Replicas.QUICK)) {
                replica.follow(BEGIN);
                assertThat(replica.poll(LONG))
                        .map(BinlogItem::end)
                        .contains(items.get(0).end());
                assertThat(replica.poll(LONG))
                        .map(BinlogItem::end)
                        .contains(items.get(1).end());
                assertThat(replica.connectionFailures()).isZero();
            }
        }
    }

    /** A thousand bytes every 25 ms to us, 1.5 s an item; the other way at once. */
    private static void forward(ServerSocket slow, int port) {
        start(() -> {
            while (true) {
                Socket us = slow.accept();
                Socket master = new Socket(InetAddress.getLoopbackAddress(), port);
                start(() -> copy(us.getInputStream(), master.getOutputStream(), 0));
                start(() -> copy(master.getInputStream(), us.getOutputStream(), 25));
            }
        });
    }

    private static void copy(InputStream in, OutputStream out, long pauseMs) throws IOException, InterruptedException {
        byte[] some = new byte[1_000];
        for (int n = in.read(some); n >= 0; n = in.read(some)) {
            out.write(some, 0, n);
            Thread.sleep(pauseMs);
        }
        out.close();
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException | InterruptedException e) {
                Thread.currentThread().interrupt(); // the end of the test closes everything
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    /** Seen on 4.0.2: a BITOP result of 512 MiB stays in the master's queue, and so does everything after it. */
    @Test
    void anItemThatTheMasterNeverSendsEndsItWithThatReason() throws Exception {
        BinlogItem tooLarge = Items.item(BEGIN, new BinlogPosition(3, 1_000 + (513L << 20)), 10);
        try (RecordedMaster master =
                RecordedMaster.start(new Recording(Path.of("none"), BEGIN, List.of(tooLarge)), MasterSetup.REAL)) {
            master.rewrite(answer -> answer.getBinlogSyncCount() > 0 ? Optional.empty() : Optional.of(answer));
            try (Replica replica = new Replica(Replicas.config(master.port()), Replicas.QUICK)) {
                replica.follow(BEGIN);
                assertThatThrownBy(() -> replica.poll(LONG))
                        .isInstanceOfSatisfying(
                                ReplicationException.class,
                                e -> assertThat(e.kind()).isEqualTo(Kind.POSITION_DOUBTED))
                        .hasMessageContainingAll("512 MiB", tooLarge.end().toString(), "new full sync");
            }
        }
    }
}
