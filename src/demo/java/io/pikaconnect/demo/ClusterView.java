package io.pikaconnect.demo;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import redis.clients.jedis.Jedis;

/**
 * What one node of a cluster knows of all of them: the answer to {@code CLUSTER NODES}, a line for each.
 *
 * <pre>
 * id    address               flags         its master ping pong          epoch link      slots
 * 67ed… 127.0.0.1:12002@22002 myself,master -          0    0             2     connected 5461-10922 [93-&gt;-292f…]
 * 07c3… 127.0.0.1:12004@22004 slave         e7d1…      0    1426238317239 4     connected
 * </pre>
 */
record ClusterView(List<Line> lines) {

    static final int SLOTS = 16_384;

    /**
     * @param master its master's id, of a replica
     * @param slots first to last
     */
    record Line(String id, int port, Set<String> flags, Optional<String> master, List<int[]> slots) {

        private static Line parse(String text) {
            String[] words = text.split(" ");
            String address = words[1].substring(0, words[1].indexOf('@'));
            return new Line(
                    words[0],
                    Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)),
                    Set.of(words[2].split(",")),
                    Optional.of(words[3]).filter(id -> !id.equals("-")),
                    Arrays.stream(words)
                            .skip(8)
                            .filter(range -> !range.startsWith("["))
                            .map(range -> Arrays.stream(range.split("-"))
                                    .mapToInt(Integer::parseInt)
                                    .toArray())
                            .toList());
        }

        IntStream allSlots() {
            return slots.stream().flatMapToInt(range -> IntStream.rangeClosed(range[0], range[range.length - 1]));
        }
    }

    static ClusterView of(Jedis node) {
        return new ClusterView(node.clusterNodes().lines().map(Line::parse).toList());
    }

    Line self() {
        return lines.stream()
                .filter(line -> line.flags.contains("myself"))
                .findFirst()
                .orElseThrow();
    }

    /** Whether it knows all others. */
    boolean isComplete(int nodes) {
        return lines.size() == nodes
                && lines.stream().noneMatch(line -> line.flags.contains("handshake") || line.flags.contains("noaddr"));
    }

    /** Who has which slots, and who is whose replica: the same text in all views that agree. */
    String agreement() {
        TreeMap<String, String> all = new TreeMap<>();
        for (Line line : lines) {
            all.put(
                    line.id,
                    line.master.orElse("master") + " "
                            + line.slots.stream().map(Arrays::toString).toList());
        }
        return all.toString();
    }

    /** The id of each slot's master; null where it knows none. */
    String[] owners() {
        String[] owners = new String[SLOTS];
        lines.forEach(line -> line.allSlots().forEach(slot -> owners[slot] = line.id));
        return owners;
    }
}
