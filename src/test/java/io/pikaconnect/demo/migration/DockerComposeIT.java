package io.pikaconnect.demo.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pikaconnect.sink.LedgerView;
import java.io.File;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.ComposeContainer;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import redis.clients.jedis.Jedis;

/** The servers of docker/compose.yaml, a real Pika among them. Takes the ports that the file publishes. */
@Testcontainers(disabledWithoutDocker = true)
class DockerComposeIT {

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int KEYS = 2_000;

    @Container
    private static final ComposeContainer SERVERS =
            new ComposeContainer(new File("docker/compose.yaml")).withBuild(true);

    private final Endpoint pika = new Endpoint("127.0.0.1", 9221, Optional.empty());
    private final Endpoint redis = new Endpoint("127.0.0.1", 6379, Optional.empty());

    @Test
    void replicatesARealPikaIntoARealRedis() {
        await().atMost(LIMIT).ignoreExceptions().until(() -> ping(pika) && ping(redis));
        new StartingData().write(pika, KEYS);
        await().atMost(LIMIT).until(this::isReady);
        Writers writers = new Writers(pika, KEYS);
        await().atMost(LIMIT).until(() -> writers.commands() > 2_000);
        writers.close();
        try (Jedis client = pika.connect()) {
            client.set("the last", "word");
        }
        await().atMost(LIMIT)
                .until(() -> Comparison.compare(pika, redis, graceMs()).isEqual());
        Verdict verdict = Comparison.compare(pika, redis, graceMs());
        assertThat(verdict.isEqual()).as(verdict::toString).isTrue();
        assertThat(verdict.keys()).isGreaterThan(KEYS / 2);
    }

    private static boolean ping(Endpoint server) {
        try (Jedis client = server.connect()) {
            return client.ping().equals("PONG");
        }
    }

    private boolean isReady() {
        try (Jedis client = redis.connect()) {
            return LedgerView.read(client).filter(LedgerView::isReady).isPresent();
        }
    }

    private long graceMs() {
        try (Jedis client = redis.connect()) {
            return LedgerView.read(client).orElseThrow().graceMs();
        }
    }
}
