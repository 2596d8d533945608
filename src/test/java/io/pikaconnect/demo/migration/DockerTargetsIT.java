package io.pikaconnect.demo.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** The examples of docker/ for a Redis with TLS, one that sentinels name, and a cluster: a real Pika is replicated into them. */
class DockerTargetsIT {

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final String[] OVER_TLS = {
        "--user",
        "sink",
        "--tls",
        "--cacert",
        "/secrets/ca.pem",
        "--cert",
        "/secrets/redis.pem",
        "--key",
        "/secrets/redis.key"
    };

    private DockerCompose servers;

    @BeforeEach
    void needsDocker() {
        assumeTrue(DockerCompose.isHere(), "no Docker, or none with Compose of version 2");
    }

    private void start(String file) {
        servers = new DockerCompose(file);
        servers.removeLeftovers();
        servers.up();
    }

    @AfterEach
    void remove() {
        if (servers != null) {
            servers.close();
        }
    }

    @Test
    void aRedisThatDemandsTlsAndClientCertificatesIsFilled() {
        start("compose.tls.yaml");
        write("one", "1");
        await().atMost(LIMIT).until(() -> redis("redis", "GET one", OVER_TLS).equals("1"));
        assertThat(redis("redis", "HGET pika-connect:ledger connector", OVER_TLS))
                .isEqualTo("redis-sink");
        assertThat(redis("redis", "CONFIG GET port", OVER_TLS)).contains("NOPERM");
    }

    @Test
    void aReplicaThatSentinelsMakeTheMasterGetsWhatIsWrittenNext() {
        start("compose.sentinel.yaml");
        write("one", "1");
        await().atMost(LIMIT).until(() -> redis("redis-replica", "GET one").equals("1"));
        servers.stop("redis");
        write("two", "2");
        await().atMost(LIMIT).until(() -> redis("redis-replica", "GET two").equals("2"));
        servers.start("redis");
        await().atMost(LIMIT).until(() -> redis("redis", "GET two").equals("2"));
        assertThat(redis("redis", "ROLE")).startsWith("slave");
        write("three", "3");
        await().atMost(LIMIT).until(() -> redis("redis", "GET three").equals("3"));
    }

    @Test
    void aClusterThatDemandsTlsIsFilledAlsoAfterANodeWasAway() {
        start("compose.cluster.yaml");
        write("one", "1");
        await().atMost(LIMIT).until(() -> cluster("GET one").equals("1"));
        servers.stop("redis-2");
        write("two", "2");
        write("three", "3");
        await().atMost(LIMIT)
                .until(() ->
                        cluster("GET two").equals("2") && cluster("GET three").equals("3"));
        servers.start("redis-2");
    }

    /** Asks whichever node has the key. */
    private String cluster(String command) {
        return redis("redis", "-c " + command, OVER_TLS);
    }

    private void write(String key, String value) {
        try (Jedis pika = servers.pika().connect()) {
            pika.set(key, value);
        }
    }

    /** What redis-cli prints in the container of a server; it has the password of its folder. */
    private String redis(String service, String command, String... options) {
        String cli = Stream.concat(Stream.of("redis-cli"), Stream.concat(Arrays.stream(options), Stream.of(command)))
                .reduce((a, b) -> a + " " + b)
                .orElseThrow();
        return servers.exec(service, "sh", "-c", "REDISCLI_AUTH=$(cat /secrets/password) " + cli + " 2>&1; true")
                .strip();
    }
}
