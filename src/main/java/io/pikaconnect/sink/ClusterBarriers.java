package io.pikaconnect.sink;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Escaped;
import io.pikaconnect.change.Operation;
import io.pikaconnect.change.Resp;
import io.pikaconnect.failure.TaskFailure;
import io.pikaconnect.redis.SlotMap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Jedis;

/**
 * Takes partitions past barriers in a cluster. What concerns the whole db needs no other partition: each does it in its own
 * slots, one after the other. Used by all senders of a task.
 */
final class ClusterBarriers {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterBarriers.class);
    private static final byte[] EVERY = {'*'};

    private final Ledger ledger;
    private final SlotScripts scripts;
    private final ClusterClaim claims;
    private final WriterGuard writers;
    private final AwaySlots away;
    private final ClusterKeys keys;
    private final FirstKeys first;
    private final boolean mayClear;

    ClusterBarriers(
            RedisSinkConfig config,
            Ledger ledger,
            SlotScripts scripts,
            ClusterClaim claims,
            WriterGuard writers,
            AwaySlots away,
            FirstKeys first) {
        this.first = first;
        this.ledger = ledger;
        this.scripts = scripts;
        this.claims = claims;
        this.writers = writers;
        this.away = away;
        this.mayClear = config.onTargetNotEmpty() == Policy.OnTargetNotEmpty.CLEAR;
        this.keys = new ClusterKeys(config.getString(RedisSinkConfig.LEDGER_PREFIX));
    }

    /**
     * @param known where the slots are; empty before the first epoch
     * @param changed gets it where another epoch begins
     */
    Outcome await(ClusterLink link, Step.AwaitBarrier step, Optional<SlotPlaces> known, Consumer<SlotPlaces> changed) {
        BarrierRecord barrier = step.barrier();
        long epoch = barrier.header().epoch();
        if (barrier.startsEpoch()) {
            return begin(link, step, known, changed);
        }
        if (known.isEmpty() || known.get().epoch() < epoch && !known.get().isVoid(epoch)) {
            return new Outcome.Unclaimed();
        }
        if (known.get().epoch() != epoch) {
            return new Outcome.Done(barrier, Optional.empty());
        }
        Command command = barrier.commands().get(0);
        if (barrier.commands().size() == 1 && command.name().equals("flushdb")) {
            return through(link, step, known.get(), "flush", known.get().slots());
        }
        if (barrier.commands().stream().allMatch(ClusterBarriers::isDeleteWithoutLimit)) {
            return delete(link, step, known.get(), barrier.commands());
        }
        if (barrier.commands().size() == 1 && command.name().equals(Operation.PATTERNDEL)) {
            return first.delete(link, step, known.get(), command)
                    .orElseGet(() -> through(link, step, known.get(), "pass", IntStream.empty()));
        }
        return new Outcome.Failed(severalSlots(barrier.record(), command));
    }

    private static boolean isDeleteWithoutLimit(Command command) {
        return command.name().equals(Operation.FLUSHTYPE)
                || command.name().equals(Operation.PATTERNDEL) && Integer.parseInt(command.text(3)) == 0;
    }

    /** Walks over all keys; if a slot is moved at the same time it is done again. */
    private Outcome delete(ClusterLink link, Step.AwaitBarrier step, SlotPlaces known, List<Command> commands) {
        Step.Assignment p = step.assignment();
        long sequence = step.barrier().header().sequence().getAsLong();
        link.refreshNow();
        SlotMap before = link.slots();
        Set<Integer> changed =
                step.barrier().changedSlots(); // only these have to be taken past it: in all others it does nothing
        Set<SlotScripts.Progress> ended = EnumSet.noneOf(SlotScripts.Progress.class);
        ClusterKeys.Page remove = (node, bySlot) -> {
            bySlot.keySet().removeIf(slot -> !known.has(slot));
            changed.addAll(bySlot.keySet());
            ended.add(
                    bySlot.isEmpty() ? SlotScripts.Progress.DONE : scripts.remove(link, node, bySlot, known, sequence));
            return !ended.contains(SlotScripts.Progress.REFUSED) && !ended.contains(SlotScripts.Progress.AWAY);
        };
        boolean isComplete = commands.stream()
                .allMatch(command -> command.name().equals(Operation.FLUSHTYPE)
                        ? keys.walk(link, EVERY, command.text(1), remove)
                        : keys.walk(link, command, remove));
        if (ended.contains(SlotScripts.Progress.REFUSED)) {
            LOG.info("{}: a slot is not where it was; reading again from its place", p);
            return new Outcome.Unclaimed();
        }
        link.refreshNow();
        if (!isComplete || !before.equals(link.slots())) {
            away.isAway(p, known.slots().findFirst().orElse(0), "slots were moved during a delete of many keys");
            return away.later(p);
        }
        return through(link, step, known, "pass", changed.stream().mapToInt(slot -> slot));
    }

    /** A key that is not the sink's own. */
    private Optional<String> foreignKey(ClusterLink link) {
        List<String> found = new ArrayList<>();
        keys.walk(link, EVERY, "*", (node, bySlot) -> {
            bySlot.values().stream().flatMap(List::stream).limit(1).forEach(key -> found.add(ScriptValues.text(key)));
            return found.isEmpty();
        });
        return found.stream().findFirst();
    }

    private Outcome begin(
            ClusterLink link, Step.AwaitBarrier step, Optional<SlotPlaces> known, Consumer<SlotPlaces> changed) {
        BarrierRecord barrier = step.barrier();
        Step.Assignment p = step.assignment();
        long epoch = barrier.header().epoch();
        Jedis control = link.control();
        Ledger.CurrentWriter now = ledger.currentWriter(control);
        if (now.epoch().isPresent() && now.epoch().getAsLong() > epoch) { // void
            known.ifPresent(k -> k.othersAreIn(now.epoch().getAsLong()));
            return new Outcome.Done(barrier, Optional.empty());
        }
        SlotPlaces places = known.filter(k -> k.epoch() == epoch)
                .orElseGet(() -> new SlotPlaces(
                        epoch, p.partition(), barrier.barrier().partitions().size()));
        Map<Integer, SlotScripts.Found> begun = Map.of();
        if (!now.epoch().equals(OptionalLong.of(epoch))) {
            begun = scripts.places(link, p.topic(), places.slots(), slot -> {});
            if (begun.values().stream().anyMatch(slot -> slot.epoch() > epoch)) {
                claims.doubt(p.topicPartition());
                return new Outcome.Unclaimed();
            }
            begun.values().removeIf(slot -> slot.epoch() < epoch);
        }
        if (!now.epoch().equals(OptionalLong.of(epoch)) && begun.isEmpty()) {
            Optional<Outcome> refused = writers.refuse(control, step);
            if (refused.isPresent()) {
                return refused.get();
            }
            if (now.epoch().isEmpty() && !mayClear) {
                Optional<String> foreign = foreignKey(link)
                        .filter(key -> ledger.currentWriter(control).epoch().isEmpty());
                if (foreign.isPresent()) {
                    return new Outcome.Failed(Applier.notEmptyAnyMore(barrier, foreign.get()));
                }
            }
        }
        ScriptReply reply = ledger.begin(control, p.topicPartition(), step.token(), barrier, deadlines(begun.values()));
        switch (reply.status()) {
            case "begun" -> {}
            case "refused" -> {
                return new Outcome.Unclaimed();
            }
            case "caught-up-before" -> {
                return new Outcome.Failed(Applier.caughtUpBefore(barrier, reply.text("epoch")));
            }
            default -> {
                return new Outcome.Again();
            }
        }
        if (!begun.isEmpty()) {
            LOG.info("{}: the control ledger has epoch {} again, in which slots are", p, epoch);
            return new Outcome.Unclaimed(); // the claim finds the least place of the slots
        }
        places.setWriter(barrier.writer().map(Object::toString).orElse(ScriptValues.NONE));
        changed.accept(places);
        return through(link, step, places, "begin", places.slots());
    }

    /** What the control ledger has to know of slots that have begun the epoch it has lost; empty if there are none. */
    private static Optional<DeadlineState> deadlines(Collection<SlotScripts.Found> begun) {
        if (begun.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                begun.stream().anyMatch(SlotScripts.Found::isNative) ? DeadlineState.NATIVE : DeadlineState.HELD);
    }

    /** Takes those of the slots past the barrier that are before it. */
    private Outcome through(ClusterLink link, Step.AwaitBarrier step, SlotPlaces places, String what, IntStream slots) {
        BarrierRecord barrier = step.barrier();
        Step.Assignment p = step.assignment();
        long sequence = barrier.header().sequence().getAsLong();
        long time =
                barrier.time().equals(ScriptValues.NONE) ? 0 : barrier.header().timeMs();
        long clock = what.equals("begin")
                ? 0
                : Math.max(time, places.end().map(SlotMark::clockMs).orElse(0L));
        SlotMark mark = new SlotMark(
                barrier.nextOffset(), sequence, barrier.header().position().orElseThrow(), clock);
        IntConsumer isAway = slot -> away.isAway(p, slot, "it is not served");
        Set<Integer> empty = barrier.emptySlots();
        IntStream left = slots.filter(slot -> places.sequence(slot) < sequence && !empty.contains(slot));
        SlotScripts.Emptied emptied = scripts.empty(link, p.topic(), places, what, left, mark, empty::add, isAway);
        switch (emptied.progress()) {
            case NOT_EMPTY -> {
                return new Outcome.Failed(stranger(barrier, emptied.stranger().orElseThrow()));
            }
            case VOID -> {
                claims.doubt(p.topicPartition());
                return new Outcome.Unclaimed();
            }
            case REFUSED -> {
                return new Outcome.Unclaimed();
            }
            case AWAY -> {
                link.refresh();
                return away.later(p);
            }
            case PAUSED -> {
                return new Outcome.Again();
            }
            case DONE -> away.areBack(p);
        }
        places.setEnd(mark);
        Optional<LedgerReply.Applied> noted = ledger.note(
                link.control(), p.topicPartition(), step.token(), places.epoch(), mark, String.valueOf(time), true);
        if (noted.isEmpty()) {
            return new Outcome.Unclaimed();
        }
        p.counters().increment(SinkCounter.BARRIERS);
        LOG.debug("{}: past {}", p, barrier);
        return new Outcome.Done(barrier, Optional.of(noted.get().field()));
    }

    /** {@code on.target.not.empty=fail}, and nobody knows whose keys those of the slot are. */
    private static ConnectException stranger(BarrierRecord barrier, Map.Entry<Integer, String> key) {
        return TaskFailure.of(
                ChangeRecord.describe(barrier.record()),
                "Slot " + key.getKey()
                        + " of the cluster has no ledger of this topic, so it has to be filled again, but it is not"
                        + " empty; it holds, for instance, the key " + Escaped.text(Resp.bytes(key.getValue())),
                "If the slot is half moved, finish that (redis-cli --cluster fix). Otherwise delete what has been written there, or"
                        + " set on.target.not.empty=clear to have everything in such slots deleted.");
    }

    /** A command that cannot be done right in a cluster. */
    static ConnectException severalSlots(SinkRecord record, Command command) {
        return TaskFailure.of(
                ChangeRecord.describe(record),
                command.name().toUpperCase(Locale.ROOT)
                        + " is about keys of several slots, which no node of a cluster can change together: " + command,
                "Nothing of it was applied. Give such keys a common hash tag in Pika, or use a Redis that is no cluster.");
    }
}
