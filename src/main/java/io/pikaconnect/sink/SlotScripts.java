package io.pikaconnect.sink;

import static io.pikaconnect.change.Resp.bytes;
import static io.pikaconnect.sink.ScriptValues.text;
import static io.pikaconnect.sink.ScriptValues.texts;

import io.pikaconnect.redis.Server;
import io.pikaconnect.redis.SlotMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The calls of the scripts that work on slots of a cluster, for the node that has them. Each slot has its own ledger:
 *
 * <pre>
 * &lt;prefix&gt;{tag}ledger    hash: topic and id of the Kafka cluster that it is of; place ({@link SlotPlace}), mark
 *                         ({@link SlotMark}); deadlines, grace, held (as {@link LedgerField}); walked: no key has a held deadline
 * </pre>
 */
final class SlotScripts {

    private static final String AWAY = "away";

    private final RedisSinkConfig config;
    private final ClockDifference clockDifference;
    private final Supplier<Optional<String>> kafka;
    private final String prefix;

    /** @param kafka the id of the Kafka cluster, where it is known */
    SlotScripts(RedisSinkConfig config, ClockDifference clockDifference, Supplier<Optional<String>> kafka) {
        this.config = config;
        this.clockDifference = clockDifference;
        this.kafka = kafka;
        this.prefix = config.getString(RedisSinkConfig.LEDGER_PREFIX);
    }

    static Optional<SlotPlace> place(byte[] word) {
        String text = text(word);
        return text.equals(ScriptValues.NONE) ? Optional.empty() : Optional.of(SlotPlace.parse(text));
    }

    /**
     * What a slot's ledger holds.
     *
     * @param isNative whether the slot's new deadlines are native
     */
    record Found(Optional<SlotPlace> place, Optional<SlotMark> mark, boolean isNative) {

        static final Found NOTHING = new Found(Optional.empty(), Optional.empty(), false);

        /** Of the place; before any other where there is none. */
        long epoch() {
            return place.map(SlotPlace::epoch).orElse(-1L);
        }
    }

    /**
     * Reads the ledgers of slots. One of another topic counts as none.
     *
     * @param away gets those that no node answers for
     */
    Map<Integer, Found> places(ClusterLink link, String topic, IntStream slots, IntConsumer away) {
        Map<Integer, Found> found = new HashMap<>();
        new SlotCalls(link, Script.PLACES, List.of(bytes(prefix)), (slot, args) -> args.add(tag(slot)), away)
                .run(slots, answer -> {
                    List<byte[]> words = answer.reply().list("results");
                    for (int i = 0; i < answer.slots().size(); i++) {
                        int slot = answer.slots().get(i);
                        List<byte[]> its = words.subList(5 * i, 5 * i + 5);
                        if (text(its.get(0)).equals(AWAY)) {
                            away.accept(slot);
                        } else {
                            found.put(slot, isOf(topic, its.get(2), its.get(3)) ? found(its) : Found.NOTHING);
                        }
                    }
                });
        return found;
    }

    private static Found found(List<byte[]> words) {
        String mark = text(words.get(1));
        return new Found(
                place(words.get(0)),
                mark.equals(ScriptValues.NONE) ? Optional.empty() : Optional.of(SlotMark.parse(mark)),
                text(words.get(4)).equals("native"));
    }

    /** As in emptied.lua: what is not noted may be ours. */
    private boolean isOf(String topic, byte[] itsTopic, byte[] itsCluster) {
        String ofTopic = text(itsTopic);
        String ofCluster = text(itsCluster);
        return (ofTopic.equals(ScriptValues.NONE) || ofTopic.equals(topic))
                && (ofCluster.equals(ScriptValues.NONE)
                        || kafka.get().filter(id -> !id.equals(ofCluster)).isEmpty());
    }

    /**
     * What became of marks.
     *
     * @param isLost whether a slot has less than the task thinks
     * @param isAway whether a slot is not where it was, so that what it has is unknown
     */
    record Marked(boolean isLost, boolean isAway) {}

    /** Notes the partition's end in its slots. */
    Marked mark(ClusterLink link, SlotPlaces places) {
        SlotMark mark = places.end().orElseThrow();
        int[] counts = new int[2];
        new SlotCalls(
                        link,
                        Script.MARKS,
                        texts(prefix, places.epoch(), mark, mark.clockMs()),
                        (slot, args) -> args.addAll(texts(SlotTags.of(slot), places.sequence(slot))),
                        slot -> counts[1]++)
                .run(places.slots(), answer -> {
                    counts[0] += answer.reply().list("lost").size();
                    counts[1] += answer.reply().list(AWAY).size();
                });
        return new Marked(counts[0] > 0, counts[1] > 0);
    }

    /**
     * Has slots begin that epoch again, with the next time that its barrier is read.
     *
     * @return whether all were there
     */
    boolean retire(ClusterLink link, long epoch, IntStream slots) {
        int[] away = new int[1];
        new SlotCalls(
                        link,
                        Script.RETIRED,
                        texts(prefix, epoch),
                        (slot, args) -> args.add(SlotTags.bytes(slot)),
                        slot -> away[0]++)
                .run(slots, answer -> away[0] += answer.reply().list(AWAY).size());
        return away[0] == 0;
    }

    /** How far the slots of a barrier are. */
    enum Progress {
        DONE,
        PAUSED,
        AWAY,
        /** A ledger was at another place than the task thought. */
        REFUSED,
        /** A ledger is in a later epoch. */
        VOID,
        /** There are keys, but no ledger. */
        NOT_EMPTY
    }

