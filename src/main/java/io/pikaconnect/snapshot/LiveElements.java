package io.pikaconnect.snapshot;

import io.pikaconnect.change.Escaped;
import io.pikaconnect.metrics.DiscardCounts;
import java.util.Arrays;
import java.util.Optional;

/**
 * Iterates over the live elements of one type (storage-format 7).
 *
 * <p>The entries of one name and version, a <em>run</em>, are adjacent. A run is live if the name's record in
 * {@link MetaLookup} is one of this type, has the run's version and is not empty; of a list, elements between its two
 * ends.
 */
final class LiveElements implements AutoCloseable {

    private final Format format;
    private final PikaType type;
    private final EntryCursor entries;
    private final MetaLookup metas;
    private final KeyFilter selection;
    private final DiscardCounts discards;
    private final UnreadableEntries unreadable;
    private final int keyTail;
    private final int fixedLength;

    // The run of the current entry: the bytes before each of its elements, and whether they are emitted.
    private byte[] prefix = new byte[64];
    private int prefixLength;
    private boolean taken;
    private Meta meta = Meta.ofString(Meta.NEVER);
    private byte[] key = {};

    // Elements of the run read so far; whether its first one was read.
    private long met;
    private boolean whole;

    private boolean changed;
    private boolean counted = true;

    LiveElements(
            Format format,
            PikaType type,
            EntryCursor entries,
            MetaLookup metas,
            KeyFilter selection,
            DiscardCounts discards) {
        this.unreadable = new UnreadableEntries(discards);
        this.format = format;
        this.type = type;
        this.entries = entries;
        this.metas = metas;
        this.selection = selection;
        this.discards = discards;
        this.keyTail = format.keyTail();
        this.fixedLength = type.elementKeyLength();
    }

    /** Moves to the next live element; false after the last one. */
    boolean advance() throws SnapshotException {
        changed = false;
        while (entries.advance()) {
            if (!inRun()) {
                endRun();
                beginRun();
                changed = true;
            }
            if (taken && isElement()) {
                return true;
            }
        }
        endRun();
        prefixLength = 0;
        return false;
    }

    /** Whether the current element is the first of its run that was read. */
    boolean changed() {
        return changed;
    }

    /** Whether the current element's run was read from its first element on. */
    boolean whole() {
        return whole;
    }

    /** Whether the last finished run that had elements is known to have as many as its record counts. */
    boolean counted() {
        return counted;
    }

    /** The user's key of the current element; shared by all elements of the key, never written to. */
    byte[] key() {
        return key;
    }

    Meta meta() {
        return meta;
    }

    /** Field, member, index or ID. */
    byte[] element() {
        return entries.key(prefixLength, entries.keyLength() - keyTail);
    }

    int elementLength() {
        return entries.keyLength() - keyTail - prefixLength;
    }

    /** The ID of the current entry of a stream. */
    StreamId streamId() {
        return StreamId.at(entries.key(), prefixLength);
    }

    /** A cursor may point after the current element. To be followed by {@link #advance}. */
    void mark() {
        entries.mark();
    }

    SnapshotCursor afterMark() {
        return entries.afterMark();
    }

    private boolean inRun() {
        return prefixLength > 0
                && entries.keyLength() >= prefixLength
                && Arrays.equals(entries.key(), 0, prefixLength, prefix, 0, prefixLength);
    }

    private void beginRun() throws SnapshotException {
        byte[] raw = entries.key();
        int nameEnd = format.nameEnd(raw, entries.keyLength());
        if (nameEnd < 0 || nameEnd + format.versionLength() + keyTail > entries.keyLength()) {
            unreadable.element(type.plural() + ", a key too short for its name and version", entries::name);
            prefixLength = 0;
            taken = false;
            return;
        }
        prefixLength = nameEnd + format.versionLength();
        if (prefix.length < prefixLength) {
            prefix = new byte[prefixLength];
        }
        System.arraycopy(raw, 0, prefix, 0, prefixLength);
        whole = !entries.markBeginsWith(prefix, prefixLength);
        met = 0;
        long version = format.version(raw, nameEnd);
        Optional<Meta> found =
                metas.find(raw, format.nameStart(), nameEnd).filter(m -> !m.empty() && m.version() == version);
        taken = found.isPresent();
        if (taken) {
            meta = found.get();
            key = format.key(raw, nameEnd);
            taken = selection.accepts(type, meta, key) && (type != PikaType.STREAM || streamIsSound());
        }
    }

    /** Masters built with another memory allocator than Pika's own write entries under arbitrary IDs, and lose some. */
    private boolean streamIsSound() throws SnapshotException {
        StreamState state = meta.stream().orElseThrow();
        byte[] bound = Arrays.copyOf(prefix, prefixLength + fixedLength + keyTail + 1);
        Arrays.fill(bound, prefixLength, bound.length, (byte) 0xff);
        byte[] last = entries.lastKeyUpTo(bound);
        if (last.length < prefixLength + fixedLength
                || !Arrays.equals(last, 0, prefixLength, prefix, 0, prefixLength)) {
            garbled("which are not in order");
            return false;
        }
        StreamId bottom = StreamId.at(entries.key(), prefixLength);
        StreamId top = StreamId.at(last, prefixLength);
        if (bottom.equals(StreamId.ZERO) || top.compareTo(state.last()) > 0) {
            garbled("from " + bottom + " to " + top + " although its last ID is " + state.last());
            return false;
        }
        if (state.groups() != 0) {
            discards.count(
                    "stream.groups", () -> "stream " + Escaped.text(key) + ": its consumer groups cannot be read");
        }
        return true;
    }

    private void garbled(String how) {
        discards.count(
                "stream.garbled",
                () -> "stream " + Escaped.text(key) + " has entries " + how
                        + ": they were stored under wrong IDs, the stream is skipped");
    }

    /** Pika reads the elements whatever the count is; a mismatch is logged, except for streams, where it is normal. */
    private void endRun() {
        if (prefixLength == 0 || !taken) {
            return;
        }
        boolean asCounted = whole && met == meta.count();
        if (met > 0) {
            counted = asCounted;
        }
        if (whole && !asCounted && type != PikaType.STREAM) {
            discards.count(
                    "count.mismatch",
                    () -> type.plural() + " " + Escaped.text(key) + ": its record counts " + meta.count()
                            + " elements, but it has " + met);
        }
    }

    private boolean isElement() throws SnapshotException {
        int length = elementLength();
        if (length < fixedLength) {
            unreadable.element(type.plural() + ", a key too short for its element", entries::name);
            return false;
        }
        if (!format.isIntact(type, entries.key(), prefixLength, entries.keyLength())) {
            unreadable.cutElement(type, key);
            return false;
        }
        if (fixedLength > 0 && length != fixedLength) {
            unreadable.element(type.plural() + ", a key too long for its element", entries::name);
            return false;
        }
        if (type == PikaType.LIST && !meta.contains(LittleEndian.longAt(entries.key(), prefixLength))) {
            return false;
        }
        met++;
        return true;
    }

    @Override
    public void close() {
        entries.close();
    }
}
