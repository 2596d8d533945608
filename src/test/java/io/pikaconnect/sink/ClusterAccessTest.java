package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.redis.Certificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** A cluster that demands TLS and client certificates of a user that may do what the page for operators lists, and nothing else. */
class ClusterAccessTest {

    private static final int NODES = 3;

    @TempDir
    private Path directory;

    private final int[] ports = new int[NODES];
    private Certificates ca;
    private Certificates.Pair client;
    private ClusterFixture sink;

    /** 6.2 has no cluster-port, by which nodes serve both with TLS and in the clear, and announces no names. */
    @BeforeAll
    static void needsAServerFrom7() {
        try (RedisServer server = RedisServer.start();
                Jedis redis = server.connect()) {
            assumeTrue(SinkFixture.takesRestore(redis));
        }
    }

    @BeforeEach
    void start() throws IOException {
        ca = new Certificates(directory);
        client = ca.right("client");
        for (int i = 0; i < NODES; i++) {
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                ports[i] = free.getLocalPort();
            }
        }
        nodesShow(ca.right("server"));
    }

    private void nodesShow(Certificates.Pair server) {
        sink = new ClusterFixture(
                NODES,
                0,
                node -> List.of(
                        "--tls-port",
                        String.valueOf(ports[node]),
                        "--tls-cert-file",
                        server.certificate().toString(),
                        "--tls-key-file",
                        server.key().toString(),
                        "--tls-ca-cert-file",
                        ca.caPem().toString(),
                        "--tls-cluster",
                        "yes",
                        "--tls-replication",
                        "yes"));
    }

    @AfterEach
    void end() {
        sink.close();
    }

    private void user(String... more) throws IOException {
        List<String> rules = new ArrayList<>(List.of("on", ">secret"));
        rules.addAll(List.of(PoliciesTest.rightsAfter("In a cluster the sink's ACL user needs, on every node, ")));
        rules.addAll(Arrays.asList(more));
        for (RedisServer node : sink.cluster.nodes()) {
            try (Jedis redis = node.connect()) {
                redis.aclSetUser("sink", rules.toArray(String[]::new));
            }
        }
    }

    private String[] settings() {
        return new String[] {
            "redis.address",
            "127.0.0.1:" + ports[0] + ",127.0.0.1:" + ports[1],
            "redis.tls",
            "true",
            "redis.tls.ca.location",
            ca.caPem().toString(),
            "redis.tls.certificate.location",
            client.certificate().toString(),
            "redis.tls.key.location",
            client.key().toString(),
            "redis.username",
            "sink",
            "redis.password",
            "secret"
        };
    }

    @Test
    void theRightsOnThePageAreEnoughForEverythingThatTheSinkDoes() throws IOException {
        user();
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed " + seed);
        long now = System.currentTimeMillis();
        ModelTopic topic = new ModelTopic("pika.db0", 2).at(now - 9_000).recordMaxBytes(3_500);
        topic.begin();
        ModelPika master = new ModelPika(new Random(seed), topic, now - 9_000);
        for (int i = 1; i <= 800; i++) {
            master.at(now - 9_000 + 9_000L * i / 800);
            master.change();
        }
        topic.ticks();
        assertThat(errors()).isEmpty();
        sink.applyAll(topic, settings());
        assertThat(master.inRedis(sink.content(), sink::deadline, 0)).containsAllEntriesOf(master.content());
        for (RedisServer node : sink.cluster.nodes()) {
            try (Jedis redis = node.connect()) {
                assertThat(redis.aclLog()).isEmpty();
            }
        }
    }

    @Test
    void validationNamesWhatIsMissing() throws IOException {
        for (String right : List.of("-restore", "-cluster|slots", "-evalsha")) {
            user(right);
            assertThat(errors()).as(right).containsOnlyKeys("redis.username");
        }
        user();
        assertThat(errors()).isEmpty();
    }

    @Test
    void nodesWhoseCertificateHasNamesOnlyHaveToAnnounceTheirs() throws IOException {
        sink.close();
        nodesShow(ca.forNamesOnly());
        user();
        String[] byName = {"redis.address", "localhost:" + ports[0]};
        assertThat(errors(byName))
                .containsOnlyKeys("redis.tls.hostname.verification")
                .hasEntrySatisfying(
                        "redis.tls.hostname.verification",
                        errors -> assertThat(errors)
                                .singleElement()
                                .asString()
                                .contains("is not for 127.0.0.1")
                                .contains("cluster-announce-hostname"));
        for (RedisServer node : sink.cluster.nodes()) {
            try (Jedis redis = node.connect()) {
                redis.configSet("cluster-announce-hostname", "localhost");
                redis.configSet("cluster-preferred-endpoint-type", "hostname");
            }
        }
        await().untilAsserted(() -> assertThat(errors(byName)).isEmpty());
        ModelTopic topic = ModelTopic.begun(2);
        topic.command("SET", "a", "1").command("SET", "b", "2").command("SET", "c", "3");
        ModelWorker worker = sink.all(topic, with(byName));
        worker.until(() -> sink.isAtEnd(topic), 60_000);
        assertThat(sink.content()).isEqualTo(Map.of("a", "1", "b", "2", "c", "3"));
    }

    private String[] with(String... more) {
        return Stream.concat(Stream.of(settings()), Stream.of(more)).toArray(String[]::new);
    }

    private Map<String, List<String>> errors(String... more) {
        Map<String, String> properties = sink.properties(with(more));
        properties.put("name", "sink-" + UUID.randomUUID());
        return new RedisSinkConnector()
                .validate(properties).configValues().stream()
                        .filter(v -> !v.errorMessages().isEmpty())
                        .collect(Collectors.toMap(ConfigValue::name, ConfigValue::errorMessages));
    }
}
