package io.pikaconnect.sink;

import io.pikaconnect.redis.Server;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Calls of a script for many slots, on the nodes that have them, several for each node if need be.
 *
 * @param head words before those of the slots
 * @param argsOf adds the words of a slot
 * @param away gets slots that no node has
 */
record SlotCalls(
        ClusterLink link,
        Script script,
        List<byte[]> head,
        BiConsumer<Integer, List<byte[]>> argsOf,
        IntConsumer away) {

    /** Slots a call: each costs Redis some microseconds. */
    private static final int SLOTS_A_CALL = 1_000;

    /** The reply to a call, and the slots that it was about, in the same order. */
    record Answer(List<Integer> slots, ScriptReply reply) {}

    void run(IntStream slots, Consumer<Answer> answered) {
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
}
