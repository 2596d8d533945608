package io.pikaconnect.binlog;

import io.pikaconnect.change.Command;
import io.pikaconnect.pika.BinlogDialect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Commands that the master has under other names (rename-command, from 3.5.4 on): it logs most of them by the name that
 * the client used, and does not report what that means, not even by CONFIG GET.
 *
 * <p>Text form: {@code name=command} joined by commas, then {@code +skip} if so.
 *
 * @param names the name that a command has there, in lower case, and the command
 * @param skipping whether unknown commands are left out
 */
public record RenamedCommands(Map<String, String> names, boolean skipping) {

    /** No command is renamed. */
    public static final RenamedCommands NONE = new RenamedCommands(Map.of(), false);

    private static final String SKIP = "+skip";
    private static final Pattern NAME = Pattern.compile("[^\\s,;=+\\p{Cntrl}]{1,100}");

    public RenamedCommands {
        names = new TreeMap<>(names);
    }

    /**
     * Reads pairs such as {@code 360flushdb=flushdb}.
     *
     * @throws IllegalArgumentException if one is not such a pair, or could not be told from a command that Pika itself
     *     logs
     */
    public static RenamedCommands of(Collection<String> pairs, boolean skipping) {
        Map<String, String> names = new TreeMap<>();
        for (String pair : pairs) {
            String[] sides = pair.toLowerCase(Locale.ROOT).split("=", -1);
            if (sides.length != 2
                    || !NAME.matcher(sides[0]).matches()
                    || !NAME.matcher(sides[1]).matches()) {
                throw new IllegalArgumentException(
                        "\"" + pair + "\" is not the new name and the command, such as 360flushdb=flushdb");
            }
            if (!isLogged(sides[1])) {
                throw new IllegalArgumentException("\"" + sides[1]
                        + "\" is not a command that Pika logs; the new name comes first: 360flushdb=flushdb");
            }
            if (isLogged(sides[0])) {
                throw new IllegalArgumentException("\"" + sides[0]
                        + "\" is a command that Pika itself logs, whatever it is renamed to: an item could be either"
                        + " of the two");
            }
            if (names.put(sides[0], sides[1]) != null) {
                throw new IllegalArgumentException("\"" + sides[0] + "\" stands for two commands");
            }
        }
        return new RenamedCommands(names, skipping);
    }

    private static boolean isLogged(String name) {
        return Stream.of(BinlogDialect.values())
                .anyMatch(dialect -> CommandTable.of(dialect).row(name).isPresent());
    }

    /**
     * What applies in an epoch that started with this, under the present settings. Names stay. A name that was added
     * later applies from now on, since no item with it was skipped: the task stopped there. But if unknown commands
     * were skipped, an item would have a record after a restart that it did not have before.
     */
    public RenamedCommands continuedWith(RenamedCommands now) {
        if (skipping) {
            return this;
        }
        Map<String, String> all = new TreeMap<>(now.names);
        all.putAll(names);
        return new RenamedCommands(all, now.skipping);
    }

    /** The command under its own name. */
    Command real(Command logged) {
        String name = names.isEmpty() ? null : names.get(logged.name());
        if (name == null) {
            return logged;
        }
        List<byte[]> args = new ArrayList<>(logged.args());
        args.set(0, name.getBytes(StandardCharsets.US_ASCII));
        return new Command(args);
    }

    /** Whether there is nothing to store. */
    public boolean isNone() {
        return equals(NONE);
    }

    /** The text form. */
    @Override
    public String toString() {
        return names.entrySet().stream()
                        .map(e -> e.getKey() + "=" + e.getValue())
                        .collect(Collectors.joining(","))
                + (skipping ? SKIP : "");
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException as {@link #of}
     */
    public static RenamedCommands parse(String text) {
        boolean skips = text.endsWith(SKIP);
        String pairs = skips ? text.substring(0, text.length() - SKIP.length()) : text;
        return of(pairs.isEmpty() ? List.of() : List.of(pairs.split(",")), skips);
    }
}
