package io.pikaconnect.sink;

import io.pikaconnect.redis.Server;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a claim of a partition needs in a cluster besides the control ledger: where all of its slots are. */
final class ClusterClaim {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterClaim.class);

    private final RedisSinkConfig config;
    private final SlotScripts scripts;
    private final AwaySlots away;
    private final byte[] ledger;

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

    /**
     * Finds the place from which all slots of a claimed partition can go on: the least one.
     *
     * @param known gets where they are
     */
    Outcome complete(ClusterLink link, Step.Claim step, Outcome.Claimed claimed, Consumer<SlotPlaces> known) {
        Outcome.Resume place = claimed.place();
        Step.Assignment p = step.assignment();
        if (place.epoch().isEmpty() || p.partition() >= claimed.partitions()) {
            return claimed;
        }
        long epoch = place.epoch().getAsLong();
        SlotPlaces places = new SlotPlaces(epoch, p.partition(), claimed.partitions());
        Set<Integer> gone = new TreeSet<>();
        Map<Integer, SlotScripts.Found> found = scripts.places(link, places.slots(), gone::add);
        if (!gone.isEmpty()) {
            away.isAway(p, gone.iterator().next(), gone.size() + " slots are not served");
            link.refresh();
            return away.later(p);
        }
        away.areBack(p);
        places.setWriter(Optional.ofNullable(link.control().hget(new String(ledger, StandardCharsets.UTF_8), "writer"))
                .orElse(ScriptValues.NONE));
        Map<Long, List<SlotScripts.Found>> byEpoch = found.values().stream()
                .collect(Collectors.groupingBy(
                        f -> f.place().map(SlotPlace::epoch).orElse(-1L)));
        found.forEach((slot, f) -> f.place().filter(at -> at.epoch() == epoch).ifPresent(at -> places.isAt(slot, at)));
        if (byEpoch.keySet().equals(Set.of(epoch))) {
            SlotMark least = leastMark(byEpoch.get(epoch));
            places.setEnd(least);
            known.accept(places);
            return resume(claimed, p, at(place, least), OptionalLong.of(epoch));
        }
        Optional<Long> barrier = Optional.ofNullable(
                        link.control().hget(new String(ledger, StandardCharsets.UTF_8), "b" + p.partition()))
                .map(Long::parseLong);
        boolean areAllOlder = byEpoch.size() == 1 && !byEpoch.containsKey(-1L);
        if (barrier.isEmpty() && areAllOlder) { // the epoch has begun elsewhere, but not here
            long older = byEpoch.keySet().iterator().next();
            SlotPlaces then = new SlotPlaces(older, p.partition(), claimed.partitions());
            then.setWriter(places.writer());
            found.forEach((slot, f) -> then.isAt(slot, f.place().orElseThrow()));
            SlotMark least = leastMark(byEpoch.get(older));
            then.setEnd(least);
            known.accept(then);
            return resume(claimed, p, at(place, least), OptionalLong.of(older));
        }
        if (config.rebuild() == Policy.Rebuild.NEVER && barrier.isPresent() && byEpoch.containsKey(-1L)) {
            return new Outcome.Failed(ClaimRefusal.of(config, p, new LedgerReply.NoLedger()));
        }
        known.accept(places);
        LedgerField begin = place.field().withoutPlace(barrier.orElse(0L));
        return resume(claimed, p, begin, OptionalLong.empty());
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

    private static Outcome resume(Outcome.Claimed claimed, Step.Assignment p, LedgerField field, OptionalLong epoch) {
        LOG.info("{}: the least of its slots is at offset {}", p, field.offset());
        return new Outcome.Claimed(
                new Outcome.Resume(claimed.place().token(), field, epoch),
                claimed.skippedEpochs(),
                claimed.epochWriters(),
                claimed.partitions());
    }
}
