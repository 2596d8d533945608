package io.pikaconnect.sink;

import static io.pikaconnect.change.Resp.bytes;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import redis.clients.jedis.Jedis;

/**
 * The sink's own keys in a db, and the calls of the scripts that move them together with the data.
 *
 * <pre>
 * &lt;prefix&gt;ledger                    hash, see {@link LedgerField}
 * &lt;prefix&gt;due:&lt;partition&gt;           sorted set: key, its deadline at the source
 * &lt;prefix&gt;stage:&lt;partition&gt;:&lt;slot&gt;  string: the pieces so far of a large argument
 * </pre>
 */
final class Ledger {

    /** How a claim ended. */
    record Opened(String status, List<String> words) {

        boolean claimed() {
            return status.equals("claimed");
        }
    }

    /**
     * How a batch or a barrier ended.
     *
     * @param field the partition's field as it is now, empty if there is none
     * @param epoch the ledger's epoch
     * @param due size of the due set
     * @param ahead how far a record's time was ahead of Redis' clock, ms
     * @param caught the db has been caught up once
     * @param entry index of the entry that failed
     * @param command index of the command that failed, in its record
     */
    record Reply(
            String status,
            Optional<LedgerField> field,
            OptionalLong epoch,
            long now,
            long due,
            long ahead,
            boolean caught,
            String error,
            String kind,
            int entry,
            int command,
            List<Discarded> discarded,
            List<byte[]> keys) {}

    /** A command that was not applied, or only after its key was deleted. */
    record Discarded(int entry, int command, String how, String error) {}

    private final RedisSinkConfig config;
    private final byte[] prefix;
    private final byte[] key;
    private final List<byte[]> policies;

    Ledger(RedisSinkConfig config, boolean asksBeforeConflicts) {
        this.config = config;
        this.prefix = bytes(config.getString(RedisSinkConfig.LEDGER_PREFIX));
        this.key = bytes(config.getString(RedisSinkConfig.LEDGER_PREFIX) + "ledger");
        this.policies = List.of(
                bytes(config.getString(RedisSinkConfig.ON_WRONG_TYPE)),
                bytes(asksBeforeConflicts ? "fail" : config.getString(RedisSinkConfig.ON_CONFLICT)));
    }

    byte[] prefix() {
        return prefix;
    }

    /** Claims a partition; {@code mine} is the token held so far. */
    Opened open(Jedis jedis, String topic, int partition, Optional<String> mine) {
        List<byte[]> args = texts(
                config.getString(RedisSinkConfig.LEDGER_PREFIX),
                config.connector(),
                topic,
                partition,
                mine.orElse("-"),
                Long.toHexString(ThreadLocalRandom.current().nextLong()),
                config.getLong(RedisSinkConfig.EXPIRY_GRACE_MS),
                config.getString(RedisSinkConfig.ON_TARGET_NOT_EMPTY),
                config.getString(RedisSinkConfig.REBUILD));
        List<String> words = Script.OPEN.run(jedis, List.of(key), args).stream()
                .map(Ledger::text)
                .toList();
        return new Opened(words.get(0), words.subList(1, words.size()));
    }

    Reply apply(Jedis jedis, int partition, String owner, Batch batch) {
        List<byte[]> args = new ArrayList<>();
        args.add(prefix);
        args.addAll(texts(partition, owner, batch.epoch(), batch.sequence(), batch.done()));
        args.addAll(policies);
        args.addAll(texts(
                batch.firstPolicy(),
                config.getLong(RedisSinkConfig.EXPIRY_HORIZON_MS),
                batch.place(),
                batch.places(),
                batch.commands()));
        args.add(batch.packed());
        List<byte[]> r = Script.APPLY.run(jedis, List.of(key, due(partition)), args);
        List<Discarded> discarded = new ArrayList<>();
        for (int i = 11; i < r.size(); i += 4) {
            discarded.add(new Discarded(number(r, i), number(r, i + 1), text(r.get(i + 2)), text(r.get(i + 3))));
        }
        return new Reply(
                text(r.get(0)),
                field(r.get(1)),
                longOf(r.get(2)),
                Long.parseLong(text(r.get(3))),
                Long.parseLong(text(r.get(4))),
                Long.parseLong(text(r.get(5))),
                !text(r.get(6)).equals("-"),
                text(r.get(7)),
                text(r.get(8)),
                number(r, 9),
                number(r, 10),
                discarded,
                List.of());
    }

    Reply barrier(Jedis jedis, int partition, String owner, BarrierRecord stop) {
        List<byte[]> args = new ArrayList<>();
        args.add(prefix);
        args.addAll(texts(
                partition,
                owner,
                stop.header().epoch(),
                stop.header().sequence().getAsLong(),
                stop.header().position().orElseThrow(),
                stop.nextOffset(),
                stop.barrier(),
                stop.time()));
        args.addAll(policies);
        args.addAll(texts(
                stop.firstPolicy(),
                config.getLong(RedisSinkConfig.EXPIRY_HORIZON_MS),
                config.getString(RedisSinkConfig.ON_TARGET_NOT_EMPTY),
                config.getString(RedisSinkConfig.ON_NEW_EPOCH),
                config.getLong(RedisSinkConfig.EXPIRY_GRACE_MS),
                stop.cursor(),
                stop.commands().size()));
        stop.commands().forEach(c -> {
            args.add(bytes(String.valueOf(c.size())));
            args.addAll(c.args());
        });
        args.addAll(stop.keysToDelete());
        List<byte[]> r = Script.BARRIER.run(jedis, List.of(key), args);
        String status = text(r.get(0));
        List<Discarded> discarded = new ArrayList<>();
        for (int i = 7; status.equals("passed") && i < r.size(); i += 4) {
            discarded.add(new Discarded(0, number(r, i + 1), text(r.get(i + 2)), text(r.get(i + 3))));
        }
        return new Reply(
                status,
                field(r.get(1)),
                longOf(r.get(2)),
                Long.parseLong(text(r.get(3))),
                0,
                0,
                false,
                text(r.get(4)),
                text(r.get(5)),
                0,
                number(r, 6),
                discarded,
                status.equals("more") ? r.subList(7, r.size()) : List.of());
    }

    /** Empty when the whole db is ready for the cut-over; else who is not, for a person to read. */
    Optional<String> notReady(Jedis jedis) {
        List<byte[]> r = Script.STATUS.run(jedis, List.of(key), List.of(prefix));
        if (text(r.get(0)).equals("1")) {
            return Optional.empty();
        }
        StringBuilder who = new StringBuilder();
        for (int i = 1; i < r.size(); i += 4) {
            who.append(text(r.get(i))).append(" (").append(text(r.get(i + 3))).append(" keys due) ");
        }
        return Optional.of(who.toString().trim());
    }

    private byte[] due(int partition) {
        return bytes(config.getString(RedisSinkConfig.LEDGER_PREFIX) + "due:" + partition);
    }

    static Optional<LedgerField> field(byte[] word) {
        String text = text(word);
        return text.equals("-") ? Optional.empty() : Optional.of(LedgerField.parse(text));
    }

    private static OptionalLong longOf(byte[] word) {
        String text = text(word);
        return text.equals("-") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
    }

    private static int number(List<byte[]> words, int i) {
        return Integer.parseInt(text(words.get(i)));
    }

    private static List<byte[]> texts(Object... parts) {
        List<byte[]> all = new ArrayList<>(parts.length);
        for (Object part : parts) {
            all.add(bytes(part.toString()));
        }
        return all;
    }

    private static String text(byte[] word) {
        return new String(word, StandardCharsets.UTF_8);
    }
}
