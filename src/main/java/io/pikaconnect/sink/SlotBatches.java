package io.pikaconnect.sink;

import static io.pikaconnect.sink.ScriptValues.text;
import static io.pikaconnect.sink.ScriptValues.texts;

import io.pikaconnect.redis.Server;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The calls of slots.lua, which apply a batch by slot on the nodes that have the slots, on all of them at the same time. */
final class SlotBatches {

    /** What a partition's slots answered, by node, together. */
    record Applied(
            List<SlotResult> results, long nowMs, long aheadMs, boolean late, List<LedgerReply.Discarded> discarded) {}

    private final RedisSinkConfig config;
    private final ClockDifference clockDifference;
    private final String prefix;
    private final List<byte[]> policies;

    SlotBatches(RedisSinkConfig config, boolean asksBeforeConflicts, ClockDifference clockDifference) {
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
     * @param appliedUpTo of all partitions, if slots give to others, in the form that slots.lua reads
     */
    Applied apply(ClusterLink link, long epoch, String writer, List<SlotPart> parts, String appliedUpTo) {
        Map<Server, List<SlotPart>> byNode = new LinkedHashMap<>();
        List<SlotResult> results = new ArrayList<>(parts.size());
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
                    config.getInt(RedisSinkConfig.SCRIPT_MAX_MS),
                    appliedUpTo,
                    its.stream().mapToInt(SlotPart::records).sum()));
            Optional<RestorePayload> payload = payload(link, node, its);
            MessagePackWriter packed = new MessagePackWriter();
            its.forEach(part -> part.addTo(packed, payload));
            args.add(packed.toBytes());
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
            addResults(byNode.get(answer.getKey()), reply.list("left"), results);
        }
        return new Applied(results, now, ahead, late, discarded);
    }

    /** Encodes values as the node takes them, if there may be some. */
    private Optional<RestorePayload> payload(ClusterLink link, Server node, List<SlotPart> parts) {
        return parts.stream()
                .filter(SlotPart::hasSnapshot)
                .findFirst()
                .map(part -> link.restores(node, () -> restores(link, node, part.slot)))
                .filter(forms -> !forms.isEmpty())
                .map(RestorePayload::new);
    }

    private Set<RestorePayload.Form> restores(ClusterLink link, Server node, int slot) {
        List<byte[]> args = texts(prefix + "{" + SlotTags.of(slot) + "}");
        args.addAll(RestoreSamples.all());
        return link.run(Script.FORMS, Map.of(node, args))
                .get(node)
                .optionalText("restores")
                .map(RestoreSamples::taken)
                .orElseGet(Set::of);
    }

    /** @param left the words about those of which something is left */
    private static void addResults(List<SlotPart> parts, List<byte[]> left, List<SlotResult> results) {
        BitSet isLeft = new BitSet();
        for (int i = 0; i < left.size(); i += 7) {
            int number = Integer.parseInt(text(left.get(i)));
            isLeft.set(number);
            String kind = text(left.get(i + 6));
            results.add(new SlotResult(
                    parts.get(number).slot,
                    SlotResult.Status.valueOf(text(left.get(i + 1)).toUpperCase(Locale.ROOT)),
                    SlotScripts.place(left.get(i + 2)),
                    Integer.parseInt(text(left.get(i + 3))),
                    Integer.parseInt(text(left.get(i + 4))),
                    text(left.get(i + 5)),
                    kind.equals(ScriptValues.NONE) ? LedgerReply.FailureKind.ERROR : ReplyParser.failureKind(kind)));
        }
        for (int i = isLeft.nextClearBit(0); i < parts.size(); i = isLeft.nextClearBit(i + 1)) {
            results.add(SlotResult.applied(parts.get(i)));
        }
    }

    private static SlotResult away(int slot, String why) {
        return new SlotResult(slot, SlotResult.Status.AWAY, Optional.empty(), 0, 0, why, LedgerReply.FailureKind.ERROR);
    }
}
