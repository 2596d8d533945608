package io.pikaconnect.demo.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.tool.Endpoint;
import io.pikaconnect.tool.verify.KeyContent;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;

/** Two Redis that were filled alike, one of them in Pika's place. */
class SpotCheckTest {

    private RedisServer pika;
    private RedisServer redis;

    @BeforeEach
    void fillBothAlike() {
        pika = RedisServer.start();
        redis = RedisServer.start();
        for (RedisServer server : Set.of(pika, redis)) {
            try (Jedis client = server.connect()) {
                Pipeline pipeline = client.pipelined();
                for (int i = 0; i < 3_000; i++) {
                    pipeline.set("string:" + i, "value" + i);
                    pipeline.zadd("zset:" + i, i, "member");
                }
                pipeline.sync();
            }
        }
    }

    @AfterEach
    void stop() {
        pika.close();
        redis.close();
    }

    private static Endpoint endpoint(RedisServer server) {
        return Endpoint.parse(server.address(), Optional.empty());
    }

    @Test
    void countsAllKeysAndChoosesSomeOfThemAllOver() {
        SpotCheck check = SpotCheck.of(endpoint(pika), 600);
        assertThat(check.count()).isEqualTo(6_000);
        Set<String> chosen = new HashSet<>();
        check.chosen().forEach(key -> chosen.add(KeyContent.text(key)));
        assertThat(chosen).hasSize(600);
        assertThat(chosen.stream().filter(key -> key.startsWith("zset:"))).hasSizeBetween(200, 400);
        assertThat(check.differences(endpoint(redis))).isEmpty();
    }

    @Test
    void choosesAllWhereThereAreFewerAndFindsEachThatDiffers() {
        SpotCheck check = SpotCheck.of(endpoint(pika), 10_000);
        assertThat(check.chosen()).hasSize(6_000);
        try (Jedis client = redis.connect()) {
            client.set("string:5", "other");
            client.del("string:6");
            client.zadd("zset:7", 7.5, "member");
            client.expire("zset:8", 1_000);
        }
        assertThat(check.differences(endpoint(redis)))
                .containsExactlyInAnyOrder(
                        "string:5 is string other in Redis; Pika has string value5",
                        "string:6 is not in Redis; Pika has string value6",
                        "zset:7 is zset {member=7.5} in Redis; Pika has zset {member=7.0}",
                        "zset:8 lives for 999 s more in Redis; in Pika for ever");
    }

    @Test
    void timesToLiveAreThoseOfPikaAlsoWhereOurSinkKeepsThemLonger() {
        try (Jedis client = pika.connect()) {
            client.expire("string:1", 1_000);
        }
        try (Jedis client = redis.connect()) {
            client.pexpire("string:1", 1_000_000 + 360_000);
        }
        SpotCheck check = SpotCheck.of(endpoint(pika), 10_000);
        assertThat(check.differences(endpoint(redis))).as("another migration").hasSize(1);
        try (Jedis client = redis.connect()) {
            client.hset("pika-connect:ledger", "grace", "360000");
        }
        assertThat(check.differences(endpoint(redis))).as("our sink").isEmpty();
    }
}
