package io.pikaconnect.tool.verify;

import io.pikaconnect.tool.Endpoint;
import io.pikaconnect.tool.Side;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.PipeliningBase;
import redis.clients.jedis.Response;
import redis.clients.jedis.Transaction;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/**
 * Reads the keys of one server, some at a time, by commands that Pika and Redis share.
 *
 * <p>Since 3.5.2 a Pika may answer clients from a read cache, which loses members and elements, and from 4.0 on shows times
 * to live that are wrong. So it is only asked for what comes from its storage: HSCAN, SSCAN and ZSCAN, PTTL instead of TTL,
 * TYPE instead of EXISTS, and GET and LRANGE in a transaction, which every Pika with that cache knows.
 */
public final class KeyReader implements AutoCloseable {

    private static final int KEYS_AT_A_TIME = 100;

    private final Jedis jedis;
    private final boolean inTransactions;
    private final LongUnaryOperator timeToLive;
    private final Pace pace;

    private KeyReader(Jedis jedis, boolean inTransactions, LongUnaryOperator timeToLive, Pace pace) {
        this.jedis = jedis;
        this.inTransactions = inTransactions;
        this.timeToLive = timeToLive;
        this.pace = pace;
    }

    /** Reads a Pika. */
    public static KeyReader ofPika(Endpoint pika) {
        return ofPika(pika.connect(), Pace.free());
    }

    /** Reads a Pika by a connection that it closes in the end. */
    static KeyReader ofPika(Jedis jedis, Pace pace) {
        return new KeyReader(jedis, knowsTransactions(jedis), LongUnaryOperator.identity(), pace);
    }

    private static boolean knowsTransactions(Jedis jedis) {
        try (Transaction transaction = jedis.multi()) {
            transaction.discard();
            return true;
        } catch (JedisDataException e) {
            return false;
        }
    }

    /**
     * Reads a Redis that a sink fills.
     *
     * @param sourcesTime the time to live that the source has, in ms, of the one in Redis
     */
    public static KeyReader ofRedis(Side redis, LongUnaryOperator sourcesTime) {
        return ofRedis(redis.connect(), sourcesTime, Pace.free());
    }

    /** Reads a Redis by a connection that it closes in the end. */
    static KeyReader ofRedis(Jedis jedis, LongUnaryOperator sourcesTime, Pace pace) {
        return new KeyReader(jedis, false, sourcesTime, pace);
    }

    /** Visits all keys once; one may be visited twice. */
    public void scan(Consumer<List<byte[]>> page) {
        scan(KEYS_AT_A_TIME, page);
    }

    /** The same, with about this many keys a page. */
    public void scan(int keysAtATime, Consumer<List<byte[]>> page) {
        byte[] cursor = ScanParams.SCAN_POINTER_START_BINARY;
        do {
            pace.take(1);
            ScanResult<byte[]> result = jedis.scan(cursor, new ScanParams().count(keysAtATime));
            page.accept(result.getResult());
            cursor = result.getCursorAsBytes();
        } while (!KeyContent.text(cursor).equals("0"));
    }

    /** The contents of these keys, in their order. */
    public List<KeyContent> read(List<byte[]> keys) {
        List<Response<String>> types;
        List<Response<Long>> times;
        pace.take(3 * keys.size()); // with those for the values
        try (Pipeline pipeline = jedis.pipelined()) {
            types = keys.stream().map(pipeline::type).toList();
            times = keys.stream().map(pipeline::pttl).toList();
        }
        List<Object> values = values(keys, types.stream().map(Response::get).toList());
        List<KeyContent> contents = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            long time = times.get(i).get();
            contents.add(new KeyContent(
                    time == -2 ? KeyContent.NONE : types.get(i).get(),
                    values.get(i),
                    time < 0 ? OptionalLong.empty() : OptionalLong.of(timeToLive.applyAsLong(time))));
        }
        return contents;
    }

    private List<Object> values(List<byte[]> keys, List<String> types) {
        Map<Integer, Response<?>> answers = new HashMap<>();
        try (Pipeline pipeline = jedis.pipelined()) {
            request(pipeline, keys, types, type -> !inTransactions || KeyContent.comesInPages(type), answers);
        }
        if (inTransactions) {
            try (Transaction transaction = jedis.multi()) {
                request(transaction, keys, types, type -> !KeyContent.comesInPages(type), answers);
                transaction.exec();
            }
        }
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            if (answers.containsKey(i)) {
                Object answer = answers.get(i).get();
                Object whole =
                        answer instanceof ScanResult<?> first ? elements(types.get(i), keys.get(i), first) : answer;
                values.add(KeyContent.comparable(types.get(i), whole));
            } else {
                values.add("");
            }
        }
        return values;
    }

    private static void request(
            PipeliningBase pipeline,
            List<byte[]> keys,
            List<String> types,
            Predicate<String> wanted,
            Map<Integer, Response<?>> answers) {
        for (int i = 0; i < keys.size(); i++) {
            String type = types.get(i);
            if (KeyContent.isReadable(type) && wanted.test(type)) {
                answers.put(i, KeyContent.request(pipeline, type, keys.get(i), ScanParams.SCAN_POINTER_START_BINARY));
            }
        }
    }

    /** The elements of keys read in pages; one may appear twice. */
    private List<?> elements(String type, byte[] key, ScanResult<?> first) {
        List<Object> elements = new ArrayList<>(first.getResult());
        ScanResult<?> page = first;
        while (!page.isCompleteIteration()) {
            Response<?> next;
            pace.take(1);
            try (Pipeline pipeline = jedis.pipelined()) {
                next = KeyContent.request(pipeline, type, key, page.getCursorAsBytes());
            }
            page = (ScanResult<?>) next.get();
            elements.addAll(page.getResult());
        }
        return elements;
    }

    /** Those of these keys that are not there. */
    public List<byte[]> missing(List<byte[]> keys) {
        List<Boolean> have = have(keys, type -> true);
        return IntStream.range(0, keys.size())
                .filter(i -> !have.get(i))
                .mapToObj(keys::get)
                .toList();
    }

    /** For each of these keys whether it is there, and of a type that is asked for. */
    List<Boolean> have(List<byte[]> keys, Predicate<String> hasType) {
        if (keys.isEmpty()) {
            return List.of();
        }
        List<Response<String>> types;
        pace.take(keys.size());
        try (Pipeline pipeline = jedis.pipelined()) {
            types = keys.stream().map(pipeline::type).toList();
        }
        return types.stream()
                .map(Response::get)
                .map(type -> !type.equals(KeyContent.NONE) && hasType.test(type))
                .toList();
    }

    @Override
    public void close() {
        jedis.close();
    }
}
