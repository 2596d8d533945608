package io.pikaconnect.binlog;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The members that one command names, in the order of their first mention. Takes a few bytes for each element, since
 * there may be millions.
 *
 * @param first index of the argument with which the first element that names a member starts
 * @param last index of the argument with which the last such element starts
 * @param times how many elements name the member
 */
record DistinctMembers(int[] first, int[] last, int[] times) {

    /** Bits of an entry for the element's number; the others are bits of its member's hash. */
    private static final int NUMBER_BITS = 28;

    private static final int MOST_ELEMENTS = 1 << NUMBER_BITS;

    /**
     * @param from index of the first element's first argument
     * @param width arguments per element, the last of which is its member
     */
    static DistinctMembers of(List<byte[]> args, int from, int width) {
        int elements = (args.size() - from) / width;
        int[] last = new int[elements];
        int[] times = times(elements, last, i -> args.get(from + i * width + width - 1));
        int members = (int) Arrays.stream(times).filter(n -> n > 0).count();
        DistinctMembers distinct = new DistinctMembers(new int[members], new int[members], new int[members]);
        int member = 0;
        for (int i = 0; i < elements; i++) {
            if (times[i] > 0) {
                distinct.first[member] = from + i * width;
                distinct.last[member] = from + last[i] * width;
                distinct.times[member++] = times[i];
            }
        }
        return distinct;
    }

    int members() {
        return first.length;
    }

    /**
     * How often the member of each element is named in total; 0 if an earlier element names it.
     *
     * @param last receives, where that is not 0, the last element that names it
     */
    private static int[] times(int elements, int[] last, IntFunction<byte[]> member) {
        if (elements > MOST_ELEMENTS) {
            throw new IllegalArgumentException("it has more elements than " + MOST_ELEMENTS);
        }
        long[] byHash = new long[elements];
        for (int i = 0; i < elements; i++) {
            byHash[i] = hash(member.apply(i)) << NUMBER_BITS | i;
        }
        Arrays.sort(byHash);
        int[] times = new int[elements];
        int begin = 0;
        for (int at = 0; at < elements; at++) {
            if (byHash[at] >>> NUMBER_BITS != byHash[begin] >>> NUMBER_BITS) {
                begin = at;
            }
            int first = firstOfSame(byHash, begin, at, member);
            times[first]++;
            last[first] = number(byHash[at]); // entries of the same hash are in the order of the elements
        }
        return times;
    }

    /** The first of the elements that have the same hash as the one at {@code at}, and the same member. */
    private static int firstOfSame(long[] byHash, int begin, int at, IntFunction<byte[]> member) {
        int element = number(byHash[at]);
        if (begin < at) {
            byte[] its = member.apply(element);
            for (int i = begin; i < at; i++) {
                int earlier = number(byHash[i]);
                if (Arrays.equals(its, member.apply(earlier))) {
                    return earlier;
                }
            }
        }
        return element;
    }

    private static int number(long entry) {
        return (int) entry & (MOST_ELEMENTS - 1);
    }

    private static long hash(byte[] member) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : member) {
            hash = (hash ^ b) * 0x100000001b3L;
        }
        return hash ^ hash >>> 32;
    }
}
