package io.pikaconnect.replication;

import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import java.util.zip.CRC32C;

/**
 * The last items before a position, as a fingerprint of their contents. Position and replication id do not reveal a
 * server that was promoted before it had everything, or lost its log's tail and wrote another one: positions are only
 * lengths (replication-protocol 4.7). The contents of its log before the position do.
 *
 * <p>Headers are left out: from 3.5.2 on a replica writes its own (replication-protocol 9). Padding starts the
 * fingerprint again, since no other server has it.
 *
 * <p>Text form: {@code filenum/offset;items;hash in hex}, of the older of two chains; a new one is started at
 * intervals, so that the older one covers some items, but never many.
 *
 * @param older covers the items from its start to the position
 * @param younger the same; replaces the older one once it covers enough
 */
public record LastItems(Chain older, Chain younger) {

    /** A chain with this many items is enough. */
    static final int ENOUGH = 64;

    /** A chain with this many bytes is enough, too. */
    private static final long ENOUGH_BYTES = 1 << 20;

    private static final long PRIME = 0x100000001b3L;

    /**
     * Items in a row.
     *
     * @param from where the first of them starts
     * @param items how many
     * @param bytes of them all
     * @param hash over the lengths and checksums of their contents, in order
     */
    record Chain(BinlogPosition from, int items, long bytes, long hash) {

        static Chain at(BinlogPosition from) {
            return new Chain(from, 0, 0, 0);
        }

        Chain with(BinlogItem item) {
            int length = item.bytes().length - BinlogItem.HEADER;
            CRC32C content = new CRC32C();
            content.update(item.bytes(), BinlogItem.HEADER, length);
            long next = content.getValue() ^ (long) length << 32;
            return new Chain(from, items + 1, bytes + length, (hash ^ next) * PRIME);
        }

        boolean isEnough() {
            return items >= ENOUGH || bytes >= ENOUGH_BYTES;
        }

        boolean says(Chain other) {
            return items == other.items && hash == other.hash;
        }
    }

    /** No items are known before that position. */
    public static LastItems none(BinlogPosition position) {
        return new LastItems(Chain.at(position), Chain.at(position));
    }

    /** The fingerprint with the next item added. */
    public LastItems after(BinlogItem item) {
        if (item.isPadding()) {
            return none(item.end());
        }
        Chain longer = younger.with(item);
        return longer.isEnough()
                ? new LastItems(longer, Chain.at(item.end()))
                : new LastItems(older.with(item), longer);
    }

    /** How many items it covers. */
    int items() {
        return older.items;
    }

    /** Where the first of them starts. */
    BinlogPosition from() {
        return older.from;
    }

    /** The text form. */
    @Override
    public String toString() {
        return older.from + ";" + older.items + ";" + Long.toHexString(older.hash);
    }

    /**
     * Reads the text form.
     *
     * @param position before which the items are
     * @throws IllegalArgumentException if it is not one
     */
    public static LastItems parse(String text, BinlogPosition position) {
        String[] parts = text.split(";", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("not a fingerprint of items: " + text);
        }
        Chain older = new Chain(
                BinlogPosition.parse(parts[0]), Integer.parseInt(parts[1]), 0, Long.parseUnsignedLong(parts[2], 16));
        return new LastItems(older, Chain.at(position));
    }
}
