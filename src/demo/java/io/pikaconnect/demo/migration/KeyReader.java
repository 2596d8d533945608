package io.pikaconnect.demo.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/** Reads the keys of one server, some at a time, by commands that Pika and Redis share. */
final class KeyReader implements AutoCloseable {

    private static final int KEYS_AT_A_TIME = 100;

    private final Jedis jedis;
    private final boolean inSeconds;
    private final LongUnaryOperator timeToLive;

    private KeyReader(Jedis jedis, boolean inSeconds, LongUnaryOperator timeToLive) {
        this.jedis = jedis;
        this.inSeconds = inSeconds;
        this.timeToLive = timeToLive;
    }

    /** Reads a Pika: its times to live are whole seconds. */
    static KeyReader ofPika(Endpoint pika) {
        return new KeyReader(pika.connect(), true, seconds -> seconds * 1_000);
    }

    /**
     * Reads a Redis that a sink fills.
     *
     * @param sourcesTime the time to live that the source has, in ms, of the one in Redis
     */
    static KeyReader ofRedis(Endpoint redis, LongUnaryOperator sourcesTime) {
        return new KeyReader(redis.connect(), false, sourcesTime);
    }

    /** Goes over all keys once; one may come twice. */
    void scan(Consumer<List<byte[]>> page) {
        byte[] cursor = ScanParams.SCAN_POINTER_START_BINARY;
        do {
            ScanResult<byte[]> result = jedis.scan(cursor, new ScanParams().count(KEYS_AT_A_TIME));
            page.accept(result.getResult());
            cursor = result.getCursorAsBytes();
        } while (!KeyContent.text(cursor).equals("0"));
    }

    /** What these keys hold, in their order. */
    List<KeyContent> read(List<byte[]> keys) {
        try (Pipeline pipeline = jedis.pipelined()) {
            List<Response<String>> types = keys.stream().map(pipeline::type).toList();
            List<Response<Long>> times = keys.stream()
                    .map(key -> inSeconds ? pipeline.ttl(key) : pipeline.pttl(key))
                    .toList();
            pipeline.sync();
            List<Optional<Response<?>>> values = new ArrayList<>();
            for (int i = 0; i < keys.size(); i++) {
                String type = types.get(i).get();
                values.add(
                        type.equals(KeyContent.NONE)
                                ? Optional.empty()
                                : Optional.of(KeyContent.request(pipeline, type, keys.get(i))));
            }
            pipeline.sync();
            List<KeyContent> contents = new ArrayList<>();
            for (int i = 0; i < keys.size(); i++) {
                long time = times.get(i).get();
                contents.add(new KeyContent(
                        time == -2 ? KeyContent.NONE : types.get(i).get(),
                        values.get(i)
                                .map(Response::get)
                                .map(KeyContent::comparable)
                                .orElse(""),
                        time < 0 ? OptionalLong.empty() : OptionalLong.of(timeToLive.applyAsLong(time))));
            }
            return contents;
        }
    }

    /** Those of these keys that are not there. */
    List<byte[]> missing(List<byte[]> keys) {
        try (Pipeline pipeline = jedis.pipelined()) {
            List<Response<Boolean>> there = keys.stream().map(pipeline::exists).toList();
            pipeline.sync();
            return IntStream.range(0, keys.size())
                    .filter(i -> !there.get(i).get())
                    .mapToObj(keys::get)
                    .toList();
        }
    }

    @Override
    public void close() {
        jedis.close();
    }
}
