package io.pikaconnect.demo.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.demo.migration.SpotCheck;
import io.pikaconnect.tool.Endpoint;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

class MixedDataTest {

    private RedisServer all;
    private RedisServer some;

    @BeforeEach
    void start() {
        all = RedisServer.start();
        some = RedisServer.start();
    }

    @AfterEach
    void stop() {
        all.close();
        some.close();
    }

    private static Endpoint endpoint(RedisServer server) {
        return Endpoint.parse(server.address(), Optional.empty());
    }

    @Test
    void halfOfTheKeysAreStringsAndTheRestAreCollectionsOfAllKinds() {
        new MixedData(2_400).fill(endpoint(all), 1);
        try (Jedis client = all.connect()) {
            assertThat(client.dbSize()).isEqualTo(2_400);
            assertThat(client.keys("string:*")).hasSize(1_200);
            assertThat(client.keys("hash:*")).hasSize(300);
            assertThat(client.keys("list:*")).hasSize(300);
            assertThat(client.keys("set:*")).hasSize(300);
            assertThat(client.keys("zset:*")).hasSize(300);
            assertThat(client.strlen("string:4")).isEqualTo(32);
            assertThat(client.llen("list:1")).isBetween(1L, 20L);
            assertThat(client.zrangeWithScores("zset:3", 0, 0).get(0).getScore())
                    .isEqualTo(0.5);
        }
    }

    @Test
    void someOfTheKeysAreTheSameAsAmongAllOfThem() {
        new MixedData(2_400).fill(endpoint(all), 1);
        new MixedData(2_400).fill(endpoint(some), 7);
        SpotCheck check = SpotCheck.of(endpoint(some), 1_000);
        assertThat(check.count()).isEqualTo(343);
        assertThat(check.differences(endpoint(all))).isEmpty();
        try (Jedis client = all.connect()) {
            client.set("string:7", "?");
        }
        assertThat(check.differences(endpoint(all))).hasSize(1);
    }
}
