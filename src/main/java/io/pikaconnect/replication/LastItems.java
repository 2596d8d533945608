package io.pikaconnect.replication;

import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * The last items before a position, as a fingerprint of their contents. Position and replication id do not reveal a
 * server that was promoted before it had everything, or lost its log's tail and wrote another one: positions are only
 * lengths (replication-protocol 4.7). The contents of its log before the position do.
 *
 * <p>Headers are left out: from 3.5.2 on a replica writes its own (replication-protocol 9). Padding starts the
 * fingerprint again, since no other server has it.
 *
 * <p>A server whose log starts later, since it took a full sync of its own, can be compared from a later item on. So
 * there are shorter chains, too, of the last 64, 32 … 1 items.
 *
 * <p>Text form: {@code filenum/offset;items;hash in hex} of the older of two chains, then of the shorter ones, joined by
 * semicolons; the first release wrote only the older one. A new one is started at intervals, so that the older one covers
 * some items, but never many.
 *
 * @param older covers the items from its start to the position
 * @param younger the same; replaces the older one once it covers enough
 * @param shorter those that were read from a text, until another item follows
 */
public record LastItems(Chain older, Chain younger, List<Chain> shorter) {

    /** A chain with this many items is enough. */
    static final int ENOUGH = 64;

    /** A chain with this many bytes is enough, too. */
    private static final long ENOUGH_BYTES = 1 << 20;

    private static final long PRIME = 0x100000001b3L;

    private static final int FIELDS = 3;

    /**
     * One item of a chain.
     *
     * @param from where it starts
     * @param before the item before it, if that is known
     */
    private record Link(BinlogPosition from, int length, long fingerprint, Optional<Link> before) {}

    /**
     * Items in a row.
     *
     * @param from where the first of them starts
     * @param to where the last of them ends
     * @param items how many
     * @param bytes of them all
     * @param hash over the lengths and checksums of their contents, in order
     * @param last of them, if it was received since the chain was read from a text
     */
    record Chain(BinlogPosition from, BinlogPosition to, int items, long bytes, long hash, Optional<Link> last) {

        static Chain at(BinlogPosition from) {
            return new Chain(from, from, 0, 0, 0, Optional.empty());
        }

        Chain with(BinlogItem item) {
            return with(item.end(), lengthOf(item), fingerprint(item));
        }

        private Chain with(BinlogPosition end, int length, long fingerprint) {
            return new Chain(
                    from,
                    end,
                    items + 1,
                    bytes + length,
                    (hash ^ fingerprint) * PRIME,
                    Optional.of(new Link(to, length, fingerprint, last)));
        }

        /** The last 64, 32 … 1 items, as far as they are known one by one. */
        private List<Chain> shorter() {
            List<Link> newestFirst = new ArrayList<>();
            for (Optional<Link> l = last; l.isPresent() && newestFirst.size() < ENOUGH; l = l.get().before) {
                newestFirst.add(l.get());
            }
            List<Chain> shorter = new ArrayList<>();
            for (int count = ENOUGH; count > 0; count /= 2) {
                if (count <= newestFirst.size() && count < items) {
                    shorter.add(newest(newestFirst.subList(0, count)));
                }
            }
            return shorter;
        }

        private Chain newest(List<Link> newestFirst) {
            Chain chain = at(newestFirst.get(newestFirst.size() - 1).from);
            for (int i = newestFirst.size() - 1; i >= 0; i--) {
                Link link = newestFirst.get(i);
                chain = chain.with(i == 0 ? to : newestFirst.get(i - 1).from, link.length, link.fingerprint);
            }
            return chain;
        }

        boolean isEnough() {
            return items >= ENOUGH || bytes >= ENOUGH_BYTES;
        }

        boolean says(Chain other) {
            return items == other.items && hash == other.hash;
        }

        private String text() {
            return from + ";" + items + ";" + Long.toHexString(hash);
        }
    }

    /** No items are known before that position. */
    public static LastItems none(BinlogPosition position) {
        return new LastItems(Chain.at(position), Chain.at(position), List.of());
    }

    /** The fingerprint with the next item added. */
    public LastItems after(BinlogItem item) {
        if (item.isPadding()) {
            return none(item.end());
        }
        int length = lengthOf(item);
        long fingerprint = fingerprint(item);
        Chain longer = younger.with(item.end(), length, fingerprint);
        return longer.isEnough()
                ? new LastItems(longer, Chain.at(item.end()), List.of())
                : new LastItems(older.with(item.end(), length, fingerprint), longer, List.of());
    }

    private static int lengthOf(BinlogItem item) {
        return item.bytes().length - BinlogItem.HEADER;
    }

    private static long fingerprint(BinlogItem item) {
        int length = lengthOf(item);
        CRC32C content = new CRC32C();
        content.update(item.bytes(), BinlogItem.HEADER, length);
        return content.getValue() ^ (long) length << 32;
    }

    /** From where on they can be compared: all of them, then fewer and fewer; none where none are known. */
    List<Chain> chains() {
        if (older.items == 0) {
            return List.of();
        }
        List<Chain> chains = new ArrayList<>(List.of(older));
        chains.addAll(shorter.isEmpty() ? older.shorter() : shorter);
        return chains;
    }

    /** The text form. */
    @Override
    public String toString() {
        return older.items == 0
                ? older.text()
                : chains().stream().map(Chain::text).collect(Collectors.joining(";"));
    }

    /**
     * Reads the text form.
     *
     * @param position before which the items are
     * @throws IllegalArgumentException if it is not one
     */
    public static LastItems parse(String text, BinlogPosition position) {
        String[] parts = text.split(";", -1);
        if (parts.length % FIELDS != 0) {
            throw new IllegalArgumentException("not a fingerprint of items: " + text);
        }
        List<Chain> chains = Stream.iterate(0, i -> i < parts.length, i -> i + FIELDS)
                .map(i -> new Chain(
                        BinlogPosition.parse(parts[i]),
                        position,
                        Integer.parseInt(parts[i + 1]),
                        0,
                        Long.parseUnsignedLong(parts[i + 2], 16),
                        Optional.empty()))
                .toList();
        return new LastItems(chains.get(0), Chain.at(position), chains.subList(1, chains.size()));
    }
}
