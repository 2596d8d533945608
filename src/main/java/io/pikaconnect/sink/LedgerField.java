package io.pikaconnect.sink;

import io.pikaconnect.change.Position;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One partition's field of the ledger.
 *
 * <p>The ledger is one Redis hash. Its other fields concern the db, times in ms of Redis' clock:
 *
 * <pre>
 * format connector topic   how the ledger is to be read; the owner of the db: a sink connector, for that topic
 * cluster                  id of the Kafka cluster, where it is known
 * writer                   who writes the epoch, see {@link io.pikaconnect.change.Writer}; not of sources of release 0.1.0
 * former                   the epoch before and its writer
 * passed                   epochs of other writers, which are passed over
 * claims                   how many claims of partitions there were, all in all; not noted by release 0.1.0
 * epoch partitions         the full sync, and the partitions that take part in it
 * unclean                  the next epoch barrier empties the db
 * caught                   when all partitions were first fresh together
 * ready looked             1 or 0, and when that was noted
 * deadlines grace          held, holding, releasing or native (prelude.lua), and expiry.grace.ms for the native ones
 * walk                     run id of Redis and cursor of a walk over the db that is under way
 * held                     until when Redis expired keys itself, if an earlier release let it
 * released                 when the walk that released the last held deadline was complete
 * stale                    when a change came too late for a Redis that expires keys itself
 * </pre>
 *
 * <p>A field {@code p<partition>} is this, eight words, {@code -} where there is none:
 *
 * <pre>
 * owner    sequence position       offset done clock         fresh         at
 * 3:9f2c1a 17       b/3/210276/0   1042   0    1795337901000 1795337911350 -
 * 4:77ab02 99       b/3/219801/0   1131   0    1795337909000 0             1795337869000:100:1132:b/3/219977/0
 * </pre>
 *
 * @param owner claim number, a random part and the host: only that claim may write this field
 * @param sequence of the last record applied; absent before the first epoch barrier
 * @param position of that record
 * @param offset Kafka offset of the next record
 * @param commandsDone how many commands of the next record are applied already
 * @param sourceTimeMs newest source time applied, ms
 * @param freshUntilMs until when, by Redis' time, the partition is fresh: its newest record or tick was at most 10 s old, nothing
 *     after it waits, and the next tick is not overdue; 0 if it is not
 * @param barrier the barrier where the partition waits: epoch, sequence, offset after it, position
 */
record LedgerField(
        String owner,
        OptionalLong sequence,
        Optional<Position> position,
        long offset,
        int commandsDone,
        long sourceTimeMs,
        long freshUntilMs,
        String barrier) {

    static LedgerField parse(String text) {
        String[] w = text.split(" ", -1);
        if (w.length != 8) {
            throw new IllegalArgumentException("not a field of the ledger: " + text);
        }
        return new LedgerField(
                w[0],
                w[1].equals("-") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(w[1])),
                w[2].equals("-") ? Optional.empty() : Optional.of(Position.parse(w[2])),
                Long.parseLong(w[3]),
                Integer.parseInt(w[4]),
                Long.parseLong(w[5]),
                Long.parseLong(w[6]),
                w[7]);
    }

    /** Of a partition that nobody has claimed. */
    static final LedgerField NONE =
            new LedgerField("-", OptionalLong.empty(), Optional.empty(), 0, 0, 0, 0, ScriptValues.NONE);

    /** The same owner before the first record of an epoch, to be read from that offset on. */
    LedgerField withoutPlace(long from) {
        return new LedgerField(owner, OptionalLong.empty(), Optional.empty(), from, 0, 0, 0, ScriptValues.NONE);
    }

    /** The same with another offset. */
    LedgerField withOffset(long otherOffset) {
        return new LedgerField(
                owner, sequence, position, otherOffset, commandsDone, sourceTimeMs, freshUntilMs, barrier);
    }

    /** Whether it is fresh at that time of Redis' clock. */
    boolean isFresh(long redisTimeMs) {
        return redisTimeMs < freshUntilMs;
    }
}
