package io.pikaconnect.snapshot;

import io.pikaconnect.change.Escaped;
import io.pikaconnect.metrics.DiscardCounts;

/**
 * HyperLogLogs, which Pika keeps as strings that Redis cannot use as HyperLogLogs (storage-format 9): they are emitted
 * as such strings and counted, or end the reading.
 */
final class HyperLogLogs {

    private final boolean fail;
    private final DiscardCounts discards;

    HyperLogLogs(SnapshotOptions options, DiscardCounts discards) {
        this.fail = options.failOnHyperLogLog();
        this.discards = discards;
    }

    /** Handles one that was read. */
    void meet(byte[] key) throws SnapshotException {
        if (fail) {
            throw new SnapshotException(
                    met(key) + ", and on.hyperloglog=fail. Delete it in Pika and have another dump pulled,"
                            + " or set on.hyperloglog=opaque, which copies it as a string");
        }
        discards.count("hyperloglog.opaque", () -> met(key) + "; copied as a string");
    }

    private static String met(byte[] key) {
        return "the key " + Escaped.text(key) + " is a HyperLogLog in Pika's own format, which Redis cannot read";
    }
}
