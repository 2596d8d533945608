package io.pikaconnect.snapshot;

import io.pikaconnect.pika.EndOfSecond;
import java.util.Optional;

/**
 * The record of one key of one type in a dump.
 *
 * @param count elements; 0: the collection was deleted or emptied. 1 for a string
 * @param version elements with another version are garbage; 0 for a string
 * @param deadline the last Unix millisecond of the key's life; {@link #NEVER} if it has none
 * @param left lists: elements have larger indexes (unsigned)
 * @param right lists: elements have smaller indexes (unsigned)
 * @param stream present for streams only
 */
record Meta(long count, long version, long deadline, long left, long right, Optional<StreamState> stream) {

    static final long NEVER = Long.MAX_VALUE;

    /** From this second on a deadline is as late as one can be: the second may end at {@link #NEVER} or after it. */
    private static final long LAST_SECOND = NEVER / 1_000 - 1;

    static Meta ofString(long deadline) {
        return ofElements(1, 0, deadline);
    }

    static Meta ofElements(long count, long version, long deadline) {
        return new Meta(count, version, deadline, 0, 0, Optional.empty());
    }

    static Meta ofList(long count, long version, long deadline, long left, long right) {
        return new Meta(count, version, deadline, left, right, Optional.empty());
    }

    /** Streams have no deadline. */
    static Meta ofStream(long count, long version, StreamState state) {
        return new Meta(count, version, NEVER, 0, 0, Optional.of(state));
    }

    /** The deadline of a key that lives to the end of a Unix second; never {@link #NEVER}, however late. */
    static long endOfSecond(long second) {
        return second >= LAST_SECOND ? NEVER - 1 : EndOfSecond.of(second);
    }

    boolean empty() {
        return count == 0;
    }

    boolean liveAt(long unixMs) {
        return deadline >= unixMs;
    }

    boolean expires() {
        return deadline != NEVER;
    }

    /** Whether the list has an element with this index. */
    boolean contains(long index) {
        return Long.compareUnsigned(left, index) < 0 && Long.compareUnsigned(index, right) < 0;
    }
}
