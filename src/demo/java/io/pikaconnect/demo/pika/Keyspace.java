package io.pikaconnect.demo.pika;

import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * All keys of one type, in byte order. What has expired or was emptied stays, invisible, until it is written to again
 * or swept out, as in Pika.
 *
 * @param <V> a key's value; a string's bytes, a collection
 */
final class Keyspace<V> {

    /** No deadline. */
    static final long NEVER = 0;

    static final class Held<V> {
        private V value;
        private long deadline;

        private Held(V value) {
            this.value = value;
        }

        V value() {
            return value;
        }

        /** The last millisecond of its life, or {@link #NEVER}. */
        long deadline() {
            return deadline;
        }

        void replace(V other) {
            value = other;
        }

        void deadline(long other) {
            deadline = other;
        }
    }

    private final TreeMap<Bytes, Held<V>> held = new TreeMap<>();
    private final Predicate<V> isEmpty;
    private final LongSupplier now;

    Keyspace(Predicate<V> isEmpty, LongSupplier now) {
        this.isEmpty = isEmpty;
        this.now = now;
    }

    private boolean isLive(Held<V> h) {
        return !isEmpty.test(h.value) && (h.deadline == NEVER || now.getAsLong() <= h.deadline);
    }

    Optional<Held<V>> live(Bytes key) {
        return Optional.ofNullable(held.get(key)).filter(this::isLive);
    }

    Optional<V> get(Bytes key) {
        return live(key).map(Held::value);
    }

    /** The key's value; a new one, without a deadline, if it is not there. */
    Held<V> orNew(Bytes key, Supplier<V> fresh) {
        return live(key).orElseGet(() -> {
            Held<V> h = new Held<>(fresh.get());
            held.put(key, h);
            return h;
        });
    }

    /** A value without a deadline, whatever was there. */
    Held<V> set(Bytes key, V value) {
        Held<V> h = new Held<>(value);
        held.put(key, h);
        return h;
    }

    /** Whether it was there. */
    boolean remove(Bytes key) {
        boolean was = live(key).isPresent();
        held.remove(key);
        return was;
    }

    void clear() {
        held.clear();
    }

    /** Also what is dead. */
    NavigableMap<Bytes, Held<V>> physical() {
        return held;
    }

    /** Removes what is dead. */
    void sweep() {
        held.values().removeIf(h -> !isLive(h));
    }

    boolean isLive(Bytes key) {
        return live(key).isPresent();
    }
}
