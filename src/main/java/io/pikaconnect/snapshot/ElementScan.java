package io.pikaconnect.snapshot;

import io.pikaconnect.change.Change;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.Escaped;
import io.pikaconnect.change.Operation;
import io.pikaconnect.change.Tally;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Elements of hashes, lists, sorted sets, sets and streams. A chunk is a part of one run of elements; this always
 * stands one live element ahead, so it knows which chunk of a key is the last one.
 */
final class ElementScan implements Scan {

    private final PikaType type;
    private final LiveElements runs;
    private final ElementValue value;
    private final Tally tally;
    private final int chunkElements;
    private final int chunkBytes;

    // Whether runs stands on an element that goes out, and whether that is the first one of its run.
    private boolean begun;
    private boolean standing;
    private boolean runChanged;
    private double score;

    ElementScan(PikaType type, LiveElements runs, ElementValue value, SnapshotOptions options, Tally tally) {
        this.type = type;
        this.runs = runs;
        this.value = value;
        this.tally = tally;
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
        byte[] key = runs.key();
        Meta meta = runs.meta();
        Chunk chunk = new Chunk(key, runChanged && runs.whole());
        int elements = 0;
        long bytes = 0;
        do {
            bytes += elementBytes();
            elements++;
            addElement(chunk);
            runs.mark();
            standing = toElement();
        } while (standing && !runChanged && elements < chunkElements && bytes + elementBytes() <= chunkBytes);
        boolean last = !standing || runChanged;
        return Optional.of(new SnapshotChunk(new Change.OnKey(key, chunk.commands(last, meta)), runs.afterMark()));
    }

    @Override
    public void close() {
        runs.close();
    }

    /** The commands of one chunk, as they come together: one with all elements, or one for each entry of a stream. */
    private final class Chunk {

        private final byte[] key;
        private final boolean first;
        private final List<byte[]> args = new ArrayList<>();
        private final List<Command> entries = new ArrayList<>();

        Chunk(byte[] key, boolean first) {
            this.key = key;
            this.first = first;
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
            // The same wherever the reading began: in the middle of a run its elements cannot be counted.
            if (last && type == PikaType.SET && !(first && runs.counted())) {
                commands.add(Command.of(Operation.SCOUNT, key, meta.count()));
            }
            if (last && meta.expires()) {
                commands.add(DeadlineCommand.of(key, meta));
            }
            return commands;
        }
    }

    private boolean toElement() throws SnapshotException {
        runChanged = false;
        while (runs.advance()) {
            runChanged |= runs.changed();
            if (value.read(runs.key()) && (type != PikaType.ZSET || hasScore())) {
                return true;
            }
        }
        return false;
    }

    private boolean hasScore() {
        score = value.score();
        if (Double.isNaN(score)) {
            tally.count(
                    "score.nan",
                    () -> "sorted set " + Escaped.text(runs.key()) + ", a member of " + runs.elementLength()
                            + " bytes: Redis knows no such score, the member is left out");
            return false;
        }
        return true;
    }

    private long elementBytes() {
        return switch (type) {
            case HASH -> (long) runs.elementLength() + value.length();
            case LIST, STREAM -> value.length();
            default -> runs.elementLength();
        };
    }

    private void addElement(Chunk chunk) {
        switch (type) {
            case HASH -> {
                chunk.args.add(runs.element());
                chunk.args.add(value.bytes());
            }
            case LIST -> chunk.args.add(value.bytes());
            case ZSET -> {
                chunk.args.add(Scores.text(score));
                chunk.args.add(runs.element());
            }
            case SET -> chunk.args.add(runs.element());
            case STREAM -> chunk.entries.add(entry(chunk.key));
            default -> throw new IllegalStateException("no elements: " + type);
        }
    }

    /** {@code XADD key ID field value …} */
    private Command entry(byte[] key) {
        List<byte[]> args = new ArrayList<>();
        args.add(type.command());
        args.add(key);
        args.add(runs.streamId().text());
        StreamMessage.addTo(args, value.shared(), value.length());
        return new Command(args);
    }
}
