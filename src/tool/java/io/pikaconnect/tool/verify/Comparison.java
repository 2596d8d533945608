package io.pikaconnect.tool.verify;

import io.pikaconnect.change.Escaped;
import io.pikaconnect.sink.LedgerView;
import io.pikaconnect.tool.Endpoint;
import io.pikaconnect.tool.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongUnaryOperator;

/**
 * Compares a Pika with the Redis that a sink has filled, key by key: type, value, deadline. To be run without writers.
 * Keys continue to expire, so whatever differs is compared a second time.
 *
 * <p>A key lives longer in Redis: by 2^51 ms while deadlines are held, by the grace once they are released. So a key that
 * only Redis has is right if its time in Pika is over.
 */
public final class Comparison implements AutoCloseable {

    private static final int EXAMPLES = 20;
    private static final long HELD_MS = 1L << 51;

    /** Pika counts in seconds, and the two sides are asked one after the other. */
    static final long SLACK_MS = 2_000;

    private final KeyReader pika;
    private final KeyReader redis;
    private final List<String> examples = new ArrayList<>();
    private long keys;
    private long expired;
    private long differences;

    private Comparison(KeyReader pika, KeyReader redis) {
        this.pika = pika;
        this.redis = redis;
    }

    /** @param graceMs how much longer a key lives in Redis */
    public static Verdict compare(Endpoint pika, Side redis, long graceMs) {
        try (Comparison comparison = new Comparison(KeyReader.ofPika(pika), filledBySink(redis, graceMs))) {
            return comparison.run();
        }
    }

    /** Reads a Redis with the times to live that its keys have in Pika. */
    public static KeyReader filledBySink(Side redis, long graceMs) {
        return KeyReader.ofRedis(redis, sourcesTime(graceMs));
    }

    /** The time to live that a key has in Pika, of the one that the sink gave it. */
    static LongUnaryOperator sourcesTime(long graceMs) {
        return ms -> ms - (ms > HELD_MS / 4 * 3 ? HELD_MS : graceMs);
    }

    private Verdict run() {
        pika.scan(page -> {
            List<KeyContent> wanted = pika.read(page);
            List<KeyContent> found = redis.read(page);
            for (int i = 0; i < page.size(); i++) {
                keys++;
                if (difference(wanted.get(i), found.get(i)).isPresent()) {
                    lookAgain(page.get(i));
                }
            }
        });
        redis.scan(page -> pika.missing(page.stream()
                        .filter(key -> !KeyContent.text(key).startsWith(LedgerView.PREFIX))
                        .toList())
                .forEach(this::onlyInRedis));
        return new Verdict(keys, expired, differences, List.copyOf(examples));
    }

    private void lookAgain(byte[] key) {
        KeyContent wanted = one(pika, key);
        difference(wanted, one(redis, key)).ifPresent(difference -> report(key, difference));
    }

    private void onlyInRedis(byte[] key) {
        KeyContent found = one(redis, key);
        if (found.remainingMs().isPresent() && isOver(found.remainingMs())) {
            expired++;
        } else if (found.exists() && !one(pika, key).exists()) {
            report(key, "is not in Pika; Redis has " + found);
        }
    }

    /** How Redis differs; empty too when the key has just ended in Pika. */
    public static Optional<String> difference(KeyContent wanted, KeyContent found) {
        if (!wanted.exists()) {
            return Optional.empty();
        } else if (!found.exists()) {
            return Optional.of("is not in Redis; Pika has " + wanted);
        } else if (!wanted.hasSameValueAs(found)) {
            return Optional.of("is " + found + " in Redis; Pika has " + wanted);
        } else if (!close(wanted.remainingMs(), found.remainingMs())) {
            return Optional.of(
                    "lives " + time(found.remainingMs()) + " in Redis; in Pika " + time(wanted.remainingMs()));
        }
        return Optional.empty();
    }

    private void report(byte[] key, String difference) {
        differences++;
        if (examples.size() < EXAMPLES) {
            examples.add(Escaped.text(key) + " " + difference);
        }
    }

    private static KeyContent one(KeyReader reader, byte[] key) {
        return reader.read(List.of(key)).get(0);
    }

    private static boolean isOver(OptionalLong remainingMs) {
        return remainingMs.getAsLong() <= SLACK_MS;
    }

    static boolean close(OptionalLong a, OptionalLong b) {
        return a.isPresent() == b.isPresent() && Math.abs(a.orElse(0) - b.orElse(0)) <= SLACK_MS;
    }

    private static String time(OptionalLong remainingMs) {
        return remainingMs.isPresent() ? "for " + remainingMs.getAsLong() / 1_000 + " s more" : "for ever";
    }

    @Override
    public void close() {
        pika.close();
        redis.close();
    }
}
