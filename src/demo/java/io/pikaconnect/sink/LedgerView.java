package io.pikaconnect.sink;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import redis.clients.jedis.Jedis;

/**
 * A sink's ledger at one moment, read from outside.
 *
 * @param epoch of the data set; absent before the first epoch barrier
 * @param graceMs how much later than in Pika a key expires here, where Redis ends keys itself
 * @param now Redis' time, ms
 * @param isReady for the cut-over, as a task that is running noted it
 * @param ownKeys keys that the sink keeps for itself, as far as is known
 */
public record LedgerView(
        OptionalLong epoch,
        long graceMs,
        long now,
        Map<Integer, LedgerField> partitions,
        boolean isReady,
        int ownKeys) {

    /** A note older than this was left by a sink that no longer runs. */
    private static final long NOTE_VALID_MS = 10_000;

    /** Prefix of everything that the sink keeps for itself, unless it was configured otherwise. */
    public static final String PREFIX = "pika-connect:";

    /** Reads the ledger of the connection's db; empty if there is none. */
    public static Optional<LedgerView> read(Jedis redis) {
        Map<String, String> ledger = redis.hgetAll(PREFIX + "ledger");
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
        boolean ready = "1".equals(ledger.get("ready"))
                && now - Long.parseLong(ledger.getOrDefault("looked", "0")) < NOTE_VALID_MS;
        return Optional.of(new LedgerView(
                Optional.ofNullable(ledger.get("epoch"))
                        .map(epoch -> OptionalLong.of(Long.parseLong(epoch)))
                        .orElse(OptionalLong.empty()),
                Long.parseLong(ledger.get("grace")),
                now,
                partitions,
                ready,
                1 + (redis.exists(PREFIX + "uncounted") ? 1 : 0)));
    }

    /** The last sequence applied on a partition; -1 if there is none. */
    public long sequence(int partition) {
        return Optional.ofNullable(partitions.get(partition))
                .map(field -> field.sequence().orElse(-1))
                .orElse(-1L);
    }

    /** How old the oldest of the partitions' clocks is; absent before the first change of the binlog. */
    public OptionalLong behindMs() {
        return partitions.values().stream().mapToLong(LedgerField::sourceTimeMs).min().stream()
                .filter(clock -> clock > 0)
                .map(clock -> Math.max(0, now - clock))
                .findFirst();
    }
}
