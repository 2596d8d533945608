package io.pikaconnect.demo.pika;

import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A set's members, and how many its master counts: fewer, once an SREM named a member twice. What the master counts as 0
 * is empty to it, whatever is left.
 */
final class CountedSet {

    private final TreeSet<Bytes> members = new TreeSet<>();
    private int count;

    CountedSet() {}

    CountedSet(Collection<Bytes> members) {
        this.members.addAll(members);
        count = this.members.size();
    }

    /** For reading. */
    SortedSet<Bytes> members() {
        return members;
    }

    int count() {
        return count;
    }

    boolean isEmpty() {
        return count == 0;
    }

    boolean contains(Bytes member) {
        return members.contains(member);
    }

    boolean add(Bytes member) {
        boolean added = members.add(member);
        count += added ? 1 : 0;
        return added;
    }

    /** How many of these it has, repetitions included. */
    int countOf(List<Bytes> named) {
        return (int) named.stream().filter(members::contains).count();
    }

    /** Decrements the count for each as often as it is named. */
    void remove(List<Bytes> named) {
        count -= countOf(named);
        named.forEach(members::remove);
    }
}
