package io.pikaconnect.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.MasterSetup;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The client port only tells what is good to know: whatever happens to it, a replication goes on without. */
class ClientPortTest {

    @Test
    void aConnectionThatBreaksAtAQuestionTellsNothingAndDoesNoHarm() throws Exception {
        try (ServerSocket master = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> answering = CompletableFuture.runAsync(() -> resetAtFirstByte(master));
            ReplicaConfig config = Replicas.config(master.getLocalPort());
            try (ClientPort client =
                    ClientPort.open(config, Duration.ofSeconds(5)).orElseThrow()) {
                assertThat(client.version()).isEmpty();
                answering.join();
                assertThat(client.dataBytes()).isEmpty();
                assertThat(client.clockOffset()).isEmpty();
                assertThat(client.writesNoBinlog()).isFalse();
            }
        }
    }

    /** Raft replicates beside the binlog, which may hold nothing then. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*1\\r\\n$9\\r\\ngroup:db0\\r\\n | true | true",
                "+raft_group_id:db0\\r\\n | true | true",
                "-ERR Raft is not initialized\\r\\n | false | true",
                "-ERR unknown command 'RAFT.CLUSTER'\\r\\n | false | false",
                "-ERR unknown or unsupported command \"raft.cluster\"\\r\\n | false | false",
                "-NOPERM this user has no permissions to run the 'raft.cluster' command\\r\\n | false | false",
                "-NOAUTH Authentication required.\\r\\n | false | false",
            })
    void aMasterThatKnowsRaftIsTold(String reply, boolean cluster, boolean known) throws Exception {
        try (ServerSocket master = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> answering = CompletableFuture.runAsync(
                    () -> answerOnce(master, reply.replace("\\r", "\r").replace("\\n", "\n")));
            ReplicaConfig config = Replicas.config(master.getLocalPort());
            try (ClientPort client =
                    ClientPort.open(config, Duration.ofSeconds(5)).orElseThrow()) {
                assertThat(client.raft())
                        .isEqualTo(
                                cluster
                                        ? ClientPort.Raft.CLUSTER
                                        : known ? ClientPort.Raft.KNOWN : ClientPort.Raft.NONE);
                assertThat(client.refused()).isEmpty();
                answering.join();
            }
        }
    }

    @Test
    void aPasswordThatIsRefusedIsReportedWithWhatItKeepsFromBeingTold() throws Exception {
        try (FakePika pika = FakePika.start(MasterSetup.REAL.withPassword("right"))) {
            ReplicaConfig config = Replicas.of(pika.port()).password("wrong").config();
            try (ClientPort client = ClientPort.connect(config, Duration.ofSeconds(5))) {
                assertThat(client.version()).isEmpty();
                assertThat(client.refused())
                        .containsExactly("AUTH: ERR invalid password", "INFO server: NOAUTH Authentication required.");
            }
        }
    }

    @Test
    void aPasswordThatIsNotNeededIsNoMatterWhereEverythingIsTold() throws Exception {
        try (FakePika pika = FakePika.start(MasterSetup.REAL);
                ClientPort client = ClientPort.connect(
                        Replicas.of(pika.port()).password("needless").config(), Duration.ofSeconds(5))) {
            assertThat(client.version()).contains("3.5.5");
            assertThat(client.refused()).isEmpty();
        }
    }

    private static void answerOnce(ServerSocket master, String reply) {
        try (Socket socket = master.accept()) {
            byte[] asked = new byte[1_024];
            int length = socket.getInputStream().read(asked);
            assertThat(new String(asked, 0, length, StandardCharsets.US_ASCII)).contains("RAFT.CLUSTER", "INFO");
            socket.getOutputStream().write(reply.getBytes(StandardCharsets.US_ASCII));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void resetAtFirstByte(ServerSocket master) {
        try (Socket socket = master.accept()) {
            socket.getInputStream().read();
            socket.setSoLinger(true, 0);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
