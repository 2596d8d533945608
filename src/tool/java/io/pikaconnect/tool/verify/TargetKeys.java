package io.pikaconnect.tool.verify;

import io.pikaconnect.sink.TargetDb;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisClusterException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisRedirectionException;

/**
 * The keys of a Redis that a sink fills, each read at the server that has it. While a slot of a cluster is being moved, or its
 * node is replaced, its keys are waited for.
 */
final class TargetKeys implements AutoCloseable {

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long PAUSE_MS = 200;

    private final TargetDb db;
    private final Function<Jedis, KeyReader> reading;
    private final Map<Jedis, KeyReader> readers = new IdentityHashMap<>();

    /**
     * Reads that db, and closes it in the end.
     *
     * @param reading reads one of its servers
     */
    TargetKeys(TargetDb db, Function<Jedis, KeyReader> reading) {
        this.db = db;
        this.reading = reading;
    }

    /** Visits all keys; one may be visited twice, and one whose slot is moved in this time not at all. */
    void scan(Consumer<List<byte[]>> page) {
        db.servers().forEach(server -> reader(server).scan(page));
    }

    /** The contents of these keys, in their order. */
    List<KeyContent> read(List<byte[]> keys) {
        long end = System.nanoTime() + LIMIT_NANOS;
        while (true) {
            try {
                return readNow(keys);
            } catch (JedisRedirectionException | JedisClusterException | JedisConnectionException e) {
                retry(e, end);
            }
        }
    }

    private void retry(JedisException because, long end) {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw because;
        }
        if (!db.refresh()) {
            throw because;
        } else if (System.nanoTime() > end) {
            throw new JedisClusterException("the cluster does not serve some keys (" + because.getMessage()
                    + "): see redis-cli --cluster check, then start the same command again");
        }
    }

    private List<KeyContent> readNow(List<byte[]> keys) {
        Map<Jedis, List<Integer>> places = new IdentityHashMap<>();
        IntStream.range(0, keys.size())
                .forEach(i -> places.computeIfAbsent(db.serverOf(keys.get(i)), server -> new ArrayList<>())
                        .add(i));
        KeyContent[] contents = new KeyContent[keys.size()];
        places.forEach((server, of) -> {
            List<KeyContent> read =
                    reader(server).read(of.stream().map(keys::get).toList());
            for (int i = 0; i < of.size(); i++) {
                contents[of.get(i)] = read.get(i);
            }
        });
        return Arrays.asList(contents);
    }

    private KeyReader reader(Jedis server) {
        return readers.computeIfAbsent(server, reading);
    }

    @Override
    public void close() {
        db.close();
    }
}
