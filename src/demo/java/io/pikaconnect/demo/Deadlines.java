package io.pikaconnect.demo;

import java.nio.charset.StandardCharsets;
import java.util.List;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

/** When a key of a Redis expires; 6.2 has no PEXPIRETIME. */
public final class Deadlines {

    /** The time is read before and after, so that the time to live is one of a known millisecond. */
    private static final byte[] OF_KEY = """
            local function ms() local t = redis.call('TIME') return t[1] * 1000 + math.floor(t[2] / 1000) end
            while true do
              local before, left, after = ms(), redis.call('PTTL', KEYS[1]), ms()
              if left < 0 then return tostring(left) end
              if before == after then return string.format('%.0f', before + left) end
            end
            """.getBytes(StandardCharsets.US_ASCII);

    private Deadlines() {}

    /** In ms since 1970; -1 without a deadline, -2 without a key. */
    public static long of(Jedis redis, String key) {
        return of(redis, key.getBytes(StandardCharsets.UTF_8));
    }

    public static long of(Jedis redis, byte[] key) {
        try {
            return redis.pexpireTime(key);
        } catch (JedisDataException e) {
            if (!String.valueOf(e.getMessage()).contains("unknown command")) {
                throw e;
            }
            return Long.parseLong(
                    new String((byte[]) redis.eval(OF_KEY, List.of(key), List.of()), StandardCharsets.US_ASCII));
        }
    }
}
