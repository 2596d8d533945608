package io.pikaconnect.redis;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Why a cluster is down, by what one of its nodes answers to CLUSTER NODES, and what to do. */
final class DownReason {

    /** The words of a line before its slots. */
    private static final int WORDS = 8;

    private static final int ADDRESS = 1;
    private static final int FLAGS = 2;

    private DownReason() {}

    /**
     * Reads the reply: a line for each node, as {@link OpenSlots} has it. One that does not answer is {@code fail?} for the node that
     * was asked, {@code fail} once most masters say so.
     *
     * <pre>
     * 292f… 127.0.0.1:12003@22003 master,fail - 1426238318243 1426238318243 3 disconnected 10923-16383
     * </pre>
     */
    static String of(String nodes) {
        List<String[]> withSlots = nodes.lines()
                .map(line -> line.split(" "))
                .filter(words -> words.length > WORDS)
                .toList();
        String away = withSlots.stream()
                .filter(DownReason::isAway)
                .map(words ->
                        words[ADDRESS].substring(0, words[ADDRESS].indexOf('@')) + " (slots " + slots(words) + ")")
                .collect(Collectors.joining(", "));
        if (!away.isEmpty()) {
            return "away is " + away
                    + ". Start it again with its data, or have a replica of it take over (CLUSTER FAILOVER"
                    + " TAKEOVER)";
        }
        BitSet served = new BitSet();
        withSlots.forEach(words -> served(words).forEach(served::set));
        int free = served.nextClearBit(0);
        return free < SlotMap.SLOTS
                ? SlotMap.SLOTS - served.cardinality() + " slots have no node, for instance " + free
                        + ". Give them to nodes (redis-cli --cluster fix)"
                : "CLUSTER INFO of its nodes has why";
    }

    private static boolean isAway(String[] words) {
        return words[FLAGS].contains("fail");
    }

    private static String slots(String[] words) {
        return Arrays.stream(words)
                .skip(WORDS)
                .filter(word -> !word.startsWith("["))
                .collect(Collectors.joining(" "));
    }

    private static IntStream served(String[] words) {
        return Arrays.stream(words)
                .skip(WORDS)
                .filter(word -> !word.startsWith("["))
                .map(word -> word.split("-"))
                .flatMapToInt(range ->
                        IntStream.rangeClosed(Integer.parseInt(range[0]), Integer.parseInt(range[range.length - 1])));
    }
}
