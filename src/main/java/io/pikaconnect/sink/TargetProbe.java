package io.pikaconnect.sink;

import io.pikaconnect.change.Resp;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Whether Redis, or what answers in its place, lets us do what the sink has to do: tried, since what INFO tells is not enough
 * for servers that are only like Redis, for proxies, and for users with few rights. Nothing stays, and no key but our own is
 * touched.
 */
final class TargetProbe {

    private static final String SCRIPTS =
            "; the sink applies every change by a script (EVALSHA) that touches keys it does not declare, since it keeps its"
                    + " place beside the data";

    private TargetProbe() {}

    /**
     * A reason why not.
     *
     * @param setting that has to be changed
     */
    record Refusal(String setting, String text) {}

    /** Why the db cannot be selected, or the sink's scripts do not run there; the connection has it selected afterwards. */
    static Optional<Refusal> refusal(Jedis jedis, int database, String prefix) {
        try {
            jedis.select(database);
        } catch (JedisDataException e) {
            return Optional.of(refused("db " + database + " cannot be selected", e));
        }
        try {
            List<byte[]> refused =
                    Script.PROBE.run(jedis, List.of(Resp.bytes(prefix + "ledger")), List.of(Resp.bytes(prefix)));
            return refused.isEmpty()
                    ? Optional.empty()
                    : Optional.of(refused(
                            "Redis refuses what the sink's scripts need: " + commands(refused), text(refused.get(1))));
        } catch (JedisDataException e) {
            return Optional.of(refused("Redis does not run the sink's scripts", e));
        }
    }

    /** What an error of Redis means for a configuration. */
    static Refusal refused(String what, JedisDataException e) {
        String error = String.valueOf(e.getMessage()).replaceFirst("\\.+$", "");
        return refused(what + ": " + error, error);
    }

    private static Refusal refused(String what, String error) {
        if (error.matches("(?s).*(NOAUTH|WRONGPASS|invalid password|without any password configured).*")) {
            return new Refusal(
                    RedisSinkConfig.PASSWORD,
                    what + ". Correct redis.password, and redis.username if the user is not the default one");
        } else if (error.matches("(?s).*(NOPERM|The user executing the script).*")) {
            return new Refusal(
                    RedisSinkConfig.USERNAME,
                    what + ". Give the user of redis.username the rights that README lists for the sink (Deploy)");
        } else if (error.contains("DB index")) {
            return new Refusal(
                    RedisSinkConfig.DATABASE,
                    what + ". Choose a db below the setting databases of Redis, or raise that (16 as installed)");
        } else if (error.toLowerCase(java.util.Locale.ROOT).contains("undeclared")) {
            return new Refusal(
                    RedisSinkConfig.ADDRESS,
                    what + SCRIPTS + ". Let this server's scripts touch undeclared keys (Dragonfly:"
                            + " --default_lua_flags=allow-undeclared-keys), or choose a Redis or Valkey");
        } else if (error.startsWith("a deadline")) {
            return new Refusal(
                    RedisSinkConfig.ADDRESS,
                    what
                            + "; the sink holds every deadline 2^51 ms later than it is until the cut-over, and this server"
                            + " does not keep it. Choose a Redis or Valkey");
        }
        return new Refusal(
                RedisSinkConfig.ADDRESS, what + SCRIPTS + ". Address Redis itself, not a proxy or a server like it");
    }

    private static String commands(List<byte[]> refused) {
        return IntStream.range(0, refused.size() / 2)
                .mapToObj(i -> text(refused.get(2 * i)) + " (" + text(refused.get(2 * i + 1)) + ")")
                .limit(5)
                .collect(Collectors.joining(", "));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
