package io.pikaconnect.replication;

import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import java.util.Optional;

/**
 * Checks that every item follows the previous one (replication-protocol 7.7): the item's header has the end of the log
 * before it was written, and its end is where a writer gets to from there. Not thread-safe.
 *
 * <p>How a writer gets to the end of an item of L bytes (replication-protocol 8.2): the log is made of blocks of 65,536
 * bytes. A record, 8 bytes of header and data, never crosses a block's end; if fewer than 8 bytes are left in a block,
 * they are skipped; with exactly 8 left an empty record is written. An item starts a new file at offset 0 if the writer
 * found the file full. The header of padding has no position.
 */
final class Continuity {

    private static final long BLOCK = 65_536;
    private static final int RECORD_HEADER = 8;

    private BinlogPosition at;
    private boolean first = true;

    Continuity(BinlogPosition start) {
        at = start;
    }

    /** Returns what is wrong with the item, if anything; otherwise the next one has to follow it. */
    Optional<String> follow(BinlogItem item) {
        Optional<String> wrong = wrong(item);
        if (wrong.isEmpty()) {
            at = item.end();
            first = false;
        }
        return wrong;
    }

    private Optional<String> wrong(BinlogItem item) {
        // From the start of a file the master sends an item whose header may still name the previous file.
        boolean beginOfFile = first && at.offset() == 0;
        if (!item.start().equals(at) && !beginOfFile && !item.isPadding()) {
            return Optional.of("the item ending at " + item.end() + " follows " + item.start()
                    + " by its header, but the last one ended at " + at);
        }
        boolean rotated = item.end().filenum() == at.filenum() + 1;
        BinlogPosition from = rotated ? new BinlogPosition(at.filenum() + 1, 0) : at;
        BinlogPosition expected = end(from, item.bytes().length);
        return item.end().equals(expected)
                ? Optional.empty()
                : Optional.of("an item of " + item.bytes().length + " bytes after " + at + " should end at " + expected
                        + ", but the master reports " + item.end());
    }

    /** Where the log ends after an item of {@code length} bytes was written at {@code from}, in the same file. */
    static BinlogPosition end(BinlogPosition from, long length) {
        long offset = from.offset();
        long left = length;
        do {
            long remaining = BLOCK - offset % BLOCK;
            if (remaining < RECORD_HEADER) {
                offset += remaining;
                remaining = BLOCK;
            }
            long data = Math.min(left, remaining - RECORD_HEADER);
            offset += RECORD_HEADER + data;
            left -= data;
        } while (left > 0);
        return new BinlogPosition(from.filenum(), offset);
    }
}
