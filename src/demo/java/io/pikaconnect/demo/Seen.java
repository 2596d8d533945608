package io.pikaconnect.demo;

import io.pikaconnect.pika.BinlogPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** What a stand-in master has seen of its replicas. Written on the event loop, read by any thread. */
final class Seen {

    private volatile Optional<BinlogPosition> lastAcknowledged = Optional.empty();
    private final AtomicInteger acknowledgedItems = new AtomicInteger();
    private final AtomicInteger pings = new AtomicInteger();
    private final AtomicReference<List<String>> offences = new AtomicReference<>(List.of());

    void acknowledged(BinlogPosition end, int items) {
        lastAcknowledged = Optional.of(end);
        acknowledgedItems.addAndGet(items);
    }

    void pinged() {
        pings.incrementAndGet();
    }

    /** Something that a real master does not forgive. */
    void offence(String what) {
        offences.updateAndGet(before -> {
            List<String> all = new ArrayList<>(before);
            all.add(what);
            return List.copyOf(all);
        });
    }

    Optional<BinlogPosition> lastAcknowledged() {
        return lastAcknowledged;
    }

    int acknowledgedItems() {
        return acknowledgedItems.get();
    }

    int pings() {
        return pings.get();
    }

    List<String> offences() {
        return offences.get();
    }

    /** Items and pings are counted from 0 again. */
    void countAnew() {
        acknowledgedItems.set(0);
        pings.set(0);
    }
}
