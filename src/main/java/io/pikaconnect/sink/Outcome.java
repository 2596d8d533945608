package io.pikaconnect.sink;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.connect.errors.ConnectException;

/** How a {@link Step} ended; {@link SinkPartition#settle} updates the partition accordingly. */
sealed interface Outcome {

    /** Whether the partition may have another step at once. */
    default boolean more() {
        return true;
    }

    /** The error that requires a new connection, if there was one. */
    default Optional<String> reconnectsAfter() {
        return Optional.empty();
    }

    /** The same step is to be done again, or continued. */
    record Again() implements Outcome {}

    record OwnerRead(String owner) implements Outcome {}

    /**
     * The partition is ours.
     *
     * @param skippedEpochs epochs whose records are left out
     * @param firstEpoch records of earlier ones are left out, too; 0 if none are
     * @param epochWriters which epoch is of which writer, as a sentence for a failure; empty if unknown
     * @param partitions of the epoch; 0 if there is none
     * @param restores the forms in which Redis takes values by RESTORE
     */
    record Claimed(
            Resume place,
            Set<Long> skippedEpochs,
            long firstEpoch,
            String epochWriters,
            int partitions,
            Set<RestorePayload.Form> restores)
            implements Outcome {

        Claimed(Resume place, Set<Long> skippedEpochs, String epochWriters, int partitions) {
            this(place, skippedEpochs, 0, epochWriters, partitions, Set.of());
        }

        /** The same in a cluster: another place, from that epoch on; each node is asked for RESTORE. */
        Claimed inCluster(Resume otherPlace, long otherFirstEpoch) {
            return new Claimed(otherPlace, skippedEpochs, otherFirstEpoch, epochWriters, partitions, Set.of());
        }
    }

    /** The ledger has another place than expected, and the partition is still ours: resume from that place. */
    record Resume(String token, LedgerField field, OptionalLong epoch) implements Outcome {}

    /** What the ledger holds is not known any more: the partition has to be claimed again. */
    record Unclaimed() implements Outcome {}

    /** Another task claimed the partition after us. */
    record Superseded() implements Outcome {

        @Override
        public boolean more() {
            return false;
        }
    }

    /**
     * The work is complete.
     *
     * @param field the partition's field in the ledger now; empty if it did not change
     */
    record Done(Work work, Optional<LedgerField> field) implements Outcome {}

    /** A batch was applied in part: {@code rest} is left, and {@code then} is how the failed command ended. */
    record Partly(Batch batch, Batch rest, LedgerField field, Outcome then) implements Outcome {

        @Override
        public Optional<String> reconnectsAfter() {
            return then.reconnectsAfter();
        }
    }

    /**
     * A batch was applied in part, or not at all: the first record of what is left waits for another partition.
     *
     * @param rest what is left, in order
     * @param field the partition's field in the ledger now
     * @param sinceMove the last move before the script ran, see {@link Waiters}
     */
    record Waiting(Batch batch, List<Batch> rest, LedgerField field, ShareWait shareWait, long sinceMove)
            implements Outcome {

        @Override
        public boolean more() {
            return false;
        }
    }

    /** The same step is to be tried again after that time. */
    record Later(long nanos) implements Outcome {

        @Override
        public boolean more() {
            return false;
        }
    }

    /** Redis answered with a transient error: the step is tried again after a pause that grows. */
    record Retry(String error) implements Outcome {

        @Override
        public boolean more() {
            return false;
        }

        @Override
        public Optional<String> reconnectsAfter() {
            return Optional.of(error).filter(RedisErrors::needsReconnect);
        }
    }

    record Failed(ConnectException failure) implements Outcome {

        @Override
        public boolean more() {
            return false;
        }
    }
}
