package io.pikaconnect.demo.pika;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The members of a sorted set with their scores, in both orders. */
final class Scores {

    record Scored(double score, Bytes member) implements Comparable<Scored> {
        private static final Comparator<Scored> ORDER =
                Comparator.comparingDouble((Scored s) -> s.score + 0.0).thenComparing(Scored::member);

        @Override
        public int compareTo(Scored o) {
            return ORDER.compare(this, o);
        }
    }

    private final TreeMap<Bytes, Double> byMember = new TreeMap<>();
    private final TreeSet<Scored> byScore = new TreeSet<>();

    boolean isEmpty() {
        return byMember.isEmpty();
    }

    int size() {
        return byMember.size();
    }

    Optional<Double> score(Bytes member) {
        return Optional.ofNullable(byMember.get(member));
    }

    /** True if the member is new. */
    boolean put(Bytes member, double score) {
        Double old = byMember.put(member, score);
        if (old != null) {
            byScore.remove(new Scored(old, member));
        }
        byScore.add(new Scored(score, member));
        return old == null;
    }

    boolean remove(Bytes member) {
        Double old = byMember.remove(member);
        return old != null && byScore.remove(new Scored(old, member));
    }

    int removeAll(Collection<Scored> gone) {
        List<Scored> all = List.copyOf(gone);
        all.forEach(s -> remove(s.member));
        return all.size();
    }

    /** In ascending order. */
    List<Scored> all() {
        return List.copyOf(byScore);
    }

    /** Takes the first ones, of the lowest score or of the highest. */
    List<Scored> pop(boolean lowest, long count) {
        Iterator<Scored> order = lowest ? byScore.iterator() : byScore.descendingIterator();
        List<Scored> popped = new ArrayList<>();
        while (order.hasNext() && popped.size() < count) {
            popped.add(order.next());
        }
        removeAll(popped);
        return popped;
    }

    Map<Bytes, Double> byMember() {
        return byMember;
    }
}
