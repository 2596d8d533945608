package io.pikaconnect.sink;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;

/**
 * What a sink's ledger said at one moment, for somebody who watches from outside.
 *
 * @param epoch of the data set; absent before the first epoch barrier
 * @param graceMs how much later than in Pika a key expires here
 * @param now Redis' time, ms
 * @param keysDue keys whose deadline the stream's clock still holds
 * @param ownKeys keys of the ledger itself and of the sets of those due
 */
public record LedgerView(
        OptionalLong epoch, long graceMs, long now, Map<Integer, LedgerField> partitions, long keysDue, int ownKeys) {

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
        List<Long> due = due(redis, partitions.keySet());
        return Optional.of(new LedgerView(
                Optional.ofNullable(ledger.get("epoch"))
                        .map(epoch -> OptionalLong.of(Long.parseLong(epoch)))
                        .orElse(OptionalLong.empty()),
                Long.parseLong(ledger.get("grace")),
                Long.parseLong(redis.time().get(0)) * 1_000,
                partitions,
                due.stream().mapToLong(Long::longValue).sum(),
                1 + (int) due.stream().filter(count -> count > 0).count()));
    }

    /** How many keys each partition holds back. */
    private static List<Long> due(Jedis redis, Set<Integer> partitions) {
        try (Pipeline pipeline = redis.pipelined()) {
            List<Response<Long>> counts = partitions.stream()
                    .map(partition -> pipeline.zcard(PREFIX + "due:" + partition))
                    .toList();
            pipeline.sync();
            return counts.stream().map(Response::get).toList();
        }
    }

    /** The last sequence applied on a partition; -1 if there is none. */
    public long sequence(int partition) {
        return Optional.ofNullable(partitions.get(partition))
                .map(field -> field.sequence().orElse(-1))
                .orElse(-1L);
    }

    /** How old the oldest of the partitions' clocks is; absent before the first change of the binlog. */
    public OptionalLong behindMs() {
        return partitions.values().stream().mapToLong(LedgerField::clock).min().stream()
                .filter(clock -> clock > 0)
                .map(clock -> Math.max(0, now - clock))
                .findFirst();
    }

    /** All partitions are caught up and no key is due: applications may go over to Redis, as far as the sink knows. */
    public boolean isReady() {
        return epoch.isPresent()
                && !partitions.isEmpty()
                && keysDue == 0
                && partitions.values().stream().allMatch(field -> field.isCaughtUp(now));
    }
}
