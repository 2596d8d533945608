package io.pikaconnect.sink;

import static io.pikaconnect.change.Resp.bytes;
import static io.pikaconnect.sink.ScriptValues.longOf;
import static io.pikaconnect.sink.ScriptValues.text;
import static io.pikaconnect.sink.ScriptValues.texts;

import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.Writer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import redis.clients.jedis.Jedis;

/**
 * The sink's own keys in a db, and the calls of the scripts that change them together with the data.
 *
 * <pre>
 * &lt;prefix&gt;ledger                    hash, see {@link LedgerField}
 * &lt;prefix&gt;uncounted                 hash: set, how many of its members the master does not count
 * &lt;prefix&gt;given:&lt;partition&gt;         hash: what commands of other partitions need, see {@link Share}
 * &lt;prefix&gt;stage:&lt;partition&gt;:&lt;slot&gt;  hash: the pieces so far of a large argument, by offset
 * </pre>
 */
final class Ledger {

    /**
     * The source that writes the topic.
     *
     * @param epoch that the ledger is in
     * @param text the epoch's writer, {@code -} if the ledger does not have it
     */
    record CurrentWriter(OptionalLong epoch, String text) {

        Optional<Writer> writer() {
            return ScriptValues.writer(text);
        }
    }

    /** A note in the ledger is valid for so long: if any task runs, it was renewed several times since. */
    private static final long NOTE_VALID_MS = 10_000;

    /** As in given.lua. */
    private static final int MOST_GIVEN = 1_000;

    private final RedisSinkConfig config;
    private final ClockDifference clockDifference;
    private final TaskClock clock;
    private final Supplier<Optional<String>> cluster;
    private final String prefix;
    private final byte[] key;
    private final List<byte[]> policies;

    /**
     * @param prefix of its own keys
     * @param cluster the id of the Kafka cluster, where it is known
     */
    Ledger(
            RedisSinkConfig config,
            String prefix,
            boolean asksBeforeConflicts,
            ClockDifference clockDifference,
            Supplier<Optional<String>> cluster,
            TaskClock clock) {
        this.clock = clock;
        this.config = config;
        this.clockDifference = clockDifference;
        this.cluster = cluster;
        this.prefix = prefix;
        this.key = bytes(prefix + "ledger");
        this.policies = List.of(
                bytes(config.onWrongType().word()),
                bytes((asksBeforeConflicts ? Policy.OnConflict.FAIL : config.onConflict()).word()));
    }

    /** The owner of that partition, for {@link #claim}. */
    String owner(Jedis jedis, int partition) {
        return Optional.ofNullable(jedis.hget(key, bytes("p" + partition)))
                .flatMap(ScriptValues::field)
                .map(LedgerField::owner)
                .orElse(ScriptValues.NONE);
    }

    /**
     * Claims a partition.
     *
     * @param mine the token held so far
     * @param seen the owner that was read before; the claim is refused if it is another one by now
     */
    LedgerReply.Claim claim(Jedis jedis, String topic, int partition, Optional<String> mine, String seen) {
        List<byte[]> args = texts(
                prefix,
                config.connector(),
                topic,
                partition,
                mine.orElse(ScriptValues.NONE),
                Long.toHexString(ThreadLocalRandom.current().nextLong()) + WorkerHost.SUFFIX,
                config.getLong(RedisSinkConfig.EXPIRY_GRACE_MS),
                config.onTargetNotEmpty().word(),
                config.rebuild().word(),
                config.expiryMode().word(),
                config.isGiven(RedisSinkConfig.EXPIRY_MODE) ? 1 : 0,
                seen,
                config.getString(RedisSinkConfig.LEDGER_TAKEOVER),
                cluster.get().orElse(ScriptValues.NONE),
                KeySettings.text(config));
        args.addAll(RestoreSamples.all());
        return ReplyParser.claim(run(Script.OPEN, jedis, args));
    }

    /** The source that writes the topic, as far as the ledger has it. */
    CurrentWriter currentWriter(Jedis jedis) {
        List<byte[]> r = jedis.hmget(key, bytes("epoch"), bytes("writer"));
        return new CurrentWriter(
                r.get(0) == null ? OptionalLong.empty() : longOf(r.get(0)),
                r.get(1) == null ? ScriptValues.NONE : text(r.get(1)));
    }

    /** Notes who writes the topic from now on, and an epoch to pass over. */
    LedgerReply.Noted noteWriter(
            Jedis jedis,
            TopicPartition tp,
            String owner,
            CurrentWriter seen,
            String writer,
            OptionalLong skippedEpoch) {
        List<byte[]> args = texts(
                prefix,
                tp.partition(),
                owner,
                seen.text(),
                writer,
                skippedEpoch.isPresent() ? skippedEpoch.getAsLong() : ScriptValues.NONE);
        return ReplyParser.writer(run(Script.WRITER, jedis, args));
    }

