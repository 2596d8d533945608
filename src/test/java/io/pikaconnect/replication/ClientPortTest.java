package io.pikaconnect.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The client port only tells what is good to know: whatever happens to it, a replication goes on without. */
class ClientPortTest {

    @Test
    void aConnectionThatBreaksAtAQuestionTellsNothingAndDoesNoHarm() throws Exception {
        try (ServerSocket master = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> answering = CompletableFuture.runAsync(() -> resetAtFirstByte(master));
            ReplicaConfig config = new ReplicaConfig(
                    "pika",
                    "127.0.0.1",
                    master.getLocalPort(),
                    Optional.empty(),
                    Optional.empty(),
                    19_221,
                    "db0",
                    Optional.empty(),
                    1 << 20);
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

    private static void resetAtFirstByte(ServerSocket master) {
        try (Socket socket = master.accept()) {
            socket.getInputStream().read();
            socket.setSoLinger(true, 0);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
