package io.pikaconnect.demo.bench;

import java.util.Locale;
import java.util.OptionalDouble;

/** When a migration by the pipeline got how far, in seconds since its start. Of one thread. */
final class Milestones {

    private final long start;
    private final Machinery machinery;
    private final String name;
    private long records;
    private OptionalDouble firstRecord = OptionalDouble.empty();
    private double lastRecord;

    Milestones(long startNanos, Machinery machinery, String name) {
        this.start = startNanos;
        this.machinery = machinery;
        this.name = name;
    }

    /** To be called again and again. */
    void look() {
        machinery.check();
        long now = machinery.recordsIn(name);
        double seconds = (System.nanoTime() - start) / 1e9;
        // Barriers come first, and ticks continue.
        if (now > 3L * Machinery.PARTITIONS && firstRecord.isEmpty()) {
            firstRecord = OptionalDouble.of(seconds);
        }
        if (now - records > 2L * Machinery.PARTITIONS) {
            lastRecord = seconds;
        }
        records = now;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "first records in Kafka after %.1f s, last after %.1f s, seen twice a second",
                firstRecord.orElse(0),
                lastRecord);
    }
}
