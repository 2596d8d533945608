package io.pikaconnect.change;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * Cuts the commands for one key into record values that stay below a size: lazily, and always the same way.
 *
 * <p>Commands that fit go together. A command with many elements becomes several complete commands. An argument that is
 * too large by itself is staged: {@link Operation#STAGE} records carry its bytes, and {@link Operation#STAGED} runs the
 * command behind them.
 */
public final class Pieces implements Iterator<byte[]> {

    /** Where elements begin and how many arguments make one, for the commands that may be cut between elements. */
    private record Elements(int first, int width) {}

    private static final Map<String, Elements> CUTTABLE = Map.ofEntries(
            Map.entry("rpush", new Elements(2, 1)),
            Map.entry("lpush", new Elements(2, 1)),
            Map.entry("rpushx", new Elements(2, 1)),
            Map.entry("lpushx", new Elements(2, 1)),
            Map.entry("sadd", new Elements(2, 1)),
            Map.entry("srem", new Elements(2, 1)),
            Map.entry(Operation.SREM, new Elements(2, 2)),
            Map.entry("hset", new Elements(2, 2)),
            Map.entry("hmset", new Elements(2, 2)),
            Map.entry("hdel", new Elements(2, 1)),
            Map.entry("zadd", new Elements(2, 2)),
            Map.entry("zrem", new Elements(2, 1)),
            Map.entry("geoadd", new Elements(2, 3)),
            Map.entry("pfadd", new Elements(2, 1)),
            Map.entry("xdel", new Elements(2, 1)));

    /** What a record holds besides key and value: two headers and Kafka's own framing, generously. */
    private static final int OVERHEAD = 512;

    private final Deque<Command> waiting;
    private final int valueLimit;
    private final List<Command> current = new ArrayList<>();
    private long currentBytes;

    // The command that is being staged, and how far: its bytes are copied piece by piece, when asked for.
    private StagedCommand staging;

    private Pieces(byte[] key, List<Command> commands, int recordMaxBytes) {
        this.waiting = new ArrayDeque<>(commands);
        this.valueLimit = recordMaxBytes - key.length - OVERHEAD;
        if (valueLimit < key.length + OVERHEAD) {
            throw new DoesNotFitException(
                    "key " + Escaped.text(key) + " has " + key.length
                            + " bytes; it needs record.max.bytes of at least " + (2L * key.length + 2 * OVERHEAD)
                            + " (and as much in the topic's max.message.bytes), but that is " + recordMaxBytes,
                    "Raise it; it takes effect with a new epoch, so reset the connector's offsets for a new full sync");
        }
    }

    /** The values of the records for one key's commands, none larger than {@code recordMaxBytes} with key and headers. */
    public static Iterator<byte[]> of(byte[] key, List<Command> commands, int recordMaxBytes) {
        return new Pieces(key, commands, recordMaxBytes);
    }

    @Override
    public boolean hasNext() {
        return !waiting.isEmpty() || !current.isEmpty() || staging != null;
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
            if (waiting.isEmpty()) {
                return flush();
            }
            Command command = waiting.poll();
            long size = Resp.encodedSize(command);
            if (command.size() > Command.MAX_ARGS || size > valueLimit) {
                List<Command> parts = cut(command);
                command = parts.get(0);
                for (int i = parts.size() - 1; i > 0; i--) {
                    waiting.push(parts.get(i));
                }
                size = Resp.encodedSize(command);
            }
            if (size > valueLimit) {
                staging = StagedCommand.of(command, valueLimit);
                if (!current.isEmpty()) {
                    return flush();
                }
            } else if (!current.isEmpty() && currentBytes + size > valueLimit) {
                waiting.push(command);
                return flush();
            } else {
                add(command);
            }
        }
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

    /** One command as several complete ones that fit, each with one element at least; itself where it has no elements. */
    private List<Command> cut(Command command) {
        Elements e = CUTTABLE.get(command.name());
        if (e == null) {
            if (command.size() > Command.MAX_ARGS) {
                throw new DoesNotFitException(
                        "command " + command.name() + " on key "
                                + Escaped.text(command.args().get(1)) + " has "
                                + command.size() + " arguments; more than " + Command.MAX_ARGS
                                + " cannot be applied at once, and it cannot be cut",
                        "No setting lets it pass: have the applications write it in smaller ones and remove from the"
                                + " master what this one wrote, then reset the connector's offsets for a new full sync");
            }
            return List.of(command);
        }
        List<byte[]> args = command.args();
        List<byte[]> head = args.subList(0, e.first);
        long headBytes = Resp.encodedSize(new Command(head));
        List<Command> parts = new ArrayList<>();
        int from = e.first;
        long bytes = headBytes;
        for (int at = e.first; at < args.size(); ) {
            int end = Math.min(at + e.width, args.size());
            long element = Resp.encodedSize(new Command(args.subList(at, end)));
            boolean full = bytes + element > valueLimit || e.first + end - from > Command.MAX_ARGS;
            if (at > from && full) {
                parts.add(join(head, args.subList(from, at)));
                from = at;
                bytes = headBytes;
            }
            bytes += element;
            at = end;
        }
        parts.add(join(head, args.subList(from, args.size())));
        return parts;
    }

    private static Command join(List<byte[]> head, List<byte[]> elements) {
        List<byte[]> all = new ArrayList<>(head.size() + elements.size());
        all.addAll(head);
        all.addAll(elements);
        return new Command(all);
    }
}
