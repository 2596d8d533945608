package io.pikaconnect.sink;

import static io.pikaconnect.change.Resp.bytes;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.KeySlot;
import io.pikaconnect.change.Resp;
import io.pikaconnect.failure.TaskFailure;
import io.pikaconnect.redis.Server;
import io.pikaconnect.redis.SlotMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Jedis;

/**
 * A delete by pattern that takes the first keys of a cluster, in byte order of their names. Each partition notes which of its own keys
 * may be among them, and deletes its share once all have. Used by all senders of a task.
 *
 * <pre>
 * &lt;prefix&gt;{control}picked    hash: &lt;epoch&gt;:&lt;position&gt;:&lt;partition&gt;, its keys as a RESP array; a note never changes
 * &lt;prefix&gt;{control}picking   list of these fields, the oldest first
 * </pre>
 */
final class FirstKeys {

    private static final Logger LOG = LoggerFactory.getLogger(FirstKeys.class);
    private static final long LOG_EVERY_NANOS = Duration.ofSeconds(30).toNanos();

    /** Notes are kept for so many deletes: a node that is older after a failover needs them again. */
    private static final int KEPT_DELETES = 100;

    private final Ledger ledger;
    private final SlotScripts scripts;
    private final AwaySlots away;
    private final TaskClock clock;
    private final ClusterKeys keys;
    private final String prefix;
    private final byte[] picked;
    private final byte[] picking;

    /** @param ledger the control ledger */
    FirstKeys(RedisSinkConfig config, Ledger ledger, SlotScripts scripts, AwaySlots away, TaskClock clock) {
        this.ledger = ledger;
        this.scripts = scripts;
        this.away = away;
        this.clock = clock;
        this.prefix = config.getString(RedisSinkConfig.LEDGER_PREFIX);
        this.keys = new ClusterKeys(prefix);
        this.picked = bytes(config.ledgerPrefix() + "picked");
        this.picking = bytes(config.ledgerPrefix() + "picking");
    }

    /**
     * Deletes those of the partition.
     *
     * @return what follows if that is not complete; empty if the slots that have none of the keys have only to be taken past it
     */
    Optional<Outcome> delete(ClusterLink link, Step.AwaitBarrier step, SlotPlaces known, Command command) {
        BarrierRecord barrier = step.barrier();
        int own = step.assignment().partition();
        String delete =
                barrier.header().epoch() + ":" + barrier.header().position().orElseThrow() + ":";
        List<Integer> partitions = List.copyOf(barrier.barrier().partitions());
        List<byte[]> notes = link.control()
                .hmget(picked, partitions.stream().map(p -> bytes(delete + p)).toArray(byte[][]::new));
        if (notes.get(partitions.indexOf(own)) == null) {
            return Optional.of(note(link, step, known, command, delete + own));
        }
        for (int i = 0; i < partitions.size(); i++) {
            if (notes.get(i) == null) {
                boolean neverComes = ledger.begunAfter(link.control(), known.epoch(), partitions.get(i))
                        .isPresent();
                return neverComes ? Optional.empty() : Optional.of(wait(step, partitions.get(i)));
            }
        }
        Map<Integer, List<byte[]>> bySlot = new TreeMap<>();
        notes.stream()
                .flatMap(note -> Resp.parse(note).get(0).args().stream().skip(1))
                .sorted(Arrays::compareUnsigned)
                .limit(limit(command))
                .filter(key -> known.has(KeySlot.slot(key)))
                .forEach(key -> bySlot.computeIfAbsent(KeySlot.slot(key), s -> new ArrayList<>())
                        .add(key));
        bySlot.keySet()
                .removeIf(slot ->
                        known.sequence(slot) >= barrier.header().sequence().getAsLong());
        return bySlot.isEmpty() ? Optional.empty() : delete(link, step, known, bySlot);
    }

    private static int limit(Command command) {
        return Integer.parseInt(command.text(3));
    }

