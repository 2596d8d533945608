package io.pikaconnect.sink;

import io.pikaconnect.change.Position;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;

/**
 * Partitions that wait for another one to reach a place, and how to wake them: those of one sink's tasks in this worker. Only
 * a hint, which saves the wait for the next look at the ledger: what other workers do is not seen here. Thread-safe.
 */
final class Waiters {

    /** The worker's, by connector: each plugin has its classes once. */
    private static final Map<String, Waiters> OF_WORKER = new ConcurrentHashMap<>();

    /** Where a partition was when it was last moved here, and the number of that move. */
    private record Place(Optional<Position> position, long move) {

        boolean isAt(Optional<Position> wanted) {
            return wanted.isEmpty() || position.isPresent() && position.get().compareTo(wanted.get()) >= 0;
        }
    }

    private record Waiter(Optional<Position> wanted, Runnable wake) {}

    private final Map<TopicPartition, Place> places = new HashMap<>();
    private final Map<TopicPartition, Map<TopicPartition, Waiter>> waiting = new HashMap<>();
    private long moves;

    static Waiters of(String connector) {
        return OF_WORKER.computeIfAbsent(connector, k -> new Waiters());
    }

    /** The number of the last move; to be read before the ledger is. */
    synchronized long lastMove() {
        return moves;
    }

    /** The ledger has that place of the partition now. */
    void moved(TopicPartition partition, Optional<Position> position) {
        Runnable[] wakes;
        synchronized (this) {
            Place place = new Place(position, ++moves);
            places.put(partition, place);
            Map<TopicPartition, Waiter> own = waiting.get(partition);
            if (own == null) {
                return;
            }
            wakes = own.values().stream()
                    .filter(waiter -> place.isAt(waiter.wanted))
                    .map(Waiter::wake)
                    .toArray(Runnable[]::new);
            own.values().removeIf(waiter -> place.isAt(waiter.wanted));
            if (own.isEmpty()) {
                waiting.remove(partition);
            }
        }
        for (Runnable wake : wakes) {
            wake.run();
        }
    }

    /** The partition does not wait any more; where it is, is not known any more. */
    synchronized void forget(TopicPartition partition) {
        places.remove(partition);
        waiting.values().forEach(waiters -> waiters.remove(partition));
        waiting.values().removeIf(Map::isEmpty);
    }

    /** What is kept, for tests. */
    synchronized int size() {
        return places.size() + waiting.size();
    }

    /**
     * Has the partition woken once when another one reaches a place.
     *
     * @param wanted the place; empty: any other one
     * @param since the last move before the ledger was read; if the place was reached after that, it is woken at once
     */
    void await(TopicPartition waiter, TopicPartition other, Optional<Position> wanted, long since, Runnable wake) {
        synchronized (this) {
            Place place = places.get(other);
            if (place == null || place.move <= since || !place.isAt(wanted)) {
                waiting.computeIfAbsent(other, k -> new HashMap<>()).put(waiter, new Waiter(wanted, wake));
                return;
            }
        }
        wake.run();
    }
}
