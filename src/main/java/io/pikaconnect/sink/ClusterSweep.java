package io.pikaconnect.sink;

import io.pikaconnect.redis.Server;
import io.pikaconnect.redis.SlotMap;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/**
 * Walks over the nodes of a cluster page by page, for the owner of the lowest partition: deletes keys that have expired by
 * their slot's clock, and releases deadlines if that is wanted.
 */
final class ClusterSweep {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterSweep.class);
    private static final int PAGE = 500;
    private static final long BETWEEN_ROUNDS_NANOS = Duration.ofSeconds(1).toNanos();

    /** Once all is released, a node that has lost writes is looked for so often. */
    private static final long RELEASED_NANOS = Duration.ofSeconds(10).toNanos();

    private static final long LOG_EVERY_NANOS = Duration.ofSeconds(30).toNanos();

    private enum Round {
        NOT_BEGUN,
        EXPIRES,
        RELEASES
    }

    private final Ledger ledger;
    private final SlotScripts scripts;
    private final ClusterKeys keys;
    private final boolean isNative;
    private final TaskClock clock;

    // Guarded by this: the lowest partition may change its sender.
    private Round round = Round.NOT_BEGUN;
    private Optional<SlotMap> slotsAtBegin = Optional.empty();
    private Optional<ClusterLink> linkAtBegin = Optional.empty();
    private boolean isComplete;
    private int node;
    private byte[] cursor = ScanParams.SCAN_POINTER_START_BINARY;
    private long notBefore;
    private Optional<Long> loggedAt = Optional.empty();

    /** @param ledger the control ledger */
    ClusterSweep(RedisSinkConfig config, Ledger ledger, SlotScripts scripts, TaskClock clock) {
        this.ledger = ledger;
        this.scripts = scripts;
        this.keys = new ClusterKeys(config.getString(RedisSinkConfig.LEDGER_PREFIX));
        this.isNative = config.expiryMode() == Policy.ExpiryMode.NATIVE;
        this.clock = clock;
        this.notBefore = clock.nanos();
    }

    /** How long until the next page, ns. */
    synchronized long nanosUntilNextPage(long now) {
        return Math.max(0, notBefore - now);
    }

    /** Runs the next page, if it is time for it. */
    synchronized void runPage(ClusterLink link, Step.Assignment p, String token) {
        long begin = clock.nanos();
        if (nanosUntilNextPage(begin) > 0) {
            return;
        }
        notBefore = begin + BETWEEN_ROUNDS_NANOS; // if it fails
        if (round != Round.NOT_BEGUN && !isAsAtBegin(link)) {
            round = Round.NOT_BEGUN; // a slot that moves could be missed, and a node that is back may be older than
            // it was
        }
        if (round == Round.NOT_BEGUN && !beginRound(link, p, token)) {
            notBefore = begin + RELEASED_NANOS;
            return;
        }
        boolean isOver = page(link, List.copyOf(link.slots().masters()), p.counters());
        long rest = (clock.nanos() - begin)
                * (round == Round.RELEASES ? ExpirySweep.REST_WHILE_REWRITING : ExpirySweep.REST);
        if (isOver) {
            endRound(link, p, token);
        }
        notBefore = clock.nanos() + (isOver ? Math.max(rest, BETWEEN_ROUNDS_NANOS) : rest);
    }

    private boolean isAsAtBegin(ClusterLink link) {
        return slotsAtBegin.equals(Optional.of(link.slots()))
                && linkAtBegin.filter(then -> then == link).isPresent();
    }

    /** Whether there is anything to do. */
    private boolean beginRound(ClusterLink link, Step.Assignment p, String token) {
        slotsAtBegin = Optional.of(link.slots());
        linkAtBegin = Optional.of(link);
        isComplete = true;
        node = 0;
        cursor = ScanParams.SCAN_POINTER_START_BINARY;
        round = isNative ? releaseSlots(link, p, token) : Round.EXPIRES;
        return round != Round.NOT_BEGUN;
    }

    private Round releaseSlots(ClusterLink link, Step.Assignment p, String token) {
        ScriptReply reply = ledger.release(link.control(), p.topicPartition(), token, "ask");
        if (reply.status().equals("refused")) {
            return Round.EXPIRES;
        }
        reply.optionalText("waits-for").ifPresent(why -> logThatItWaits(p, why));
        DeadlineState state = DeadlineState.of(reply.text("deadlines"));
        if (!state.isEndedByRedis()) {
            return Round.EXPIRES;
        }
        int partitions = reply.index("count");
        Set<Integer> fresh = reply.list("fresh").stream()
                .map(partition -> Integer.valueOf(ScriptValues.text(partition)))
                .collect(Collectors.toSet());
        SlotScripts.Released released =
                scripts.release(link, p.topic(), reply.text("grace"), slot -> fresh.contains(slot % partitions));
        isComplete = released.away() == 0 && released.waiting() == 0;
        if (state == DeadlineState.NATIVE && released.changed() == 0 && released.waiting() == 0) {
            return Round.NOT_BEGUN;
        }
        if (state == DeadlineState.NATIVE) { // a node has lost writes
            ledger.release(link.control(), p.topicPartition(), token, "again");
        }
        return Round.RELEASES;
    }

    /** Whether it was the last one of the round. */
    private boolean page(ClusterLink link, List<Server> nodes, SinkCounters counters) {
        if (node >= nodes.size()) {
            return true;
        }
        Server here = nodes.get(node);
        ScanResult<byte[]> page = link.jedis(here).scan(cursor, new ScanParams().count(PAGE));
        Map<Integer, List<byte[]>> bySlot = keys.bySlot(page.getResult());
        isComplete &= bySlot.isEmpty() || scripts.sweep(link, here, bySlot, counters);
        cursor = page.getCursorAsBytes();
        if (page.isCompleteIteration()) {
            cursor = ScanParams.SCAN_POINTER_START_BINARY;
            node++;
        }
        return node == nodes.size();
    }

    private void endRound(ClusterLink link, Step.Assignment p, String token) {
        if (round == Round.RELEASES) {
            link.refreshNow();
            if (isComplete && isAsAtBegin(link) && scripts.noteWalk(link)) {
                ledger.release(link.control(), p.topicPartition(), token, "complete");
            }
        }
        round = Round.NOT_BEGUN;
    }

    private void logThatItWaits(Step.Assignment p, String why) {
        long now = clock.nanos();
        if (loggedAt.filter(last -> now - last < LOG_EVERY_NANOS).isEmpty()) {
            loggedAt = Optional.of(now);
            LOG.info("{}: expiry.mode=native, but deadlines are not released yet: {}", p.topic(), why);
        }
    }
}
