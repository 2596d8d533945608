package io.pikaconnect.sink;

import io.pikaconnect.change.Resp;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Tries whether Redis, or what answers in its place, lets us do what the sink has to do: INFO is not enough for servers that
 * are only like Redis, for proxies, and for users with few rights. Nothing of it stays, and no key but the sink's own is
 * touched.
 */
final class TargetProbe {

    static final String KEEPS_DEADLINES =
            "Until the cut-over every deadline is held 2^51 ms later than it is, which this"
                    + " server cannot: use a Redis or Valkey.";

    private static final String SCRIPTS =
            "The sink applies every change by a script (EVALSHA) that also touches keys which it does not declare, since it"
                    + " keeps its place beside the data. Give the sink a Redis itself, no proxy and no server that is only"
                    + " like it";

    /** Which setting an error is about, if it is not the address. */
    private static final Map<Pattern, String> SETTINGS = Map.of(
            Pattern.compile("NOAUTH|WRONGPASS|invalid password|without any password"), RedisSinkConfig.REDIS_PASSWORD,
            Pattern.compile(RedisErrors.NO_RIGHT), RedisSinkConfig.REDIS_USERNAME,
            Pattern.compile("DB index|invalid DB"), RedisSinkConfig.REDIS_DATABASE);

    /** The setting of every other error. */
    private final String address;

    /** @param address the setting that names the server */
    TargetProbe(String address) {
        this.address = address;
    }

    /**
     * A reason why not.
     *
     * @param setting that has to be changed
     * @param temporary whether it may pass by itself
     */
    record Refusal(String setting, String text, boolean temporary) {}

    /** Why the db cannot be selected, or the sink's scripts do not run there; the connection has it selected afterwards. */
    Optional<Refusal> refusal(Jedis jedis, int database, String prefix) {
        try {
            jedis.ping();
            jedis.select(database);
        } catch (JedisDataException e) {
            return Optional.of(refused("db " + database + " cannot be selected", e));
        }
        try {
            List<byte[]> refused =
                    Script.PROBE
                            .run(jedis, List.of(Resp.bytes(prefix + "ledger")), List.of(Resp.bytes(prefix)))
                            .stream()
                            .map(byte[].class::cast)
                            .toList();
            return refused.isEmpty()
                    ? Optional.empty()
                    : Optional.of(refused(
                            "Redis refuses what the sink's scripts need: " + commands(refused), text(refused.get(1))));
        } catch (JedisDataException e) {
            return Optional.of(refused("Redis does not run the sink's scripts", e));
        }
    }

    /** What an error of Redis means for a configuration. */
    Refusal refused(String what, JedisDataException e) {
        String error = String.valueOf(e.getMessage()).replaceFirst("\\.+$", "");
        return refused(what + ": " + error, error);
    }

    private Refusal refused(String what, String error) {
        if (error.startsWith("a deadline")) {
            return new Refusal(address, what + ". " + KEEPS_DEADLINES, false);
        }
        String setting = SETTINGS.entrySet().stream()
                .filter(entry -> entry.getKey().matcher(error).find())
                .findFirst()
                .map(Map.Entry::getValue)
                .orElse(address);
        String remedy = RedisRemedies.hasRemedy(error) ? RedisRemedies.remedy(error) : SCRIPTS;
        return new Refusal(setting, what + ". " + remedy, RedisErrors.isTransient(error));
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
