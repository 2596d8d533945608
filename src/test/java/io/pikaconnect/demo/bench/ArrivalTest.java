package io.pikaconnect.demo.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.demo.RedisServer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

class ArrivalTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static RedisServer redis;

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @BeforeEach
    void empty() {
        try (Jedis client = redis.connect()) {
            client.flushAll();
        }
    }

    @Test
    void isWhenTheLastKeyCameAndNotWhenItWasCertainThatNoMoreCome() throws Exception {
        AtomicLong written = new AtomicLong();
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            try (Jedis client = redis.connect()) {
                for (int i = 0; i < 100; i++) {
                    client.set("key" + i, "");
                    TimeUnit.MILLISECONDS.sleep(5);
                }
                written.set(System.nanoTime());
                client.set("last", "");
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        Arrival arrival = Arrival.await(redis, 101, PATIENCE, () -> {});
        long now = System.nanoTime();
        writer.get();
        assertThat(arrival.keys()).isEqualTo(101);
        assertThat(arrival.nanos()).isGreaterThan(written.get()).isLessThan(now - 2_000_000_000L);
    }

    @Test
    void keysOfTheSinkItselfDoNotCount() throws Exception {
        try (Jedis client = redis.connect()) {
            client.hset("pika-connect:ledger", "grace", "0");
            client.set("pika-connect:uncounted", "");
            client.set("key", "");
        }
        assertThat(Arrival.await(redis, 1, PATIENCE, () -> {}).keys()).isOne();
    }

    @Test
    void whereKeysAreMissingOrTooManyItEndsAfterAWhileWithWhatIsThere() throws Exception {
        try (Jedis client = redis.connect()) {
            client.set("key", "");
        }
        assertThat(Arrival.await(redis, 2, Duration.ofMillis(300), () -> {}).keys())
                .isOne();
        assertThat(Arrival.await(redis, 0, Duration.ofMillis(300), () -> {}).keys())
                .isOne();
    }

    @Test
    void aFailureOfTheMigrationEndsTheWaiting() {
        assertThatThrownBy(() -> Arrival.await(redis, 1, PATIENCE, () -> {
                    throw new IllegalStateException("it has failed");
                }))
                .hasMessage("it has failed");
    }
}
