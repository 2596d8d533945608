package io.pikaconnect.change;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * One command with many elements as several complete commands that fit, each with at least one element; made lazily.
 */
final class CutCommand implements Iterator<Command> {

    /** Index of the first element and arguments per element, for commands that may be cut between elements. */
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

    private final List<byte[]> args;
    private final Elements elements;
    private final int valueLimit;
    private final List<byte[]> head;
    private final long headBytes;

    // Index of the next element to be sent.
    private int from;

    private CutCommand(List<byte[]> args, Elements elements, int valueLimit) {
        this.args = args;
        this.elements = elements;
        this.valueLimit = valueLimit;
        this.head = List.copyOf(args.subList(0, elements.first));
        this.headBytes = Resp.encodedSize(new Command(head));
        this.from = elements.first;
    }

    /**
     * The command itself if it has no elements.
     *
     * @throws DoesNotFitException if it has none, and too many arguments
     */
    static Iterator<Command> of(Command command, int valueLimit) {
        Elements elements = CUTTABLE.get(command.name());
        if (elements != null) {
            return new CutCommand(command.args(), elements, valueLimit);
        }
        if (command.size() > Command.MAX_ARGS) {
            throw new DoesNotFitException(
                    "command " + command.name() + " on key "
                            + Escaped.text(command.args().get(1)) + " has "
                            + command.size() + " arguments; more than " + Command.MAX_ARGS
                            + " cannot be applied at once, and it cannot be cut",
                    "No setting lets it pass: have the applications write smaller commands and remove from the master"
                            + " what this one wrote, then reset the connector's offsets for a new full sync");
        }
        return List.of(command).iterator();
    }

    @Override
    public boolean hasNext() {
        return from < args.size();
    }

    @Override
    public Command next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        List<byte[]> part = new ArrayList<>(head);
        long bytes = headBytes;
        while (from < args.size()) {
            List<byte[]> element = List.copyOf(args.subList(from, Math.min(from + elements.width, args.size())));
            long size = Resp.encodedSize(new Command(element));
            boolean full = bytes + size > valueLimit || part.size() + element.size() > Command.MAX_ARGS;
            if (full && part.size() > head.size()) {
                break;
            }
            part.addAll(element);
            bytes += size;
            from += element.size();
        }
        return new Command(part);
    }
}
