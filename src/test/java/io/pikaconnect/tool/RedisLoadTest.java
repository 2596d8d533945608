package io.pikaconnect.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.demo.RedisServer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

class RedisLoadTest {

    private final RedisLoad load = new RedisLoad();

    @Test
    void commandsThatAnotherServerRanBeforeItTookOverAreNoSpeed() throws IOException {
        try (RedisServer before = RedisServer.start();
                RedisServer after = RedisServer.start();
                Jedis old = before.connect();
                Jedis promoted = after.connect()) {
            for (int i = 0; i < 100; i++) {
                promoted.ping();
            }
            assertThat(load.commandsPerSecond(List.of(old))).isEmpty();
            assertThat(load.commandsPerSecond(List.of(old)).orElse(0)).isPositive();
            assertThat(load.commandsPerSecond(List.of(promoted))).isEmpty();
            assertThat(load.commandsPerSecond(List.of(promoted)).orElse(0)).isPositive();
        }
    }
}
