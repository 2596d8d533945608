package io.pikaconnect.sink;

import static io.pikaconnect.change.Resp.bytes;
import static io.pikaconnect.sink.ScriptValues.text;
import static io.pikaconnect.sink.ScriptValues.texts;

import io.pikaconnect.redis.Server;
import io.pikaconnect.redis.SlotMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;

/**
 * The calls of the scripts that work on slots of a cluster, for the node that has them. Each slot has its own ledger:
 *
 * <pre>
 * &lt;prefix&gt;{tag}ledger    hash: place ({@link SlotPlace}), mark ({@link SlotMark}), deadlines, grace, held (as {@link LedgerField})
 * </pre>
 */
final class SlotScripts {

    /** What a partition's slots answered, by node, together. */
    record Applied(
            List<SlotResult> results, long nowMs, long aheadMs, boolean late, List<LedgerReply.Discarded> discarded) {}

    /** Slots a call: each costs Redis some microseconds. */
    private static final int SLOTS_A_CALL = 1_000;

    private static final String AWAY = "away";

    private final RedisSinkConfig config;
    private final ClockDifference clockDifference;
    private final String prefix;
    private final List<byte[]> policies;

    SlotScripts(RedisSinkConfig config, boolean asksBeforeConflicts, ClockDifference clockDifference) {
        this.config = config;
        this.clockDifference = clockDifference;
        this.prefix = config.getString(RedisSinkConfig.LEDGER_PREFIX);
        this.policies = texts(
                config.onWrongType().word(),
                (asksBeforeConflicts ? Policy.OnConflict.FAIL : config.onConflict()).word());
    }

    /**
     * Applies parts of a batch.
     *
     * @param writer of the epoch, as the ledger has it
     */
    Applied apply(ClusterLink link, TopicPartition tp, long epoch, String writer, List<SlotPart> parts) {
        Map<Server, List<SlotPart>> byNode = new LinkedHashMap<>();
        List<SlotResult> results = new ArrayList<>();
        for (SlotPart part : parts) {
            link.master(part.slot)
                    .ifPresentOrElse(
                            node -> byNode.computeIfAbsent(node, n -> new ArrayList<>())
                                    .add(part),
                            () -> results.add(away(part.slot, "no node has it")));
        }
        Map<Server, List<byte[]>> calls = new LinkedHashMap<>();
        byNode.forEach((node, its) -> {
            List<byte[]> args = texts(prefix, epoch);
            args.addAll(policies);
            args.addAll(texts(
                    config.onLongAbsence().word(),
                    writer,
                    config.getLong(RedisSinkConfig.EXPIRY_GRACE_MS),
                    config.getInt(RedisSinkConfig.SCRIPT_MAX_MS)));
            its.forEach(part -> part.addTo(args));
            calls.put(node, args);
        });
        long asked = clockDifference.workerMs();
        long now = 0;
        long ahead = 0;
        boolean late = false;
        List<LedgerReply.Discarded> discarded = new ArrayList<>();
        for (Map.Entry<Server, ScriptReply> answer :
                link.run(Script.SLOTS, calls).entrySet()) {
            ScriptReply reply = answer.getValue();
            now = reply.number("now");
            clockDifference.redisReplied(asked, now);
            ahead = Math.max(ahead, reply.number("ahead"));
            late |= reply.text("late").equals("1");
            discarded.addAll(ReplyParser.discarded(reply));
            results.addAll(results(byNode.get(answer.getKey()), reply.list("results")));
        }
        return new Applied(results, now, ahead, late, discarded);
    }

