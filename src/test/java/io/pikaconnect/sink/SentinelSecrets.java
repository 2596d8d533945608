package io.pikaconnect.sink;

import io.pikaconnect.redis.Certificates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;

/** Certificates and passwords of a group of servers and sentinels. */
record SentinelSecrets(
        Certificates ca,
        Certificates.Pair servers,
        Certificates.Pair sentinels,
        Certificates.Pair client,
        String password,
        String sentinelPassword) {

    static SentinelSecrets in(Path directory) {
        Certificates ca = new Certificates(directory);
        return new SentinelSecrets(
                ca,
                ca.right("servers"),
                ca.right("sentinels"),
                ca.right("client"),
                "of-the-servers",
                "of-the-sentinels");
    }

    /** Of a server that listens there with TLS. */
    String[] options(int tlsPort) {
        return new String[] {
            "--tls-port",
            String.valueOf(tlsPort),
            "--tls-cert-file",
            servers.certificate().toString(),
            "--tls-key-file",
            servers.key().toString(),
            "--tls-ca-cert-file",
            ca.caPem().toString(),
            "--tls-replication",
            "yes",
            "--requirepass",
            password,
            "--masterauth",
            password,
            "--repl-diskless-sync-delay",
            "0"
        };
    }

    /** Of a sentinel that listens there with TLS. */
    List<String> lines(String master, int tlsPort) {
        return List.of(
                "tls-port " + tlsPort,
                "tls-cert-file " + sentinels.certificate(),
                "tls-key-file " + sentinels.key(),
                "tls-ca-cert-file " + ca.caPem(),
                "tls-replication yes",
                "requirepass " + sentinelPassword,
                "sentinel sentinel-pass " + sentinelPassword,
                "sentinel auth-pass " + master + " " + password);
    }

    /** The sink's. */
    List<String> settings() {
        return List.of(
                "redis.password",
                password,
                "redis.sentinel.password",
                sentinelPassword,
                "redis.tls",
                "true",
                "redis.tls.ca.location",
                ca.caPem().toString(),
                "redis.tls.certificate.location",
                client.certificate().toString(),
                "redis.tls.key.location",
                client.key().toString());
    }

    static int freePort() {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
