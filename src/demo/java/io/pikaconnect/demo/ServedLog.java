package io.pikaconnect.demo;

import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import java.util.Optional;
import java.util.OptionalLong;

/** A binlog as a stand-in master serves it: items with numbers, from 0 on. On the master's event loop only. */
interface ServedLog {

    /** Where the next item will be written. */
    BinlogPosition end();

    /** Whether the file of that position has been removed. */
    boolean isPurged(BinlogPosition position);

    /**
     * Whether TrySync accepts this position; that does not mean that it can be read from (replication-protocol 4.3).
     */
    boolean accepts(BinlogPosition position);

    /** Number of the next item at a position, written or not; empty if none can be read there. */
    OptionalLong from(BinlogPosition position);

    /** Number of the first item that starts after a position inside another one; empty if unknown. */
    default OptionalLong firstBehind(BinlogPosition position) {
        return OptionalLong.empty();
    }

    /** An item; empty if it is not written yet, or removed. */
    Optional<BinlogItem> item(long number);
}
