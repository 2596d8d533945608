package io.pikaconnect.change;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Cuts the commands for one key into record values of bounded size: lazily, and always in the same way.
 *
 * <p>Commands that fit go together. A command with many elements becomes several complete commands. An argument that is
 * too large by itself is staged: {@link Operation#STAGE_PIECE} records carry its bytes, and
 * {@link Operation#RUN_STAGED} runs the command after them.
 */
public final class RecordSplitter implements Iterator<byte[]> {

    /** Bytes of a record besides key and value: two headers and Kafka's framing, estimated generously. */
    private static final int OVERHEAD = 512;

    private final Deque<Command> waiting;

    // What remains of the command that is being cut: its parts are made one by one.
    private Iterator<Command> parts = Collections.emptyIterator();

    // The next command, which did not fit into the current value.
    private Optional<Command> held = Optional.empty();

    private final int valueLimit;
    private final List<Command> current = new ArrayList<>();
    private long currentBytes;

    // The command that is being staged, and its progress: its bytes are copied piece by piece, on request.
    private StagedCommand staging;

    private RecordSplitter(List<Command> commands, int valueLimit) {
        this.waiting = new ArrayDeque<>(commands);
        this.valueLimit = valueLimit;
    }

    private static int valueLimit(byte[] key, int recordMaxBytes) {
        int valueLimit = recordMaxBytes - key.length - OVERHEAD;
        long needed = 2L * key.length + 2 * OVERHEAD;
        if (key.length > longestKey(recordMaxBytes)) {
            throw new DoesNotFitException(
                    "key " + Escaped.text(key) + " has " + key.length
                            + " bytes; it needs records of at least " + needed
                            + " bytes, but they are cut to " + recordMaxBytes,
                    "That takes effect with a new epoch, so reset the connector's offsets for a new full sync. Or"
                            + " set on.large.key=skip, which leaves such keys out and counts them; the task then"
                            + " continues here",
                    needed - recordMaxBytes);
        }
        return valueLimit;
    }

    /** The length of the longest key that a record can have, in bytes: it may stand in the value once more. */
    public static int longestKey(int recordMaxBytes) {
        return (recordMaxBytes - 2 * OVERHEAD) / 2;
    }

    /** The values of the records for one key's commands, none larger than {@code recordMaxBytes} with key and headers. */
    public static Iterator<byte[]> of(byte[] key, List<Command> commands, int recordMaxBytes) {
        int valueLimit = valueLimit(key, recordMaxBytes);
        long size = 0;
        for (Command command : commands) {
            size += command.size() > Command.MAX_ARGS ? valueLimit + 1L : Resp.encodedSize(command);
        }
        // Nearly all are one record, and need none of what cutting takes.
        return size > 0 && size <= valueLimit
                ? List.of(Resp.encode(commands, (int) size)).iterator()
                : new RecordSplitter(commands, valueLimit);
    }

    @Override
    public boolean hasNext() {
        return hasCommand() || !current.isEmpty() || staging != null;
    }

    @Override
    public byte[] next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        while (true) {
            if (staging != null) {
                if (staging.hasMore()) {
                    return staging.nextPiece(valueLimit);
                }
                add(staging.finalCommand());
                staging = null;
            }
            if (!hasCommand()) {
                return flush();
            }
            Command command = take();
            long size = Resp.encodedSize(command);
            if (size > valueLimit) {
                staging = StagedCommand.of(command, valueLimit);
                if (!current.isEmpty()) {
                    return flush();
                }
            } else if (!current.isEmpty() && currentBytes + size > valueLimit) {
                held = Optional.of(command);
                return flush();
            } else {
                add(command);
            }
        }
    }

    private boolean hasCommand() {
        return held.isPresent() || parts.hasNext() || !waiting.isEmpty();
    }

    /** The next command, cut if it is too large. */
    private Command take() {
        if (held.isPresent()) {
            Command next = held.get();
            held = Optional.empty();
            return next;
        }
        if (!parts.hasNext()) {
            Command whole = waiting.poll();
            if (whole.size() <= Command.MAX_ARGS && Resp.encodedSize(whole) <= valueLimit) {
                return whole;
            }
            parts = CutCommand.of(whole, valueLimit);
        }
        return parts.next();
    }

    private void add(Command command) {
        current.add(command);
        currentBytes += Resp.encodedSize(command);
    }

    private byte[] flush() {
        byte[] value = Resp.encode(current);
        current.clear();
        currentBytes = 0;
        return value;
    }
}