    /**
     * @param drained nothing after the batch waits
     * @param mostCommands after which the script is to pause
     */
    LedgerReply.Apply apply(
            Jedis jedis, TopicPartition tp, String owner, Batch batch, boolean drained, OptionalInt mostCommands) {
        List<byte[]> args = new ArrayList<>();
        args.add(bytes(prefix));
        args.addAll(texts(tp.partition(), owner, batch.epoch(), batch.sequence(), batch.commandsDone()));
        args.addAll(policies);
        args.addAll(texts(word(batch.firstPolicy()), batch.endPlace()));
        args.add(batch.entryPlaces());
        args.addAll(texts(
                batch.commands(),
                clockDifference.ms(tp.topic()),
                drained ? 1 : 0,
                config.onLongAbsence().word(),
                config.getInt(RedisSinkConfig.SCRIPT_MAX_MS),
                mostCommands.isPresent() ? mostCommands.getAsInt() : ScriptValues.NONE));
        args.add(batch.packed());
        long asked = clockDifference.workerMs();
        ScriptReply reply = run(Script.APPLY, jedis, args);
        clockDifference.redisReplied(asked, reply.number("now"));
        return ReplyParser.apply(reply);
    }

    LedgerReply.Pass barrier(Jedis jedis, TopicPartition tp, String owner, BarrierRecord stop) {
        List<byte[]> args = new ArrayList<>();
        args.add(bytes(prefix));
        args.addAll(texts(
                tp.partition(),
                owner,
                stop.header().epoch(),
                stop.header().sequence().getAsLong(),
                stop.header().position().orElseThrow(),
                stop.nextOffset(),
                stop.barrier(),
                stop.time()));
        args.addAll(policies);
        args.addAll(texts(
                word(stop.firstPolicy()),
                clockDifference.ms(tp.topic()),
                config.onTargetNotEmpty().word(),
                config.onNewEpoch().word(),
                config.getLong(RedisSinkConfig.EXPIRY_GRACE_MS),
                config.onLongAbsence().word(),
                stop.cursor(),
                config.getInt(RedisSinkConfig.SCRIPT_MAX_MS),
                stop.commandsToRun().size()));
        stop.commandsToRun().forEach(c -> {
            args.add(bytes(String.valueOf(c.size())));
            args.addAll(c.args());
        });
        return ReplyParser.barrier(run(Script.BARRIER, jedis, args));
    }

    /**
     * In a cluster's control ledger: an epoch begins.
     *
     * @param found state of deadlines in slots that are in the epoch already, which the ledger has lost
     */
    ScriptReply begin(
            Jedis jedis, TopicPartition tp, String owner, BarrierRecord barrier, Optional<DeadlineState> found) {
        List<byte[]> args =
                texts(prefix, tp.partition(), owner, barrier.header().epoch(), barrier.barrier());
        args.addAll(barrier.commandsToRun().get(0).args().subList(1, 3));
        args.addAll(texts(
                config.onNewEpoch().word(),
                config.getLong(RedisSinkConfig.EXPIRY_GRACE_MS),
                barrier.record().originalKafkaOffset(),
                found.map(DeadlineState::toString).orElse(ScriptValues.NONE)));
        return run(Script.BEGIN, jedis, args);
    }

    /**
     * In a cluster's control ledger: release of deadlines.
     *
     * @param what as in release.lua
     */
    ScriptReply release(Jedis jedis, TopicPartition tp, String owner, String what) {
        return run(
                Script.RELEASE,
                jedis,
                texts(
                        prefix,
                        tp.partition(),
                        owner,
                        what,
                        config.onLongAbsence().word(),
                        config.getLong(RedisSinkConfig.EXPIRY_GRACE_MS),
                        clockDifference.ms(tp.topic())));
    }

    /** In a cluster's control ledger: a change came too late for a Redis that expires keys itself. */
    void noteStale(Jedis jedis, long nowMs) {
        jedis.hsetnx(key, bytes("stale"), bytes(String.valueOf(nowMs)));
    }

    /**
     * In a cluster's control ledger: the partition is applied up to that place.
     *
     * @param newest source time of the last record or tick, 0 in the snapshot
     * @return empty if the partition is another task's by now
     */
    Optional<LedgerReply.Applied> note(
            Jedis jedis, TopicPartition tp, String owner, long epoch, SlotMark end, String newest, boolean drained) {
        List<byte[]> args = texts(
                prefix,
                tp.partition(),
                owner,
                epoch,
                end.sequence(),
                end.position(),
                end.offset(),
                end.clockMs(),
                newest,
                clockDifference.ms(tp.topic()),
                drained ? 1 : 0);
        long asked = clockDifference.workerMs();
        ScriptReply reply = run(Script.NOTE, jedis, args);
        clockDifference.redisReplied(asked, reply.number("now"));
        return reply.status().equals("refused")
                ? Optional.empty()
                : Optional.of(new LedgerReply.Applied(reply.field("field"), reply.number("now"), 0, List.of()));
    }

