package io.pikaconnect.demo;

import io.pikaconnect.demo.pika.PikaRelease;
import java.util.Collection;

/** Which binlog files a master removes when it checks (replication-protocol 10.1). */
final class PurgeRule {

    /** The default of expire-logs-nums; this many are kept in any case. */
    private static final int FILES = 10;

    private PurgeRule() {}

    /**
     * The first file that stays: all but the newest ten go, up to the first that a replica still needs. That is one that
     * streams, and needs it for what it has not acknowledged; since 3.5 also one that waits for its dump.
     */
    static long firstKept(long oldest, long newest, Collection<AttachedReplica> attached, PikaRelease release) {
        long first = Math.max(oldest, newest - FILES + 1);
        for (AttachedReplica replica : attached) {
            if (replica.isInFullSync() && release.holdsBinlogInFullSync()) {
                return oldest;
            }
            if (replica.streaming()) {
                first = Math.min(first, Math.max(oldest, replica.acknowledged().filenum()));
            }
        }
        return first;
    }
}
