package io.pikaconnect.fullsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pikaconnect.LogLines;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The port by itself, with a stand-in for rsync that lets nobody in. */
@Timeout(60)
class PushPortTest {

    @TempDir
    Path home;

    private PushPort open(String master) throws Exception {
        Path program = Files.createFile(
                home.resolve("program"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(program, "#!/bin/sh\ncat >/dev/null\n");
        Pushers pushers = Pushers.of(List.of(master));
        RsyncDaemon daemon =
                RsyncDaemon.prepare(program, home.resolve("rsync"), "db0", pushers, Optional.of("password"));
        InetSocketAddress announced = new InetSocketAddress("127.0.0.1", freePort() - PushPort.SHIFT);
        return PushPort.open("orders/db0 of " + master, announced, daemon, pushers, bytes -> {});
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void anotherAddressThanTheMastersIsTurnedAway() throws Exception {
        LogLines log = LogLines.fromNow();
        try (PushPort port = open("192.0.2.5");
                Socket stranger = new Socket("127.0.0.1", port.port())) {
            stranger.setSoTimeout(10_000);
            assertThat(stranger.getInputStream().read()).isNegative();
            await().until(() -> port.turnedAway().equals(java.util.Set.of("127.0.0.1")));
            await().until(() -> !log.warnings("push.from").isEmpty());
            assertThat(log.warnings("push.from")).singleElement().asString().contains("orders/db0 of 192.0.2.5: ");
        }
    }

    @Test
    void whoDoesNotKnowThePasswordDoesNotKeepAQuietPortFromBeingQuiet() throws Exception {
        try (PushPort port = open("127.0.0.1");
                Socket stranger = new Socket("127.0.0.1", port.port())) {
            await().pollInterval(Duration.ofMillis(50)).until(() -> {
                stranger.getOutputStream().write('?');
                return port.quietNanos() > TimeUnit.SECONDS.toNanos(1);
            });
            assertThat(port.transfers()).isZero();
        }
    }

    @Test
    void theConfigurationOfRsyncHasNoNameThatSomebodyChose() throws Exception {
        try (PushPort port = open("192.0.2.5")) {
            assertThat(port.transfers()).isZero();
            assertThat(home.resolve("rsync/rsyncd.conf"))
                    .content()
                    .contains("\npath = document\n", "\nhosts allow = 192.0.2.5\n")
                    .doesNotContain(home.toString());
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("rsync/secrets"))))
                    .isEqualTo("rw-------");
        }
    }
}
