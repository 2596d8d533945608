package io.pikaconnect.sink;

import io.pikaconnect.redis.Server;
import io.pikaconnect.redis.SlotMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/** What a task has done at each node of a cluster. Thread-safe. */
final class NodeCounts {

    /** Of one node. */
    static final class Counts {

        private final LongAdder scripts = new LongAdder();
        private final LongAdder waitNanos = new LongAdder();
        private volatile long slots;

        long scripts() {
            return scripts.sum();
        }

        long waitMs() {
            return waitNanos.sum() / 1_000_000;
        }

        long slots() {
            return slots;
        }
    }

    private final Map<Server, Counts> nodes = new ConcurrentHashMap<>();
    private final BiConsumer<String, Counts> first;

    /** @param first gets each node when it is first met, by its address */
    NodeCounts(BiConsumer<String, Counts> first) {
        this.first = first;
    }

    /** A script was run there. */
    void ran(Server node, long nanos) {
        Counts counts = of(node);
        counts.scripts.increment();
        counts.waitNanos.add(nanos);
    }

    /** Which node has which slot by now. */
    void have(SlotMap slots) {
        slots.masters().forEach(this::of);
        nodes.forEach((node, counts) -> counts.slots = IntStream.range(0, SlotMap.SLOTS)
                .filter(slot -> slots.master(slot).filter(node::equals).isPresent())
                .count());
    }

    private Counts of(Server node) {
        return nodes.computeIfAbsent(node, server -> {
            Counts counts = new Counts();
            first.accept(server.toString(), counts);
            return counts;
        });
    }
}