    /** Notes which keys of the partition may be among the first ones. */
    private Outcome note(ClusterLink link, Step.AwaitBarrier step, SlotPlaces known, Command command, String field) {
        BarrierRecord barrier = step.barrier();
        Step.Assignment p = step.assignment();
        long sequence = barrier.header().sequence().getAsLong();
        if (known.slots().anyMatch(slot -> known.sequence(slot) >= sequence)) {
            return new Outcome.Failed(isGone(barrier));
        }
        link.refreshNow();
        SlotMap before = link.slots();
        TreeSet<byte[]> first = new TreeSet<>(Arrays::compareUnsigned);
        boolean isComplete = keys.walk(link, command, (node, bySlot) -> {
            bySlot.keySet().removeIf(slot -> !known.has(slot));
            boolean isHere = bySlot.isEmpty() || addCandidates(link, node, bySlot, barrier, first);
            while (first.size() > limit(command)) {
                first.pollLast();
            }
            return isHere;
        });
        link.refreshNow();
        if (!isComplete || !before.equals(link.slots())) {
            away.isAway(p, known.slots().findFirst().orElse(0), "slots were moved during a delete of many keys");
            return away.later(p);
        }
        away.areBack(p);
        SlotScripts.Marked marked = scripts.mark(link, known);
        if (marked.isLost()) {
            LOG.info("{}: a node of the cluster has lost writes; reading again from its place", p);
            return new Outcome.Unclaimed();
        }
        if (marked.isAway()) {
            away.isAway(p, known.slots().findFirst().orElse(0), "a slot is not where it was");
            link.refresh();
            return away.later(p);
        }
        List<byte[]> words = new ArrayList<>(List.of(bytes(field)));
        words.addAll(first);
        Jedis control = link.control();
        if (control.hsetnx(picked, bytes(field), Resp.encode(List.of(new Command(words)))) == 1) {
            long most = (long) KEPT_DELETES * known.partitions();
            for (long left = control.rpush(picking, bytes(field)); left > most; left--) {
                control.hdel(picked, control.lpop(picking));
            }
        }
        return new Outcome.Again();
    }

    /** Whether the slots are there. */
    private boolean addCandidates(
            ClusterLink link,
            Server node,
            Map<Integer, List<byte[]>> bySlot,
            BarrierRecord barrier,
            TreeSet<byte[]> candidates) {
        List<byte[]> args = ScriptValues.texts(prefix, barrier.time());
        bySlot.forEach((slot, its) -> {
            args.addAll(ScriptValues.texts(SlotTags.of(slot), its.size()));
            args.addAll(its);
        });
        ScriptReply reply = link.run(Script.CANDIDATES, Map.of(node, args)).get(node);
        candidates.addAll(reply.list("keys"));
        return reply.list("away").isEmpty();
    }

    private Outcome wait(Step.AwaitBarrier step, int partition) {
        BarrierRecord barrier = step.barrier();
        long waited = barrier.unloggedWait(clock.nanos(), LOG_EVERY_NANOS);
        if (waited > 0) {
            LOG.warn(
                    "{}: waiting for {} s at the barrier {}; missing: p{}",
                    step.assignment(),
                    waited / 1_000_000_000L,
                    barrier,
                    partition);
        }
        return new Outcome.Later(barrier.nanosUntilNextCheck());
    }

    private Optional<Outcome> delete(
            ClusterLink link, Step.AwaitBarrier step, SlotPlaces known, Map<Integer, List<byte[]>> bySlot) {
        BarrierRecord barrier = step.barrier();
        Step.Assignment p = step.assignment();
        Map<Server, List<Integer>> byNode = new LinkedHashMap<>();
        bySlot.keySet()
                .forEach(slot -> link.master(slot)
                        .ifPresent(node -> byNode.computeIfAbsent(node, n -> new ArrayList<>())
                                .add(slot)));
        Map<Server, List<byte[]>> calls = new LinkedHashMap<>();
        byNode.forEach((node, slots) -> {
            List<byte[]> args = ScriptValues.texts(
                    prefix,
                    known.epoch(),
                    barrier.header().sequence().getAsLong(),
                    Math.max(
                            barrier.time().equals(ScriptValues.NONE)
                                    ? 0
                                    : barrier.header().timeMs(),
                            known.end().map(SlotMark::clockMs).orElse(0L)));
            slots.forEach(slot -> {
                args.addAll(ScriptValues.texts(
                        SlotTags.of(slot),
                        known.sequence(slot),
                        bySlot.get(slot).size()));
                args.addAll(bySlot.get(slot));
            });
            calls.put(node, args);
        });
        int[] left = {bySlot.size()};
        boolean[] isRefused = {false};
        link.run(Script.PICKED, calls).forEach((node, reply) -> {
            List<byte[]> words = reply.list("results");
            for (int i = 0; i < byNode.get(node).size(); i++) {
                switch (ScriptValues.text(words.get(2 * i))) {
                    case "done" -> {
                        known.isAt(byNode.get(node).get(i), SlotPlace.parse(ScriptValues.text(words.get(2 * i + 1))));
                        left[0]--;
                    }
                    case "refused" -> isRefused[0] = true;
                    default -> {}
                }
            }
        });
        if (isRefused[0]) {
            return Optional.of(new Outcome.Unclaimed());
        }
        if (left[0] > 0) {
            away.isAway(p, bySlot.keySet().iterator().next(), left[0] + " slots are not served");
            link.refresh();
            return Optional.of(away.later(p));
        }
        away.areBack(p);
        return Optional.empty();
    }

    private static TaskFailure isGone(BarrierRecord barrier) {
        return TaskFailure.of(
                ChangeRecord.describe(barrier.record()),
                "Nodes of the cluster have lost so much that a delete of the first keys of a pattern has to be done again, and which"
                        + " keys these were is not kept any more",
                "Have the cluster filled again from the topic: stop the sink, empty all nodes (FLUSHALL), and start it.");
    }
}
