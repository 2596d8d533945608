package io.pikaconnect.snapshot;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import java.util.List;

/**
 * What a stream's record has besides the number of its entries, which is not reliable (storage-format 8).
 *
 * @param groups where its consumer groups are kept; 0 in every known release, none of which can have any
 * @param added number of entries ever added
 * @param last the ID after which new ones come
 * @param deleted the largest ID that was deleted; zeros: none
 */
record StreamState(int groups, long added, StreamId last, StreamId deleted) {

    private static final byte[] XSETID = Resp.bytes("XSETID");
    private static final byte[] ENTRIES_ADDED = Resp.bytes("ENTRIESADDED");
    private static final byte[] MAX_DELETED_ID = Resp.bytes("MAXDELETEDID");

    /**
     * {@code XSETID key last ENTRIESADDED n MAXDELETEDID id}, after the entries: new IDs continue where Pika's would.
     * Redis refuses a deleted ID greater than the last one.
     */
    Command setId(byte[] key) {
        StreamId bounded = deleted.compareTo(last) > 0 ? last : deleted;
        return new Command(List.of(
                XSETID,
                key,
                last.text(),
                ENTRIES_ADDED,
                Resp.bytes(Long.toUnsignedString(added)),
                MAX_DELETED_ID,
                bounded.text()));
    }
}
