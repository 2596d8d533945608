package io.pikaconnect.change;

import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The record header {@value #NAME}: the partitions that a barrier is on.
 *
 * <p>Text form {@code p0+p3}, ascending.
 */
public record Barrier(SortedSet<Integer> partitions) {

    public static final String NAME = "pika.barrier";

    /** On the partitions 0 to {@code partitions} - 1: every one of a topic. */
    public static Barrier onAll(int partitions) {
        return new Barrier(IntStream.range(0, partitions).boxed().collect(Collectors.toCollection(TreeSet::new)));
    }

    /** A barrier on the partitions of these keys. */
    public static Barrier onKeys(List<byte[]> keys, int partitions) {
        return new Barrier(keys.stream()
                .map(key -> KeySlot.partition(key, partitions))
                .collect(Collectors.toCollection(TreeSet::new)));
    }

    /**
     * Reads the text form; surrounding quotes are ignored.
     *
     * @throws IllegalArgumentException if the text is not such a header
     */
    public static Barrier parse(String text) {
        SortedSet<Integer> partitions = new TreeSet<>();
        for (String p : text.replace("\"", "").split("\\+", -1)) {
            if (!p.matches("p\\d{1,9}")) {
                throw new IllegalArgumentException("not a " + NAME + " header: " + text);
            }
            partitions.add(Integer.parseInt(p.substring(1)));
        }
        return new Barrier(partitions);
    }

    @Override
    public String toString() {
        return Arrays.stream(partitions.toArray()).map(p -> "p" + p).collect(Collectors.joining("+"));
    }
}
