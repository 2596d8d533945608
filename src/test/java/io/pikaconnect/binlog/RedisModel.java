package io.pikaconnect.binlog;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Operation;
import io.pikaconnect.change.Resp;
import io.pikaconnect.content.Content;
import io.pikaconnect.demo.Deadlines;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.SetParams;

/** Runs commands and named operations on a Redis that nobody else writes to, one after the other, and reads it all. */
record RedisModel(Jedis redis) {

    void run(Command c) {
        switch (c.name()) {
            case Operation.SET -> set(c);
            case Operation.DELVX -> {
                if (Arrays.equals(redis.get(arg(c, 1)), arg(c, 2))) {
                    redis.del(arg(c, 1));
                }
            }
            case Operation.SETRANGE -> setrange(arg(c, 1), number(c, 2), arg(c, 3));
            case Operation.SETBIT0 -> {
                if (number(c, 2) / 8 < redis.strlen(arg(c, 1))) {
                    redis.setbit(arg(c, 1), number(c, 2), false);
                }
            }
            default -> {
                if (c.name().startsWith("pika.")) {
                    throw new IllegalArgumentException("operation " + c);
                }
                redis.sendCommand(
                        () -> c.args().get(0), c.args().subList(1, c.size()).toArray(new byte[0][]));
            }
        }
    }

    private void set(Command c) {
        byte[] key = arg(c, 1);
        boolean exists = redis.exists(key);
        boolean met = switch (c.text(3)) {
            case "NX" -> !exists;
            case "XX" -> exists;
            case "VX" -> Arrays.equals(redis.get(key), arg(c, 5));
            default -> throw new IllegalArgumentException("condition " + c);
        };
        if (met) {
            long deadline = number(c, 4);
            redis.set(key, arg(c, 2), deadline == 0 ? new SetParams() : new SetParams().pxAt(deadline));
        }
    }

    /** The value ends at its first NUL, but as many bytes as it has are replaced. */
    private void setrange(byte[] key, long offset, byte[] value) {
        byte[] old = Optional.ofNullable(redis.get(key)).orElse(new byte[0]);
        int at = Math.toIntExact(offset);
        int nul = 0;
        while (value[nul] != 0) {
            nul++;
        }
        int rest = Math.max(0, old.length - at - value.length);
        byte[] changed = Arrays.copyOf(Arrays.copyOf(old, at), at + nul + rest);
        System.arraycopy(value, 0, changed, at, nul);
        System.arraycopy(old, old.length - rest, changed, at + nul, rest);
        redis.set(key, changed, new SetParams().keepTtl());
    }

    void load(Content content) {
        content.entries().forEach((name, entry) -> {
            byte[] key = bytes(name);
            switch (entry.type()) {
                case "string" -> redis.set(key, bytes(entry.value()));
                case "list" -> redis.rpush(key, all(entry.value()));
                case "set" -> redis.sadd(key, all(entry.value()));
                case "hash" -> redis.hset(key, map(entry.value(), RedisModel::bytes));
                case "zset" -> redis.zadd(key, map(entry.value(), bits -> Double.longBitsToDouble((Long) bits)));
                default -> throw new IllegalArgumentException(entry.type());
            }
            entry.deadlineSecond().ifPresent(second -> redis.pexpireAt(key, second * 1000 + 999));
        });
    }

    Content content() {
        SortedMap<String, Content.Entry> content = new TreeMap<>();
        for (byte[] key : redis.keys(Resp.bytes("*"))) {
            String type = redis.type(key);
            Object value = switch (type) {
                case "string" -> text(redis.get(key));
                case "list" ->
                    redis.lrange(key, 0, -1).stream().map(RedisModel::text).toList();
                case "set" ->
                    redis.smembers(key).stream().map(RedisModel::text).sorted().toList();
                case "hash" ->
                    redis.hgetAll(key).entrySet().stream()
                            .collect(Collectors.toMap(e -> text(e.getKey()), e -> text(e.getValue())));
                case "zset" ->
                    redis.zrangeWithScores(key, 0, -1).stream()
                            .collect(Collectors.toMap(
                                    t -> text(t.getBinaryElement()), t -> Double.doubleToLongBits(t.getScore())));
                default -> throw new IllegalArgumentException(type);
            };
            long deadline = Deadlines.of(redis, key);
            content.put(
                    text(key),
                    new Content.Entry(
                            type, value, deadline < 0 ? OptionalLong.empty() : OptionalLong.of(deadline / 1000)));
        }
        return new Content(content);
    }

    private static byte[] arg(Command c, int i) {
        return c.args().get(i);
    }

    private static long number(Command c, int i) {
        return Long.parseLong(c.text(i));
    }

    private static byte[] bytes(Object text) {
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[][] all(Object list) {
        return ((List<?>) list).stream().map(RedisModel::bytes).toArray(byte[][]::new);
    }

    private static <V> Map<byte[], V> map(Object map, Function<Object, V> value) {
        return ((Map<?, ?>) map)
                .entrySet().stream().collect(Collectors.toMap(e -> bytes(e.getKey()), e -> value.apply(e.getValue())));
    }
}
