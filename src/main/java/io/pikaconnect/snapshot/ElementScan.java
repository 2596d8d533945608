package io.pikaconnect.snapshot;

import io.pikaconnect.change.Change;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.Escaped;
import io.pikaconnect.change.Operation;
import io.pikaconnect.metrics.DiscardCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Elements of hashes, lists, sorted sets, sets and streams. A chunk is a part of one run of elements; the scan is
 * always one live element ahead, so it knows which chunk of a key is the last.
 */
final class ElementScan implements Scan {

    /** Most arguments for which there is room from the start. */
    private static final int ROOM = 202;

    private final PikaType type;
    private final LiveElements elements;
    private final ElementValue value;
    private final DiscardCounts discards;
    private final int chunkElements;
    private final int chunkBytes;

    // Whether elements is at one that has to be emitted, and whether that is the first of its run.
    private boolean begun;
    private boolean standing;
    private boolean runChanged;
    private double score;

    ElementScan(
            PikaType type, LiveElements elements, ElementValue value, SnapshotOptions options, DiscardCounts discards) {
        this.type = type;
        this.elements = elements;
        this.value = value;
        this.discards = discards;
        this.chunkElements = Math.min(options.chunkElements(), type.mostElements());
        this.chunkBytes = options.chunkBytes();
    }

    @Override
    public Optional<SnapshotChunk> next() throws SnapshotException {
        if (!begun) {
            standing = toElement();
            begun = true;
        }
        if (!standing) {
            return Optional.empty();
        }
        byte[] key = elements.key();
        Meta meta = elements.meta();
        Chunk chunk = new Chunk(key, runChanged && elements.whole(), meta.count());
        int count = 0;
        long bytes = 0;
        do {
            bytes += elementBytes();
            count++;
            addElement(chunk);
            elements.mark();
            standing = toElement();
        } while (standing && !runChanged && count < chunkElements && bytes + elementBytes() <= chunkBytes);
        boolean last = !standing || runChanged;
        return Optional.of(
                new SnapshotChunk(type, new Change.OnKey(key, chunk.commands(last, meta)), elements.afterMark()));
    }

    @Override
    public void close() {
        elements.close();
    }

    /** The commands of one chunk while it is filled: one with all elements, or one for each entry of a stream. */
    private final class Chunk {

        private final byte[] key;
        private final boolean first;
        private final List<byte[]> args;
        private final List<Command> entries = new ArrayList<>();

        /** @param count elements of the key, by its record */
        Chunk(byte[] key, boolean first, long count) {
            this.key = key;
            this.first = first;
            this.args = new ArrayList<>((int) Math.max(2, Math.min(2 + 2 * count, ROOM)));
            args.add(type.command());
            args.add(key);
        }

        List<Command> commands(boolean last, Meta meta) {
            if (type == PikaType.STREAM) {
                if (last) {
                    entries.add(meta.stream().orElseThrow().setId(key));
                }
                return entries;
            }
            List<Command> commands = new ArrayList<>(List.of(new Command(args)));
            // Must not depend on where reading started: from the middle of a run its elements cannot be counted.
            if (last && type == PikaType.SET && !(first && elements.counted())) {
                commands.add(Command.of(Operation.SETCARD, key, meta.count()));
            }
            if (last && meta.expires()) {
                commands.add(DeadlineCommand.of(key, meta));
            }
            return commands;
        }
    }

    private boolean toElement() throws SnapshotException {
        runChanged = false;
        while (elements.advance()) {
            runChanged |= elements.changed();
            if (value.read(elements.key()) && (type != PikaType.ZSET || hasScore())) {
                return true;
            }
        }
        return false;
    }

    private boolean hasScore() {
        score = value.score();
        if (Double.isNaN(score)) {
            discards.count(
                    "score.nan",
                    () -> "sorted set " + Escaped.text(elements.key()) + ", a member of " + elements.elementLength()
                            + " bytes: Redis has no such score, the member is skipped");
            return false;
        }
        return true;
    }

    private long elementBytes() {
        return switch (type) {
            case HASH -> (long) elements.elementLength() + value.length();
            case LIST, STREAM -> value.length();
            default -> elements.elementLength();
        };
    }

    private void addElement(Chunk chunk) {
        switch (type) {
            case HASH -> {
                chunk.args.add(elements.element());
                chunk.args.add(value.bytes());
            }
            case LIST -> chunk.args.add(value.bytes());
            case ZSET -> {
                chunk.args.add(Scores.text(score));
                chunk.args.add(elements.element());
            }
            case SET -> chunk.args.add(elements.element());
            case STREAM -> chunk.entries.add(entry(chunk.key));
            default -> throw new IllegalStateException("no elements: " + type);
        }
    }

    /** {@code XADD key ID field value …} */
    private Command entry(byte[] key) {
        List<byte[]> args = new ArrayList<>();
        args.add(type.command());
        args.add(key);
        args.add(elements.streamId().text());
        StreamMessage.addTo(args, value.shared(), value.length());
        return new Command(args);
    }
}
