package io.pikaconnect.sink;

import static io.pikaconnect.change.Resp.bytes;

import io.pikaconnect.redis.Server;
import io.pikaconnect.redis.SlotMap;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a claim of a partition needs in a cluster besides the control ledger: where all of its slots are. */
final class ClusterClaim {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterClaim.class);

    private final RedisSinkConfig config;
    private final SlotScripts scripts;
    private final AwaySlots away;
    private final byte[] ledger;

    /** Partitions whose next claim reads all slots. */
    private final Set<TopicPartition> doubted = ConcurrentHashMap.newKeySet();

    ClusterClaim(RedisSinkConfig config, SlotScripts scripts, AwaySlots away) {
        this.config = config;
        this.scripts = scripts;
        this.away = away;
        this.ledger = (config.getString(RedisSinkConfig.LEDGER_PREFIX) + "{" + SlotTags.CONTROL + "}ledger")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** What follows if there is no control ledger and a node holds keys that are not ours. */
    Optional<Outcome> refused(ClusterLink link, Step.Claim step) {
        boolean mayClear = config.onTargetNotEmpty() == Policy.OnTargetNotEmpty.CLEAR;
        if (mayClear || link.control().exists(ledger)) {
            return Optional.empty();
        }
        return foreignKey(link)
                .filter(key -> !link.control().exists(ledger)) // the other partitions have begun
                .map(key ->
                        new Outcome.Failed(ClaimRefusal.of(config, step.assignment(), new LedgerReply.NotEmpty(key))));
    }

    /** A key of any node; without a control ledger there should be none. */
    private Optional<String> foreignKey(ClusterLink link) {
        for (Server node : link.slots().masters()) {
            Optional<byte[]> key = Optional.ofNullable(link.jedis(node).randomBinaryKey());
            if (key.isPresent()) {
                return key.map(k -> new String(k, StandardCharsets.UTF_8));
            }
        }
        return Optional.empty();
    }

    /** All slots are read at the partition's next claim: one of them is in an epoch that the control ledger does not know. */
    void doubt(TopicPartition partition) {
        doubted.add(partition);
    }

    /**
     * Finds the place from which all slots of a claimed partition can go on: the least one.
     *
     * @param known gets where they are
     */
    Outcome complete(ClusterLink link, Step.Claim step, Outcome.Claimed claimed, Consumer<SlotPlaces> known) {
        Step.Assignment p = step.assignment();
        OptionalLong epoch = claimed.place().epoch();
        if (epoch.isPresent() && p.partition() >= claimed.partitions()) {
            return claimed.inCluster(claimed.place(), 0);
        }
        boolean areAllRead = epoch.isEmpty() || doubted.contains(p.topicPartition());
        SlotPlaces places = new SlotPlaces(epoch.orElse(0), p.partition(), Math.max(1, claimed.partitions()));
        Set<Integer> gone = new TreeSet<>();
        Map<Integer, SlotScripts.Found> found = scripts.places(
                link, p.topic(), areAllRead ? IntStream.range(0, SlotMap.SLOTS) : places.slots(), gone::add);
        if (!gone.isEmpty()) {
            away.isAway(p, gone.iterator().next(), gone.size() + " slots are not served");
            link.refresh();
            return away.later(p);
        }
        away.areBack(p);
        long newest = found.values().stream()
                .mapToLong(SlotScripts.Found::epoch)
                .max()
                .orElse(-1);
        if (newest > epoch.orElse(-1)) {
            if (!areAllRead) {
                doubt(p.topicPartition());
                return complete(link, step, claimed, known);
            }
            return fromEpoch(newest, claimed, p);
        }
        doubted.remove(p.topicPartition());
        if (epoch.isEmpty()) {
            return claimed.inCluster(claimed.place(), 0);
        }
        found.keySet().removeIf(slot -> !places.has(slot));
        return inEpoch(link, p, claimed, found, places, known);
    }

    /** The control ledger has lost that an epoch has begun: its barrier is read again, and notes it. */
    private Outcome fromEpoch(long newest, Outcome.Claimed claimed, Step.Assignment p) {
        Outcome.Resume place = claimed.place();
        LOG.warn(
                "{}: slots of the cluster are in epoch {}, but their control ledger in {}: its node has lost writes. Reading again"
                        + " from offset {} to where that epoch begins",
                p,
                newest,
                place.epoch().isPresent() ? String.valueOf(place.epoch().getAsLong()) : "none",
                place.field().offset());
        return claimed.inCluster(withoutEpoch(place, place.field().offset()), newest);
    }

    private Outcome inEpoch(
            ClusterLink link,
            Step.Assignment p,
            Outcome.Claimed claimed,
            Map<Integer, SlotScripts.Found> found,
            SlotPlaces places,
            Consumer<SlotPlaces> known) {
        long epoch = places.epoch();
        places.setWriter(Optional.ofNullable(link.control().hget(ledger, bytes("writer")))
                .map(ScriptValues::text)
                .orElse(ScriptValues.NONE));
        List<SlotScripts.Found> begun =
                found.values().stream().filter(f -> f.epoch() == epoch).toList();
        found.forEach((slot, f) -> f.place().filter(at -> at.epoch() == epoch).ifPresent(at -> places.isAt(slot, at)));
        known.accept(places);
        if (begun.size() == found.size()) {
            SlotMark least = leastMark(begun);
            places.setEnd(least);
            LOG.info("{}: the least of its slots is at offset {}", p, least.offset());
            return claimed.inCluster(
                    new Outcome.Resume(claimed.place().token(), at(claimed.place(), least), OptionalLong.of(epoch)), 0);
        }
        // Until its barrier is noted, the partition's own field is before it.
        long barrier = Optional.ofNullable(link.control().hget(ledger, bytes("b" + p.partition())))
                .map(ScriptValues::longOf)
                .map(OptionalLong::getAsLong)
                .orElse(claimed.place().field().offset());
        boolean hasLost = begun.stream().anyMatch(ClusterClaim::isAfterBegin);
        if (config.rebuild() == Policy.Rebuild.NEVER
                && hasLost
                && found.values().stream().anyMatch(f -> f.place().isEmpty())) {
            return new Outcome.Failed(ClaimRefusal.of(config, p, new LedgerReply.NoLedger()));
        }
        LOG.info(
                "{}: {} of its {} slots have not begun epoch {}, reading from offset {}",
                p,
                found.size() - begun.size(),
                found.size(),
                epoch,
                barrier);
        return claimed.inCluster(withoutEpoch(claimed.place(), barrier), epoch);
    }

    /** No slot gets there before all slots of its partition have begun the epoch. */
    private static boolean isAfterBegin(SlotScripts.Found slot) {
        return slot.place().orElseThrow().sequence() > 0
                || slot.mark().orElseThrow().sequence() > 0;
    }

    private static SlotMark leastMark(List<SlotScripts.Found> slots) {
        return slots.stream()
                .map(found -> found.mark().orElseThrow())
                .min(Comparator.comparingLong(SlotMark::offset))
                .orElseThrow();
    }

    private static LedgerField at(Outcome.Resume place, SlotMark mark) {
        LedgerField field = place.field();
        return new LedgerField(
                field.owner(),
                OptionalLong.of(mark.sequence()),
                Optional.of(mark.position()),
                mark.offset(),
                0,
                Math.max(mark.clockMs(), 0),
                0,
                ScriptValues.NONE);
    }

    private static Outcome.Resume withoutEpoch(Outcome.Resume place, long offset) {
        return new Outcome.Resume(place.token(), place.field().withoutPlace(offset), OptionalLong.empty());
    }
}
