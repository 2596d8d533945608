package io.pikaconnect.demo.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pikaconnect.sink.LedgerView;
import io.pikaconnect.tool.verify.Comparison;
import io.pikaconnect.tool.verify.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;

/** A real Pika is replicated into a real Redis by the servers of docker/compose.yaml, whatever becomes of the containers. */
class DockerComposeIT {

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int KEYS = 2_000;
    private static final int COMMANDS = 2_000;

    private static DockerCompose servers;

    @BeforeAll
    static void start() {
        assumeTrue(DockerCompose.isHere(), "no Docker, or none with Compose of version 2");
        servers = new DockerCompose();
        servers.removeLeftovers();
        servers.up();
        new StartingData().write(servers.pika(), KEYS);
        await().atMost(LIMIT).ignoreExceptions().until(() -> ledger().isReady());
    }

    @AfterAll
    static void remove() {
        if (servers != null) {
            servers.close();
        }
    }

    @Test
    void redisBecomesEqualWhileClientsWrite() {
        write(() -> {});
        assertThatRedisBecomesEqual();
    }

    @Test
    void everythingGoesOnWhereItWasAfterDownAndUp() {
        write(() -> {});
        long epoch = epoch();
        servers.down();
        servers.up();
        write(() -> {});
        assertThatRedisBecomesEqual();
        assertThat(epoch()).as("another epoch is another full sync").isEqualTo(epoch);
    }

    @ParameterizedTest
    @ValueSource(strings = {"kafka", "connect", "redis"})
    void nothingIsMissedWhileAServiceIsStartedAgain(String service) {
        long epoch = epoch();
        write(() -> servers.restart(service));
        assertThatRedisBecomesEqual();
        assertThat(epoch()).as("another epoch is another full sync").isEqualTo(epoch);
    }

    @Test
    void aPikaThatIsStartedAgainIsFollowedFromWhereItWas() {
        write(() -> {});
        long epoch = epoch();
        servers.restart("pika");
        await().atMost(LIMIT).ignoreExceptions().until(DockerComposeIT::pikaAnswers);
        write(() -> {});
        assertThatRedisBecomesEqual();
        assertThat(epoch()).as("another epoch is another full sync").isEqualTo(epoch);
    }

    @Test
    void aWorkerThatHasLostKafkaIsNotHealthyAndGoesOnSoonAfterKafkaIsBack() {
        long epoch = epoch();
        servers.stop("kafka");
        await().atMost(LIMIT).until(() -> servers.health("connect").equals("unhealthy"));
        write(() -> {});
        servers.start("kafka");
        await().atMost(LIMIT).until(() -> servers.health("connect").equals("healthy"));
        await().atMost(Duration.ofMinutes(2)).until(() -> ledger().isReady());
        assertThatRedisBecomesEqual();
        assertThat(epoch()).as("another epoch is another full sync").isEqualTo(epoch);
    }

    @Test
    void aDumpOfPikaConsistsOfLinksToItsFiles() {
        try (Jedis client = servers.pika().connect()) {
            client.sendCommand(Protocol.Command.BGSAVE);
        }
        await().atMost(LIMIT).until(() -> !dumped("-links +1").isEmpty());
        assertThat(dumped("-links 1")).isEmpty();
    }

    /** Clients write before, while and after something happens. */
    private static void write(Runnable meanwhile) {
        try (Writers writers = new Writers(servers.pika(), KEYS)) {
            await().atMost(LIMIT).until(() -> writers.commands() > COMMANDS);
            meanwhile.run();
            long already = writers.commands();
            await().atMost(LIMIT).until(() -> writers.commands() > already + COMMANDS);
        }
    }

    /** The failure shows the last comparison's verdict, with the keys that differ. */
    private static void assertThatRedisBecomesEqual() {
        await().atMost(LIMIT).ignoreExceptions().untilAsserted(() -> {
            Verdict verdict = Comparison.compare(servers.pika(), servers.redis(), ledger().graceMs());
            assertThat(verdict.isEqual()).as(verdict::toString).isTrue();
            assertThat(verdict.keys()).isGreaterThan(KEYS / 4);
        });
    }

    private static String dumped(String condition) {
        return servers.exec("pika", "sh", "-c", "find /pika/data/dump -name '*.sst' " + condition)
                .strip();
    }

    private static boolean pikaAnswers() {
        try (Jedis client = servers.pika().connect()) {
            return client.ping().equals("PONG");
        }
    }

    private static long epoch() {
        return ledger().epoch().orElseThrow();
    }

    private static LedgerView ledger() {
        try (Jedis client = servers.redis().connect()) {
            return LedgerView.read(client).orElseThrow();
        }
    }
}
