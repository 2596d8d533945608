package io.pikaconnect.kafka;

import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.change.Writer;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The committed records of a topic, as needed by a search for its epochs. */
interface TopicRecords {

    /**
     * A record of the source connector.
     *
     * @param barrier whether it has the header of a barrier
     * @param writer the source, where the record names it
     */
    record Placed(long offset, ChangeHeader header, boolean barrier, Optional<Writer> writer) {

        /** Whether it is the barrier that starts an epoch on its partition. */
        boolean isEpochBarrier() {
            return barrier && !header.isTick() && header.sequence().orElse(-1) == 0;
        }
    }

    Set<Integer> partitions();

    /** The offset after the last record. */
    long end(int partition);

    /** The last record before that offset; empty if there is none. */
    Optional<Placed> lastBefore(int partition, long offset);

    /** The offset of the first record with that timestamp or a later one; empty if there is none. */
    Optional<Long> firstSince(int partition, long timestamp);

    /**
     * The first matching record at that offset or after it.
     *
     * @param most how many records are read at most
     */
    Optional<Placed> find(int partition, long from, int most, Predicate<Placed> wanted);
}