    private static List<SlotResult> results(List<SlotPart> parts, List<byte[]> words) {
        List<SlotResult> results = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            String kind = text(words.get(6 * i + 5));
            results.add(new SlotResult(
                    parts.get(i).slot,
                    SlotResult.Status.valueOf(text(words.get(6 * i)).toUpperCase(Locale.ROOT)),
                    place(words.get(6 * i + 1)),
                    Integer.parseInt(text(words.get(6 * i + 2))),
                    Integer.parseInt(text(words.get(6 * i + 3))),
                    text(words.get(6 * i + 4)),
                    kind.equals(ScriptValues.NONE) ? LedgerReply.FailureKind.ERROR : ReplyParser.failureKind(kind)));
        }
        return results;
    }

    private static SlotResult away(int slot, String why) {
        return new SlotResult(slot, SlotResult.Status.AWAY, Optional.empty(), 0, 0, why, LedgerReply.FailureKind.ERROR);
    }

    private static Optional<SlotPlace> place(byte[] word) {
        String text = text(word);
        return text.equals(ScriptValues.NONE) ? Optional.empty() : Optional.of(SlotPlace.parse(text));
    }

    /** What a slot's ledger holds. */
    record Found(Optional<SlotPlace> place, Optional<SlotMark> mark) {}

    /**
     * Reads the ledgers of slots.
     *
     * @param away gets those that no node answers for
     */
    Map<Integer, Found> places(ClusterLink link, IntStream slots, IntConsumer away) {
        Map<Integer, Found> found = new HashMap<>();
        inCalls(
                link,
                slots,
                Script.PLACES,
                List.of(bytes(prefix)),
                (slot, args) -> args.add(tag(slot)),
                away,
                calls -> {
                    List<byte[]> words = calls.reply().list("results");
                    for (int i = 0; i < calls.slots().size(); i++) {
                        int slot = calls.slots().get(i);
                        if (text(words.get(2 * i)).equals(AWAY)) {
                            away.accept(slot);
                        } else {
                            String mark = text(words.get(2 * i + 1));
                            found.put(
                                    slot,
                                    new Found(
                                            place(words.get(2 * i)),
                                            mark.equals(ScriptValues.NONE)
                                                    ? Optional.empty()
                                                    : Optional.of(SlotMark.parse(mark))));
                        }
                    }
                });
        return found;
    }

    /** Notes the partition's end in its slots; returns whether each slot has what the task thinks it has. */
    boolean mark(ClusterLink link, SlotPlaces places) {
        SlotMark mark = places.end().orElseThrow();
        List<String> lost = new ArrayList<>();
        inCalls(
                link,
                places.slots(),
                Script.MARKS,
                texts(prefix, places.epoch(), mark, mark.clockMs()),
                (slot, args) -> args.addAll(texts(SlotTags.of(slot), places.sequence(slot))),
                slot -> {},
                calls -> calls.reply().list("lost").forEach(tag -> lost.add(text(tag))));
        return lost.isEmpty();
    }

    /** How far the slots of a barrier are. */
    enum Progress {
        DONE,
        PAUSED,
        AWAY,
        REFUSED
    }

    /**
     * Empties slots, or only moves them, past a barrier.
     *
     * @param what begin, flush or pass, as in emptied.lua
     * @param slots that are still before it
     * @param away gets those that no node answers for
     */
    Progress empty(ClusterLink link, SlotPlaces places, String what, IntStream slots, SlotMark mark, IntConsumer away) {
        TreeSet<Progress> progress = new TreeSet<>(List.of(Progress.DONE));
        IntConsumer isAway = slot -> {
            progress.add(Progress.AWAY);
            away.accept(slot);
        };
        inCalls(
                link,
                slots,
                Script.EMPTIED,
                texts(
                        prefix,
                        what,
                        places.epoch(),
                        mark.sequence(),
                        mark.clockMs(),
                        mark,
                        config.getInt(RedisSinkConfig.SCRIPT_MAX_MS)),
                (slot, args) -> args.addAll(texts(SlotTags.of(slot), slot)),
                isAway,
                calls -> {
                    List<byte[]> words = calls.reply().list("results");
                    for (int i = 0; i < calls.slots().size(); i++) {
                        int slot = calls.slots().get(i);
                        switch (text(words.get(2 * i))) {
                            case "done" ->
                                places.isAt(slot, place(words.get(2 * i + 1)).orElseThrow());
                            case "paused" -> progress.add(Progress.PAUSED);
                            case AWAY -> isAway.accept(slot);
                            default -> progress.add(Progress.REFUSED);
                        }
                    }
                });
        return progress.last();
    }

    /** Deletes these keys of that node in slots that are before the barrier; returns whether the slots are there. */
    boolean remove(ClusterLink link, Server node, Map<Integer, List<byte[]>> keys, long epoch, long sequence) {
        List<byte[]> args = texts(prefix, epoch, sequence);
        addKeys(keys, args);
        return link.run(Script.REMOVED, Map.of(node, args)).get(node).list(AWAY).isEmpty();
    }

    private static void addKeys(Map<Integer, List<byte[]>> keys, List<byte[]> args) {
        keys.forEach((slot, its) -> {
            args.addAll(texts(SlotTags.of(slot), its.size()));
            args.addAll(its);
        });
    }

    /**
     * Sweeps these keys, which are of that node: see swept.lua.
     *
     * @return whether their slots are there
     */
    boolean sweep(ClusterLink link, Server node, Map<Integer, List<byte[]>> keys, SinkCounters counters) {
        List<byte[]> args = texts(prefix);
        addKeys(keys, args);
        ScriptReply reply = link.run(Script.SWEPT, Map.of(node, args)).get(node);
        counters.add(SinkCounter.EXPIRED_KEYS, reply.index("expired"));
        counters.add(SinkCounter.REWRITTEN_DEADLINES, reply.index("rewritten"));
        return reply.index(AWAY) == 0;
    }

    /** How many slots get native deadlines only now, and how many are not there. */
    record Released(int changed, int away) {}

    /** From now on all slots get native deadlines. */
    Released release(ClusterLink link, String grace) {
        int[] sums = new int[2];
        inCalls(
                link,
                IntStream.range(0, SlotMap.SLOTS),
                Script.RELEASED,
                texts(prefix, grace),
                (slot, args) -> args.add(tag(slot)),
                slot -> sums[1]++,
                calls -> {
                    sums[0] += calls.reply().index("changed");
                    sums[1] += calls.reply().index(AWAY);
                });
        return new Released(sums[0], sums[1]);
    }

    /** The reply to a call, and the slots that it was about, in the same order. */
    private record Answer(List<Integer> slots, ScriptReply reply) {}

    /** Calls a script for many slots, several times for each node if need be. */
    private static void inCalls(
            ClusterLink link,
            IntStream slots,
            Script script,
            List<byte[]> head,
            BiConsumer<Integer, List<byte[]>> argsOf,
            IntConsumer away,
            Consumer<Answer> answered) {
        Map<Server, List<Integer>> byNode = new LinkedHashMap<>();
        slots.forEach(slot -> link.master(slot)
                .ifPresentOrElse(
                        node -> byNode.computeIfAbsent(node, n -> new ArrayList<>())
                                .add(slot),
                        () -> away.accept(slot)));
        for (int from = 0; !byNode.isEmpty(); from += SLOTS_A_CALL) {
            int begin = from;
            byNode.values().removeIf(its -> its.size() <= begin);
            Map<Server, List<Integer>> asked = new LinkedHashMap<>();
            Map<Server, List<byte[]>> calls = new LinkedHashMap<>();
            byNode.forEach((node, its) -> {
                List<Integer> page = its.subList(begin, Math.min(its.size(), begin + SLOTS_A_CALL));
                List<byte[]> args = new ArrayList<>(head);
                page.forEach(slot -> argsOf.accept(slot, args));
                asked.put(node, page);
                calls.put(node, args);
            });
            link.run(script, calls).forEach((node, reply) -> answered.accept(new Answer(asked.get(node), reply)));
        }
    }

    private static byte[] tag(int slot) {
        return bytes(SlotTags.of(slot));
    }
}
