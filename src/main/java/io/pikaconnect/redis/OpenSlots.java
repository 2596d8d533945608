package io.pikaconnect.redis;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * What a node answers to CLUSTER NODES of slots that are on their way from or to it, which no other node knows.
 *
 * @param leaving what is left of their keys is still here
 * @param coming some of their keys may be here already
 * @param idle host:port of the masters that have no slots: they may be given their first
 */
record OpenSlots(Set<Integer> leaving, Set<Integer> coming, List<String> idle) {

    /** The words of a line before its slots. */
    private static final int WORDS = 8;

    /**
     * Reads the reply: a line for each node, with the name of its host where it announces one.
     *
     * <pre>
     * 67ed… 127.0.0.1:12002@22002,node-2 myself,master - 0 0 2 connected 5461-10922 [93-&gt;-292f…] [77-&lt;-e7d1…]
     * 07c3… 127.0.0.1:12004@22004,node-4 master        - 0 0 0 connected
     * </pre>
     *
     * @param host of the node that was asked: if that is the name that it announces, the others are called by theirs, too
     */
    static OpenSlots of(String nodes, String host) {
        Set<Integer> leaving = new HashSet<>();
        Set<Integer> coming = new HashSet<>();
        List<String[]> lines = nodes.lines()
                .map(line -> line.split(" "))
                .filter(words -> words.length >= WORDS)
                .toList();
        lines.stream().filter(words -> is(words, "myself")).forEach(words -> {
            for (int i = WORDS; i < words.length; i++) {
                add(words[i], "->-", leaving::add);
                add(words[i], "-<-", coming::add);
            }
        });
        boolean byName = lines.stream()
                .anyMatch(words -> is(words, "myself") && name(words[1]).equals(host));
        List<String> idle = lines.stream()
                .filter(words -> words.length == WORDS && is(words, "master") && words[7].equals("connected"))
                .map(words -> address(words[1], byName))
                .filter(address -> !address.startsWith(":"))
                .toList();
        return new OpenSlots(leaving, coming, idle);
    }

    /** Empty if there is none. */
    private static String name(String node) {
        String[] parts = node.split(",");
        return parts.length > 1 ? parts[1] : "";
    }

    private static String address(String node, boolean byName) {
        String address = node.substring(0, node.indexOf('@'));
        return byName && !name(node).isEmpty() ? name(node) + address.substring(address.lastIndexOf(':')) : address;
    }

    private static boolean is(String[] words, String flag) {
        return List.of(words[2].split(",")).contains(flag);
    }

    private static void add(String word, String arrow, IntConsumer slots) {
        int at = word.indexOf(arrow);
        if (word.startsWith("[") && at > 0) {
            slots.accept(Integer.parseInt(word, 1, at, 10));
        }
    }
}
