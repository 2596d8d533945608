package io.pikaconnect.sink;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import redis.clients.jedis.Jedis;

/**
 * A sink's ledger at one moment, read from outside.
 *
 * @param epoch of the data set; absent before the first epoch barrier
 * @param graceMs how much later than in Pika a key expires here, where Redis ends keys itself
 * @param now Redis' time, ms
 * @param isReady for the cut-over, as a task that is running noted it
 * @param noteAgeMs how long ago a task noted whether it is; absent if none ever did
 * @param deadlines held, holding, releasing or native
 * @param releasedAt when Redis got the last deadline that it acts on by itself, ms; absent while they are held
 * @param ownKeys keys that the sink keeps for itself, as far as is known
 */
public record LedgerView(
        OptionalLong epoch,
        long graceMs,
        long now,
        Map<Integer, LedgerField> partitions,
        boolean isReady,
        OptionalLong noteAgeMs,
        String deadlines,
        OptionalLong releasedAt,
        int ownKeys) {

    /** A note older than this was left by a sink that no longer runs. */
    private static final long NOTE_VALID_MS = 10_000;

    /** Prefix of everything that the sink keeps for itself, unless it was configured otherwise. */
    public static final String PREFIX = "pika-connect:";

    /** Reads the ledger of the connection's db under its usual prefix; empty if there is none. */
    public static Optional<LedgerView> read(Jedis redis) {
        return read(redis, PREFIX);
    }

    /** Reads the ledger of the connection's db; empty if there is none. */
    public static Optional<LedgerView> read(Jedis redis, String prefix) {
        Map<String, String> ledger = redis.hgetAll(prefix + "ledger");
        if (ledger.isEmpty()) {
            return Optional.empty();
        }
        Map<Integer, LedgerField> partitions = new TreeMap<>();
        ledger.forEach((field, text) -> {
            if (field.matches("p\\d+")) {
                partitions.put(Integer.valueOf(field.substring(1)), LedgerField.parse(text));
            }
        });
        long now = Long.parseLong(redis.time().get(0)) * 1_000;
        OptionalLong age = number(ledger, "looked", looked -> now - looked);
        boolean ready = "1".equals(ledger.get("ready")) && age.orElse(NOTE_VALID_MS) < NOTE_VALID_MS;
        return Optional.of(new LedgerView(
                number(ledger, "epoch", epoch -> epoch),
                Long.parseLong(ledger.get("grace")),
                now,
                partitions,
                ready,
                age,
                ledger.getOrDefault("deadlines", "holding"),
                number(ledger, "released", released -> released),
                1 + (redis.exists(prefix + "uncounted") ? 1 : 0)));
    }

    private static OptionalLong number(Map<String, String> ledger, String field, LongUnaryOperator meaning) {
        String text = ledger.get(field);
        return text == null ? OptionalLong.empty() : OptionalLong.of(meaning.applyAsLong(Long.parseLong(text)));
    }

    /** The same with so many keys of the sink's own beside those that are counted already. */
    LedgerView withMoreOwnKeys(int more) {
        return new LedgerView(
                epoch, graceMs, now, partitions, isReady, noteAgeMs, deadlines, releasedAt, ownKeys + more);
    }

    /** The last sequence applied on a partition; -1 if there is none. */
    public long sequence(int partition) {
        return Optional.ofNullable(partitions.get(partition))
                .map(field -> field.sequence().orElse(-1))
                .orElse(-1L);
    }

    /** How old the oldest of the partitions' clocks is; absent before the first change of the binlog. */
    public OptionalLong behindMs() {
        return clockMs().stream().map(clock -> Math.max(0, now - clock)).findFirst();
    }

    /** The source time, ms, up to which all partitions have everything; absent before the first change of the binlog. */
    public OptionalLong clockMs() {
        return partitions.values().stream().mapToLong(LedgerField::sourceTimeMs).min().stream()
                .filter(clock -> clock > 0)
                .findFirst();
    }
}
