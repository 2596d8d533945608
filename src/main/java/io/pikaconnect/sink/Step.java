package io.pikaconnect.sink;

import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.common.TopicPartition;

/**
 * What a partition's sender has to do next, with everything that it needs for it. Made by {@link SinkPartition#nextStep},
 * run by {@link Applier#run}, which returns an {@link Outcome}.
 */
sealed interface Step {

    /** The partition that a step is for. */
    record Assignment(TopicPartition topicPartition, int database, SinkCounters counters) {

        String topic() {
            return topicPartition.topic();
        }

        int partition() {
            return topicPartition.partition();
        }

        @Override
        public String toString() {
            return topicPartition.toString();
        }
    }

    Assignment assignment();

    /** Read who owns the partition in the ledger; {@link Claim} follows. */
    record ReadOwner(Assignment assignment) implements Step {}

    /**
     * Claim the partition in the ledger.
     *
     * @param token held so far, if any
     * @param owner as it was read before; the claim is refused if it is another one by now
     * @param known the partition's field as this task saw it last
     */
    record Claim(Assignment assignment, Optional<String> token, String owner, Optional<LedgerField> known)
            implements Step {}

    /**
     * Apply a batch.
     *
     * @param drained nothing after the batch waits
     * @param mostCommands of it that are to be applied now, if Redis was in trouble with more
     */
    record Apply(Assignment assignment, String token, Batch batch, boolean drained, OptionalInt mostCommands)
            implements Step {}

    /** Wait at a barrier until all partitions have reached it, and pass it. */
    record AwaitBarrier(Assignment assignment, String token, BarrierRecord barrier) implements Step {}

    /** Compare the writer that a record names with the ledger's. */
    record CheckWriter(Assignment assignment, String token, WriterCheck note) implements Step {}
}
