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
     * Reads the reply: a line for each node.
     *
     * <pre>
     * 67ed… 127.0.0.1:12002@22002 myself,master - 0 0 2 connected 5461-10922 [93-&gt;-292f…] [77-&lt;-e7d1…]
     * 07c3… 127.0.0.1:12004@22004 master        - 0 0 0 connected
     * </pre>
     */
    static OpenSlots of(String nodes) {
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
        List<String> idle = lines.stream()
                .filter(words -> words.length == WORDS && is(words, "master") && words[7].equals("connected"))
                .map(words -> words[1].substring(0, words[1].indexOf('@')))
                .filter(address -> !address.startsWith(":"))
                .toList();
        return new OpenSlots(leaving, coming, idle);
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