    /**
     * How far they are.
     *
     * @param stranger a slot with keys but no ledger, and one of them
     */
    record Emptied(Progress progress, Optional<Map.Entry<Integer, String>> stranger) {}

    /**
     * Empties slots, or only moves them, past a barrier.
     *
     * @param what begin, flush or pass, as in emptied.lua
     * @param slots that are still before it
     * @param empty gets those in which a FLUSHDB has nothing to do, which stay where they are
     * @param away gets those that no node answers for
     */
    Emptied empty(
            ClusterLink link,
            String topic,
            SlotPlaces places,
            String what,
            IntStream slots,
            SlotMark mark,
            IntConsumer empty,
            IntConsumer away) {
        TreeSet<Progress> progress = new TreeSet<>(List.of(Progress.DONE));
        Map<Integer, String> strangers = new TreeMap<>();
        IntConsumer isAway = slot -> {
            progress.add(Progress.AWAY);
            away.accept(slot);
        };
        new SlotCalls(
                        link,
                        Script.EMPTIED,
                        texts(
                                prefix,
                                what,
                                places.epoch(),
                                mark.sequence(),
                                mark.clockMs(),
                                mark,
                                config.getInt(RedisSinkConfig.SCRIPT_MAX_MS),
                                config.onTargetNotEmpty().word(),
                                topic,
                                kafka.get().orElse(ScriptValues.NONE)),
                        (slot, args) ->
                                args.addAll(texts(SlotTags.of(slot), slot, places.sequence(slot), places.done(slot))),
                        isAway)
                .run(slots, answer -> {
                    List<byte[]> words = answer.reply().list("results");
                    for (int i = 0; i < answer.slots().size(); i++) {
                        int slot = answer.slots().get(i);
                        String status = text(words.get(2 * i));
                        if (status.equals("done")) {
                            places.isAt(slot, place(words.get(2 * i + 1)).orElseThrow());
                        } else if (status.equals(AWAY)) {
                            isAway.accept(slot);
                        } else if (status.equals("empty")) {
                            empty.accept(slot);
                        } else {
                            progress.add(Progress.valueOf(
                                    status.toUpperCase(Locale.ROOT).replace('-', '_')));
                        }
                        if (status.equals("not-empty")) {
                            strangers.put(slot, text(words.get(2 * i + 1)));
                        }
                    }
                });
        return new Emptied(progress.last(), strangers.entrySet().stream().findFirst());
    }

    /** Deletes these keys of that node in slots that are before the barrier, if all of them are where the task thinks. */
    Progress remove(ClusterLink link, Server node, Map<Integer, List<byte[]>> keys, SlotPlaces places, long sequence) {
        List<byte[]> args = texts(prefix, places.epoch(), sequence);
        keys.forEach((slot, its) -> {
            args.addAll(texts(SlotTags.of(slot), places.sequence(slot), places.done(slot), its.size()));
            args.addAll(its);
        });
        ScriptReply reply = link.run(Script.REMOVED, Map.of(node, args)).get(node);
        if (!reply.list("lost").isEmpty()) {
            return Progress.REFUSED;
        }
        return reply.list(AWAY).isEmpty() ? Progress.DONE : Progress.AWAY;
    }

    /**
     * Sweeps these keys, which are of that node: see swept.lua.
     *
     * @return whether their slots are there
     */
    boolean sweep(ClusterLink link, Server node, Map<Integer, List<byte[]>> keys, SinkCounters counters) {
        List<byte[]> args = texts(prefix);
        keys.forEach((slot, its) -> {
            args.addAll(texts(SlotTags.of(slot), its.size()));
            args.addAll(its);
        });
        ScriptReply reply = link.run(Script.SWEPT, Map.of(node, args)).get(node);
        counters.add(SinkCounter.EXPIRED_KEYS, reply.index("expired"));
        counters.add(SinkCounter.REWRITTEN_DEADLINES, reply.index("rewritten"));
        return reply.index(AWAY) == 0;
    }

    /**
     * What a release has found.
     *
     * @param changed slots that get native deadlines only now, or that no walk has been over since they do
     * @param waiting slots that are not fresh, and keep theirs held
     * @param away slots that are not there
     */
    record Released(int changed, int waiting, int away) {}

    /**
     * From now on slots get native deadlines.
     *
     * @param may whether the slot's partition is fresh
     */
    Released release(ClusterLink link, String topic, String grace, IntPredicate may) {
        return release(link, "release", grace, clockDifference.ms(topic), may);
    }

    /** A walk has met every key: notes it in the slots that have native deadlines; returns whether all are there. */
    boolean noteWalk(ClusterLink link) {
        return release(link, "walked", ScriptValues.NONE, 0, slot -> false).away() == 0;
    }

    private Released release(ClusterLink link, String what, String grace, long difference, IntPredicate may) {
        int[] sums = new int[3];
        new SlotCalls(
                        link,
                        Script.RELEASED,
                        texts(prefix, what, grace, difference),
                        (slot, args) -> args.addAll(texts(SlotTags.of(slot), may.test(slot) ? 1 : 0)),
                        slot -> sums[2]++)
                .run(IntStream.range(0, SlotMap.SLOTS), answer -> {
                    sums[0] += answer.reply().index("changed");
                    sums[1] += answer.reply().index("waiting");
                    sums[2] += answer.reply().index(AWAY);
                });
        return new Released(sums[0], sums[1], sums[2]);
    }

    private static byte[] tag(int slot) {
        return bytes(SlotTags.of(slot));
    }
}
