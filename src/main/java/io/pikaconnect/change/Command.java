package io.pikaconnect.change;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One Redis command: its name and arguments, as bytes.
 *
 * <p>The arrays are shared with the caller and are never written to.
 */
public record Command(List<byte[]> args) {

    /** Longest command that the sink's script can run: Lua's stack holds no more arguments. */
    public static final int MAX_ARGS = 4_000;

    private static final int SHOWN_OF_OTHERS = 2;

    /** How many arguments there are up to the last key, the name included, where that is not the first argument. */
    private static final Map<String, Integer> SHOWN = Map.ofEntries(
            Map.entry("bitop", 3),
            Map.entry("rpoplpush", 3),
            Map.entry("smove", 3),
            Map.entry(Operation.BITOP, 3),
            Map.entry(Operation.STAGE_PIECE, 3),
            Map.entry(Operation.RUN_STAGED, 4),
            Map.entry(Operation.PATTERNDEL, 4));

    public Command {
        if (args.isEmpty()) {
            throw new IllegalArgumentException("a command needs a name");
        }
    }

    /** A command from its parts: byte arrays as they are, anything else as text in UTF-8. */
    public static Command of(Object... parts) {
        return new Command(Arrays.stream(parts)
                .map(p -> p instanceof byte[] b ? b : p.toString().getBytes(StandardCharsets.UTF_8))
                .toList());
    }

    /** The name in lower case: Pika logs it as the client typed it. */
    public String name() {
        return new String(args.get(0), StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    }

    /** Argument {@code i} as text; 0 is the name. */
    public String text(int i) {
        return new String(args.get(i), StandardCharsets.UTF_8);
    }

    public int size() {
        return args.size();
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Command c
                && args.size() == c.args.size()
                && Arrays.deepEquals(args.toArray(), c.args.toArray());
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(args.toArray());
    }

    /** All arguments as text, as long as {@link OneLine} allows: data, which is logged at DEBUG only. */
    public String values() {
        StringBuilder all = new StringBuilder();
        for (byte[] arg : args) {
            if (all.length() > 2 * OneLine.LONGEST) {
                break;
            }
            all.append(all.isEmpty() ? "" : " ").append(Escaped.text(arg));
        }
        return all.length() <= OneLine.LONGEST
                ? all.toString()
                : all.substring(0, OneLine.LONGEST) + "…(" + args.size() + " arguments)";
    }

    /**
     * For logs and status, so without data: the name, the key, and the number and total bytes of the other arguments.
     */
    @Override
    public String toString() {
        int shown = Math.min(args.size(), SHOWN.getOrDefault(name(), SHOWN_OF_OTHERS));
        String head = args.stream().limit(shown).map(Escaped::text).collect(Collectors.joining(" "));
        int more = args.size() - shown;
        if (more == 0) {
            return head;
        }
        long bytes = args.stream().skip(shown).mapToLong(a -> a.length).sum();
        return head + " …(" + more + (more == 1 ? " more argument, " : " more arguments, ") + bytes + " bytes)";
    }
}
