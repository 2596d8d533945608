package io.pikaconnect.sink;

import io.pikaconnect.change.Position;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the ledger says about one partition.
 *
 * <p>The ledger is one Redis hash. Its fields {@code format connector topic epoch partitions grace caught unclean}
 * concern the db; a field {@code p<partition>} is this, eight words, {@code -} where there is none:
 *
 * <pre>
 * owner    sequence position       offset done clock         young         at
 * 3:9f2c1a 17       b/3/210276/0   1042   0    1795337901000 1795337901350 -
 * 4:77ab02 99       b/3/219801/0   1131   0    1795337909000 1795337909100 1795337869000:100:1132:b/3/219977/0
 * </pre>
 *
 * @param owner claim number and a random part: whoever may write this field
 * @param sequence of the last record applied; absent before the first epoch barrier
 * @param position of that record
 * @param offset Kafka offset of the next record
 * @param done how many commands of the next record are applied already
 * @param clock newest source time applied, ms
 * @param young Redis' time, ms, when the last record or tick was applied, if that was young; else 0
 * @param at the barrier where the partition waits: epoch, sequence, offset behind it, position
 */
record LedgerField(
        String owner,
        OptionalLong sequence,
        Optional<Position> position,
        long offset,
        int done,
        long clock,
        long young,
        String at) {

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

    /** The same, to be read from another offset. */
    LedgerField from(long otherOffset) {
        return new LedgerField(owner, sequence, position, otherOffset, done, clock, young, at);
    }

    /** Caught up at that moment of Redis' clock. */
    boolean isCaughtUp(long redisTimeMs) {
        return young > 0 && redisTimeMs - young <= 30_000;
    }
}
