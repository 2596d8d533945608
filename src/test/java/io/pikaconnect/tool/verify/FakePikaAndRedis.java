package io.pikaconnect.tool.verify;

import io.pikaconnect.demo.RedisServer;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import redis.clients.jedis.Jedis;

/** Two servers for the tests of a class, one of them in Pika's place. */
final class FakePikaAndRedis implements BeforeAllCallback, AfterAllCallback {

    private RedisServer pika;
    private RedisServer redis;

    @Override
    public void beforeAll(ExtensionContext context) {
        pika = RedisServer.start();
        redis = RedisServer.start();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        pika.close();
        redis.close();
    }

    RedisServer pika() {
        return pika;
    }

    RedisServer redis() {
        return redis;
    }

    void inPika(Consumer<Jedis> use) {
        in(pika, use);
    }

    void inRedis(Consumer<Jedis> use) {
        in(redis, use);
    }

    void inBoth(Consumer<Jedis> use) {
        inPika(use);
        inRedis(use);
    }

    private static void in(RedisServer server, Consumer<Jedis> use) {
        try (Jedis client = server.connect()) {
            use.accept(client);
        }
    }
}
