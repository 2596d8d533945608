package io.pikaconnect.snapshot;

import io.pikaconnect.change.Change;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.Escaped;
import io.pikaconnect.change.Tally;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Elements of hashes, lists, sorted sets and sets of 3.2 – 3.5 (storage-format.md 5.3, 5.4, 7). Numbers are
 * little-endian.
 *
 * <pre>
 * key    key length u32 ‖ key ‖ version i32 ‖ field or member; of a list: index u64
 *        03000000 683a31 8dae026b 6631                     hash h:1, field f1
 * value  hash: the field's; list: the element; zset: score f64; set: empty
 * </pre>
 *
 * <p>The entries of one key and version, a <em>run</em>, lie together. A run is alive if the name's record in {@link
 * Names} has its version and is not empty. A chunk is a part of one run; this always stands one live element ahead, so it
 * knows which chunk of a key is the last one.
 */
final class ElementScan implements Scan {

    private static final int LENGTH_FIELD = 4;
    private static final int VERSION_FIELD = 4;

    private final PikaType type;
    private final Entries entries;
    private final Names names;
    private final Selection selection;
    private final Tally tally;
    private final int chunkElements;
    private final int chunkBytes;

    // The run of the current entry: its bytes in front of every element, and whether its elements go out.
    private byte[] prefix = new byte[64];
    private int prefixLength;
    private boolean taken;
    private Meta meta = new Meta(0, 0, 0, 0, 0);
    private byte[] key = {};

    // Elements of the run met so far; whether its beginning was met.
    private long met;
    private boolean whole;

    // Whether entries stands on a live element, and whether that is the first one of its run.
    private boolean begun;
    private boolean standing;
    private boolean runChanged;
    private double score;

    ElementScan(
            PikaType type, Entries entries, Names names, Selection selection, SnapshotOptions options, Tally tally) {
        this.type = type;
        this.entries = entries;
        this.names = names;
        this.selection = selection;
        this.tally = tally;
        this.chunkElements = Math.min(options.chunkElements(), type.mostElements());
        this.chunkBytes = options.chunkBytes();
    }

    @Override
    public Optional<SnapshotChunk> next() throws SnapshotException {
        if (!begun) {
            standing = toLiveElement();
            begun = true;
        }
        if (!standing) {
            return Optional.empty();
        }
        byte[] chunkKey = key;
        Meta chunkMeta = meta;
        List<byte[]> args = new ArrayList<>();
        args.add(type.command());
        args.add(chunkKey);
        int elements = 0;
        long bytes = 0;
        do {
            bytes += elementBytes();
            elements++;
            addElement(args);
            entries.mark();
            standing = toLiveElement();
        } while (standing && !runChanged && elements < chunkElements && bytes + elementBytes() <= chunkBytes);
        boolean last = !standing || runChanged;
        Command command = new Command(args);
        List<Command> commands =
                last && chunkMeta.expires() ? List.of(command, Deadline.of(chunkKey, chunkMeta)) : List.of(command);
        return Optional.of(new SnapshotChunk(new Change.OnKey(chunkKey, commands), entries.afterMark()));
    }

    @Override
    public void close() {
        entries.close();
    }

    private boolean toLiveElement() throws SnapshotException {
        runChanged = false;
        while (entries.advance()) {
            if (!inRun()) {
                endRun();
                beginRun();
                runChanged = true;
            }
            if (taken && isElement()) {
                return true;
            }
        }
        endRun();
        prefixLength = 0;
        return false;
    }

    private boolean inRun() {
        return prefixLength > 0
                && entries.keyLength() >= prefixLength
                && Arrays.equals(entries.key(), 0, prefixLength, prefix, 0, prefixLength);
    }

    private void beginRun() throws SnapshotException {
        byte[] raw = entries.key();
        long keyLength = entries.keyLength() < LENGTH_FIELD ? -1 : Integer.toUnsignedLong(LittleEndian.intAt(raw, 0));
        if (keyLength < 0 || LENGTH_FIELD + keyLength + VERSION_FIELD > entries.keyLength()) {
            throw entries.malformed("a key too short for its name and version");
        }
        int keyEnd = LENGTH_FIELD + (int) keyLength;
        prefixLength = keyEnd + VERSION_FIELD;
        if (prefix.length < prefixLength) {
            prefix = new byte[prefixLength];
        }
        System.arraycopy(raw, 0, prefix, 0, prefixLength);
        whole = !entries.markBeginsWith(prefix, prefixLength);
        met = 0;
        Optional<Meta> found = names.find(raw, LENGTH_FIELD, keyEnd)
                .filter(m -> !m.empty() && m.version() == LittleEndian.intAt(prefix, keyEnd));
        taken = found.isPresent() && selection.takes(type, found.get(), raw, LENGTH_FIELD, keyEnd);
        if (taken) {
            meta = found.get();
            key = entries.key(LENGTH_FIELD, keyEnd);
        }
    }

    /** Pika itself trusts the elements, not the count; a difference is worth a word. */
    private void endRun() {
        if (prefixLength > 0 && taken && whole && met != meta.count()) {
            tally.count(
                    "count.mismatch",
                    type.folder() + " " + Escaped.text(key) + ": its record counts " + meta.count()
                            + " elements, there are " + met);
        }
    }

    private boolean isElement() throws SnapshotException {
        if (type == PikaType.LIST) {
            if (entries.keyLength() != prefixLength + Long.BYTES) {
                throw entries.malformed("a list element's key without its index");
            }
            if (!meta.spans(LittleEndian.longAt(entries.key(), prefixLength))) {
                return false;
            }
        }
        met++;
        return type != PikaType.ZSET || hasScore();
    }

    private boolean hasScore() throws SnapshotException {
        if (entries.valueLength() != Double.BYTES) {
            throw entries.malformed("a score of " + entries.valueLength() + " bytes");
        }
        score = Double.longBitsToDouble(LittleEndian.longAt(entries.value(Double.BYTES), 0));
        if (Double.isNaN(score)) {
            tally.count(
                    "score.nan",
                    "sorted set " + Escaped.text(key) + ", member "
                            + Escaped.text(entries.key(prefixLength, entries.keyLength()))
                            + ": Redis knows no such score, the member is left out");
            return false;
        }
        return true;
    }

    private long elementBytes() {
        return switch (type) {
            case HASH -> (long) entries.keyLength() - prefixLength + entries.valueLength();
            case LIST -> entries.valueLength();
            default -> entries.keyLength() - prefixLength;
        };
    }

    private void addElement(List<byte[]> args) {
        switch (type) {
            case HASH -> {
                args.add(entries.key(prefixLength, entries.keyLength()));
                args.add(entries.value(entries.valueLength()));
            }
            case LIST -> args.add(entries.value(entries.valueLength()));
            case ZSET -> {
                args.add(Scores.text(score));
                args.add(entries.key(prefixLength, entries.keyLength()));
            }
            case SET -> args.add(entries.key(prefixLength, entries.keyLength()));
            default -> throw new IllegalStateException("no elements: " + type);
        }
    }
}
