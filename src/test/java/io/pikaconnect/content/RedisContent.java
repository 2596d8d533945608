package io.pikaconnect.content;

import io.pikaconnect.demo.Deadlines;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/** Reads a whole Redis db but for what the sink keeps there for itself, with the deadlines that the source had. */
public final class RedisContent {

    private static final byte[] LEDGER_PREFIX = "pika-connect:".getBytes(StandardCharsets.UTF_8);
    private static final long GRACE_MS = 60_000;
    private static final long FAR_SHIFT_MS = 1L << 51;

    private RedisContent() {}

    public static Content read(Jedis redis) {
        SortedMap<String, Content.Entry> entries = new TreeMap<>();
        for (String key : keys(redis)) {
            byte[] name = key.getBytes(StandardCharsets.ISO_8859_1);
            entry(redis, name).ifPresent(entry -> entries.put(key, entry));
        }
        return new Content(entries);
    }

    /** The key may change between two questions; then it is read again. */
    private static Optional<Content.Entry> entry(Jedis redis, byte[] key) {
        String type = redis.type(key);
        while (!type.equals("none")) {
            String before = type;
            try {
                Content.Entry entry = new Content.Entry(type, value(redis, type, key), deadline(redis, key));
                type = redis.type(key);
                if (type.equals(before)) {
                    return Optional.of(entry);
                }
            } catch (JedisDataException e) { // another type by now
                type = redis.type(key);
                if (type.equals(before)) {
                    throw e;
                }
            }
        }
        return Optional.empty();
    }

    private static Set<String> keys(Jedis redis) {
        Set<String> keys = new HashSet<>();
        byte[] cursor = ScanParams.SCAN_POINTER_START_BINARY;
        do {
            ScanResult<byte[]> page = redis.scan(cursor, new ScanParams().count(1000));
            page.getResult().stream()
                    .map(Content::text)
                    .filter(key -> !key.startsWith(Content.text(LEDGER_PREFIX)))
                    .forEach(keys::add);
            cursor = page.getCursorAsBytes();
        } while (!Content.text(cursor).equals("0"));
        return keys;
    }

    private static Object value(Jedis redis, String type, byte[] key) {
        return switch (type) {
            case "string" ->
                Optional.ofNullable(redis.get(key)).map(Content::text).orElse("gone");
            case "hash" -> {
                SortedMap<String, String> fields = new TreeMap<>();
                redis.hgetAll(key).forEach((field, value) -> fields.put(Content.text(field), Content.text(value)));
                yield fields;
            }
            case "list" -> redis.lrange(key, 0, -1).stream().map(Content::text).toList();
            case "set" ->
                redis.smembers(key).stream().map(Content::text).sorted().toList();
            case "zset" -> {
                SortedMap<String, Long> scores = new TreeMap<>();
                redis.zrangeWithScores(key, 0, -1)
                        .forEach(member -> scores.put(
                                Content.text(member.getBinaryElement()), Double.doubleToLongBits(member.getScore())));
                yield scores;
            }
            default -> "cannot be compared";
        };
    }

    /** Redis' own deadline is later by 2^51 ms, or by the grace once it is released. */
    private static OptionalLong deadline(Jedis redis, byte[] key) {
        long ms = Deadlines.of(redis, key);
        if (ms < 0) {
            return OptionalLong.empty();
        }
        long shift = ms > FAR_SHIFT_MS / 4 * 3 ? FAR_SHIFT_MS : GRACE_MS;
        return OptionalLong.of(Math.floorDiv(ms - shift, 1000L));
    }
}
