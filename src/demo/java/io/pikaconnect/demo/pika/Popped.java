package io.pikaconnect.demo.pika;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which members an SPOP takes: indices into the members in byte order, from the default generator of the servers' C++
 * library, {@code x = 16807 x mod 2147483647}, seeded with the second (binlog-commands 11, T-SPOP).
 */
final class Popped {

    private static final long FACTOR = 16_807;
    private static final long MODULUS = 2_147_483_647;
    private static final int FIRST_ONES = 50;

    private Popped() {}

    /** None where the set counts less than nothing. */
    static List<Bytes> of(CountedSet set, long count, long second, PikaRelease release) {
        List<Bytes> members = List.copyOf(set.members());
        long x = second % MODULUS == 0 ? 1 : second % MODULUS;
        if (set.count() <= 0) {
            return List.of();
        }
        if (!release.logsPieces()) {
            int index = (int) (x * FACTOR % MODULUS % Math.min(set.count(), FIRST_ONES));
            return List.of(members.get(index));
        }
        if (count >= set.count()) {
            return members.subList(0, set.count());
        }
        Set<Integer> indices = new LinkedHashSet<>();
        while (indices.size() < count) {
            x = x * FACTOR % MODULUS;
            indices.add((int) (x % set.count()));
        }
        List<Bytes> popped = new ArrayList<>();
        indices.forEach(i -> popped.add(members.get(i)));
        return popped;
    }
}