    /**
     * Reads the status of the whole db, and notes it in the ledger.
     *
     * @param owners tokens of the task, by partition
     */
    LedgerReply.Status status(Jedis jedis, TopicPartition tp, String owner, Map<Integer, String> owners) {
        List<byte[]> args =
                texts(prefix, tp.partition(), owner, config.expiryMode().word());
        owners.forEach((partition, token) -> args.addAll(texts(partition, token)));
        long asked = clockDifference.workerMs();
        ScriptReply reply = run(Script.STATUS, jedis, args);
        clockDifference.redisReplied(asked, reply.number("now"));
        return ReplyParser.status(reply, clock.nanos());
    }

    /** The status that another task noted in the ledger. */
    DatabaseStatus notedStatus(Jedis jedis) {
        List<String> r = jedis.hmget(prefix + "ledger", "ready", "looked", "deadlines", "stale", "partitions");
        long now = Long.parseLong(jedis.time().get(0)) * 1_000;
        long looked = Optional.ofNullable(r.get(1)).map(Long::parseLong).orElse(0L);
        return new DatabaseStatus(
                "1".equals(r.get(0)),
                clock.nanos() + TimeUnit.MILLISECONDS.toNanos(looked + NOTE_VALID_MS - now),
                DeadlineState.of(Optional.ofNullable(r.get(2)).orElse("holding")),
                r.get(3) != null,
                ReplyParser.partitions(Optional.ofNullable(r.get(4)).orElse(ScriptValues.NONE)),
                looked(now, looked));
    }

    private static String word(Optional<Policy.OnConflict> policy) {
        return policy.map(Policy::word).orElse(ScriptValues.NONE);
    }

    private static String looked(long now, long looked) {
        if (looked == 0) {
            return "no task has noted a status in the ledger";
        }
        return now - looked < NOTE_VALID_MS
                ? "as the other tasks noted in the ledger"
                : "no task has read the status for " + (now - looked) / 1_000 + " s";
    }

    /** In a cluster's control ledger: the epoch that a partition has begun, if it is a later one. */
    OptionalLong begunAfter(Jedis jedis, long epoch, int partition) {
        List<byte[]> r = jedis.hmget(key, bytes("epoch"), bytes("b" + partition));
        OptionalLong now = r.get(0) == null || r.get(1) == null ? OptionalLong.empty() : longOf(r.get(0));
        return now.isPresent() && now.getAsLong() > epoch ? now : OptionalLong.empty();
    }

    /** Reads the places of a barrier's participants. */
    BarrierPoller.Participants participants(Jedis jedis, Barrier barrier) {
        List<Integer> partitions = List.copyOf(barrier.partitions());
        List<byte[]> names = new ArrayList<>(texts("epoch"));
        partitions.forEach(p -> names.add(bytes("p" + p)));
        List<byte[]> values = jedis.hmget(key, names.toArray(byte[][]::new));
        Map<Integer, LedgerField> fields = new HashMap<>();
        for (int i = 0; i < partitions.size(); i++) {
            byte[] value = values.get(i + 1);
            if (value != null) {
                fields.put(partitions.get(i), LedgerField.parse(text(value)));
            }
        }
        byte[] epoch = values.get(0);
        return new BarrierPoller.Participants(epoch == null ? 0 : Long.parseLong(text(epoch)), fields);
    }

    /** Whether what a share of a command waits for may have happened. */
    boolean mayContinue(Jedis jedis, int partition, ShareWait wait) {
        boolean isOver = Optional.ofNullable(jedis.hget(key, bytes("p" + wait.partition())))
                .flatMap(ScriptValues::field)
                .filter(wait::isOver)
                .isPresent();
        return isOver
                || wait.position()
                        .map(position -> jedis.hexists(given(wait.partition()), bytes(partition + ":" + position)))
                        .orElseGet(() -> jedis.hlen(given(partition)) < MOST_GIVEN);
    }

    private byte[] given(int partition) {
        return bytes(prefix + "given:" + partition);
    }

    /** Does one page of the walk over the db. */
    LedgerReply.SweptPage sweepPage(Jedis jedis, TopicPartition tp, String owner, String cursor, int keys) {
        List<byte[]> args = texts(
                prefix,
                tp.partition(),
                owner,
                config.expiryMode().word(),
                config.onLongAbsence().word(),
                config.getLong(RedisSinkConfig.EXPIRY_GRACE_MS),
                clockDifference.ms(tp.topic()),
                cursor,
                keys);
        return ReplyParser.sweptPage(run(Script.SWEEP, jedis, args));
    }

    /**
     * In a cluster's control ledger: the topic is applied again from the start of the epoch.
     *
     * @return whether the partition is the task's
     */
    boolean refill(Jedis jedis, TopicPartition tp, String owner) {
        return run(Script.REFILL, jedis, texts(prefix, tp.partition(), owner))
                .status()
                .equals("done");
    }

    /** Has the topic applied again from its start; the first barrier empties the db. */
    void rebuild(Jedis jedis, TopicPartition tp, String owner) {
        run(Script.REBUILD, jedis, texts(prefix, tp.partition(), owner));
    }

    private ScriptReply run(Script script, Jedis jedis, List<byte[]> args) {
        return new ScriptReply(script.run(jedis, List.of(key), args));
    }
}
