package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Resp;
import io.pikaconnect.demo.RedisServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/** What a real Redis takes out of it. */
class MessagePackWriterTest {

    /** Two values at a time, as long as there are any. */
    private static final byte[] SCRIPT = Resp.bytes("""
            local at, all = 0, {}
            while at >= 0 do
              local next, one, two = cmsgpack.unpack_limit(ARGV[1], 2, at)
              at, all[#all + 1] = next, one
              all[#all + 1] = two
            end
            return all
            """);

    private static RedisServer server;
    private static Jedis redis;

    private final MessagePackWriter packed = new MessagePackWriter();

    @BeforeAll
    static void start() throws IOException {
        server = RedisServer.start();
        redis = server.connect();
    }

    @AfterAll
    static void stop() {
        redis.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31, 32, 255, 256, 1_023, 65_535, 65_536, 1_000_000})
    void stringsOfAnyLengthComeOutAsTheyWent(int length) {
        byte[] string = new byte[length];
        new Random(length).nextBytes(string);
        packed.add(Resp.bytes("before"));
        packed.add(string);
        packed.add(Resp.bytes("behind"));
        assertThat(unpacked()).containsExactly(Resp.bytes("before"), string, Resp.bytes("behind"));
    }

    @Test
    void numbersComeOutAndCanBeSetLater() {
        packed.add(0);
        int place = packed.add(1);
        packed.add(Resp.bytes("text"));
        packed.add(Integer.MAX_VALUE);
        packed.replace(place, 70_000);
        assertThat(unpacked()).containsExactly(0L, 70_000L, Resp.bytes("text"), (long) Integer.MAX_VALUE);
    }

    @Test
    void nothingIsNothing() {
        assertThat(packed.toBytes()).isEmpty();
    }

    private List<Object> unpacked() {
        return new ArrayList<>((List<?>) redis.eval(SCRIPT, List.of(), List.of(packed.toBytes())));
    }
}
