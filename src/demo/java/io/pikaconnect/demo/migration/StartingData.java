package io.pikaconnect.demo.migration;

import io.pikaconnect.tool.Endpoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Protocol;

/**
 * The data of a stand-in before it is replicated: keys of all types in equal parts, {@code string:0} to {@code zset:4}
 * and so on, some with seconds to live, some with hours.
 */
final class StartingData {

    static final String[] TYPES = {"string", "hash", "list", "set", "zset"};

    private static final int AT_A_TIME = 500;
    private static final int MOST_ELEMENTS = 12;

    private final Random random = new Random(1);

    /** Writes this many keys, as a client. */
    void write(Endpoint pika, int keys) {
        try (Jedis client = pika.connect()) {
            for (int from = 0; from < keys; from += AT_A_TIME) {
                Pipeline pipeline = client.pipelined();
                for (int i = from; i < Math.min(keys, from + AT_A_TIME); i++) {
                    write(pipeline, TYPES[i % TYPES.length], i / TYPES.length);
                }
                pipeline.syncAndReturnAll();
            }
        }
    }

    private void write(Pipeline pipeline, String type, int number) {
        String key = type + ":" + number;
        switch (type) {
            case "string" -> pipeline.set(key, word());
            case "hash" -> pipeline.sendCommand(Protocol.Command.HMSET, fields(key));
            case "list" -> pipeline.rpush(key, words());
            case "set" -> pipeline.sadd(key, words());
            case "zset" -> pipeline.zadd(key, scores());
            default -> throw new IllegalArgumentException(type);
        }
        int chance = random.nextInt(10);
        if (chance == 0) {
            pipeline.expire(key, 10 + random.nextInt(50));
        } else if (chance == 1) {
            pipeline.expire(key, 3_600 + random.nextInt(200_000));
        }
    }

    private String[] words() {
        String[] words = new String[1 + random.nextInt(MOST_ELEMENTS)];
        for (int i = 0; i < words.length; i++) {
            words[i] = word();
        }
        return words;
    }

    /** Key, field, value, field, value …: a Pika's HSET takes one field only. */
    private String[] fields(String key) {
        List<String> words = new ArrayList<>(List.of(key));
        for (int i = random.nextInt(MOST_ELEMENTS); i >= 0; i--) {
            words.add("field" + i);
            words.add(word());
        }
        return words.toArray(String[]::new);
    }

    private Map<String, Double> scores() {
        Map<String, Double> scores = new HashMap<>();
        for (int i = random.nextInt(MOST_ELEMENTS); i >= 0; i--) {
            scores.put(word(), random.nextInt(1_000_000) / 64.0);
        }
        return scores;
    }

    private String word() {
        return Long.toString(random.nextLong() >>> 1, 36);
    }
}
