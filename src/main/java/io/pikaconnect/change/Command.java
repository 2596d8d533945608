package io.pikaconnect.change;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * One Redis command: its name and arguments, as bytes.
 *
 * <p>The arrays are shared with whoever made them and are never written to.
 */
public record Command(List<byte[]> args) {

    /** Longest command that the sink's script can run: Lua's stack holds no more arguments. */
    public static final int MAX_ARGS = 4_000;

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

    @Override
    public String toString() {
        return args.stream().map(Escaped::text).collect(Collectors.joining(" "));
    }
}
