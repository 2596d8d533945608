package io.pikaconnect.demo.bench;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Operation;
import io.pikaconnect.demo.RedisServer;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * For each operation of the sink whose cost may depend on a collection: the longest that another client of Redis waits
 * during it. Each row has a Redis of its own, and one sink task.
 *
 * <p>The longest wait contains what a busy machine takes away; the longest script is what Redis itself measured.
 */
final class LongestWaits {

    /** Bytes of a string for each element that a collection of that row would have. */
    private static final int STRING_BYTES = 64;

    private static final int PIECE = 800_000;

    private static final int SECONDS = 120;

    private static final int SOURCES = 1_000;

    /** 512 MiB. */
    private static final int LONGEST_STRING = 1 << 29;

    /** What is in Redis before the commands come. */
    private enum Before {
        NOTHING,
        SET,
        TWO_SETS,
        EQUAL_SCORES,
        OTHER_SCORES,
        TWO_SORTED_SETS,
        LIST,
        TWO_STRINGS,
        MANY_SETS,
        MANY_SORTED_SETS,
        MANY_STRINGS,
        KEYS
    }

    /** @param commands for so many elements; without elements the row is measured once */
    private record Row(String name, Before before, boolean hasElements, IntFunction<List<Command>> commands) {}

    private static final List<Row> ROWS = List.of(
            row("500 SPOP", Before.SET, n -> times(500, "pika.spop", "{a}1", "1795337901")),
            row("50 SPOP with count 10", Before.SET, n -> times(50, "pika.spop", "{a}1", "1795337901", "10")),
            row("SPOP of all but one", Before.SET, n -> times(1, "pika.spop", "{a}1", "1795337901", "" + (n - 1))),
            row(
                    "100 ZREMRANGEBYLEX, equal scores",
                    Before.EQUAL_SCORES,
                    n -> times(100, "pika.zremrangebylex", "{a}1", "[x", "[y")),
            row(
                    "ZREMRANGEBYLEX of everything",
                    Before.EQUAL_SCORES,
                    n -> times(1, "pika.zremrangebylex", "{a}1", "-", "+")),
            row(
                    "2 ZREMRANGEBYLEX, other scores",
                    Before.OTHER_SCORES,
                    n -> times(2, "pika.zremrangebylex", "{a}1", "[member-1", "[member-2")),
            row("ZREMRANGEBYRANK", Before.OTHER_SCORES, n -> times(1, "ZREMRANGEBYRANK", "{a}1", "1", "-2")),
            row("ZPOPMIN of all but one", Before.OTHER_SCORES, n -> times(1, "ZPOPMIN", "{a}1", "" + (n - 1))),
            row("ZREMRANGEBYSCORE", Before.OTHER_SCORES, n -> times(1, "ZREMRANGEBYSCORE", "{a}1", "1", "+inf")),
            row("DEL", Before.SET, n -> times(1, "DEL", "{a}1")),
            row("SET of a key with a set", Before.SET, n -> times(1, "SET", "{a}1", "x")),
            row("SUNIONSTORE", Before.TWO_SETS, n -> times(1, "SUNIONSTORE", "{a}3", "{a}1", "{a}2")),
            row("SINTERSTORE", Before.TWO_SETS, n -> times(1, "SINTERSTORE", "{a}3", "{a}1", "{a}2")),
            row("SDIFFSTORE", Before.TWO_SETS, n -> times(1, "SDIFFSTORE", "{a}3", "{a}1", "{a}2")),
            row("ZUNIONSTORE", Before.TWO_SORTED_SETS, n -> times(1, "ZUNIONSTORE", "{a}3", "2", "{a}1", "{a}2")),
            row("ZINTERSTORE", Before.TWO_SORTED_SETS, n -> times(1, "ZINTERSTORE", "{a}3", "2", "{a}1", "{a}2")),
            row("SINTERSTORE of 1,000 sets", Before.MANY_SETS, n -> times(1, several("SINTERSTORE", "{a}0"))),
            row(
                    "ZINTERSTORE of 1,000 sorted sets",
                    Before.MANY_SORTED_SETS,
                    n -> times(1, several("ZINTERSTORE", "{a}0", "" + SOURCES))),
            row(
                    "BITOP of 1,000 strings, 64 bytes an element in all",
                    Before.MANY_STRINGS,
                    n -> times(1, several("BITOP", "OR", "{a}0"))),
            row("LPOP of all but one", Before.LIST, n -> times(1, "LPOP", "{a}1", "" + (n - 1))),
            row("LTRIM to one element", Before.LIST, n -> times(1, "LTRIM", "{a}1", "1", "1")),
            row("LREM of one element", Before.LIST, n -> times(1, "LREM", "{a}1", "0", "absent")),
            row("50 LREM", Before.LIST, n -> times(50, "LREM", "{a}1", "0", "absent")),
            row(
                    "BITOP, 64 bytes an element",
                    Before.TWO_STRINGS,
                    n -> times(1, "BITOP", "AND", "{a}3", "{a}1", "{a}2")),
            row(
                    "SETRANGE with NUL, 64 bytes an element",
                    Before.TWO_STRINGS,
                    n -> times(1, "pika.setrange", "{a}1", "5", "a\0b")),
            row("staged SET, 64 bytes an element", Before.NOTHING, n -> staged(n * STRING_BYTES, "SET", "{a}1", "")),
            row(
                    "staged HSET, 64 bytes an element",
                    Before.NOTHING,
                    n -> staged(n * STRING_BYTES, "HSET", "{a}1", "f", "")),
            row(
                    "staged APPEND, 64 bytes an element",
                    Before.TWO_STRINGS,
                    n -> staged(n * STRING_BYTES, "APPEND", "{a}1", "")),
            new Row("staged SET, 512 MiB", Before.NOTHING, false, n -> staged(LONGEST_STRING, "SET", "{a}1", "")),
            row("delete by pattern, an element a key", Before.KEYS, n -> times(1, "pika.patterndel", "*", "*", "0")),
            row("delete by pattern, limit", Before.KEYS, n -> times(1, "pika.patterndel", "*", "*", "" + n / 2)),
            row("delete by type, an element a key", Before.KEYS, n -> times(1, "pika.flushtype", "string")));

    private final PrintStream out;
    private final Table table;

    /** The results are printed as they come, and put into the table. */
    LongestWaits(PrintStream out, Table table) {
        this.out = out;
        this.table = table;
    }

    /**
     * @param elements of the collections; each row is measured with each
     * @param operations names of the rows to measure
     */
    void run(List<Integer> elements, Pattern operations) throws Exception {
        out.printf(
                "%-52s %10s %14s %14s %8s %9s%n",
                "", "elements", "longest wait", "longest script", "scripts", "in all");
        for (Row row : ROWS) {
            for (int count : row.hasElements ? elements : List.of(0)) {
                if (operations.matcher(row.name).matches()) {
                    String wait = run(row, count);
                    table.put(
                            row.hasElements ? String.format(Locale.ROOT, "%,d elements, ms", count) : "once, ms",
                            row.name,
                            wait);
                }
            }
        }
    }

    /** The longest wait in ms, with the mark > if the commands did not end in time. */
    private String run(Row row, int elements) throws Exception {
        try (RedisServer redis = RedisServer.start();
                SinkAlone sink = new SinkAlone(redis)) {
            fill(sink, row.before, elements);
            List<Command> commands = row.commands.apply(elements);
            try (SecondClient client = new SecondClient(redis)) {
                long start = System.nanoTime();
                boolean isComplete = sink.apply(commands, SECONDS);
                out.printf(
                        Locale.ROOT,
                        "%-52s %,10d %11.0f ms %11.0f ms %,8d %7.1f s%s%n",
                        row.name,
                        elements,
                        client.longestMillis(),
                        client.longestScriptMillis(),
                        client.scripts(),
                        (System.nanoTime() - start) / 1e9,
                        isComplete ? "" : ", not complete");
                return String.format(Locale.ROOT, "%s%.0f", isComplete ? "" : "> ", client.longestMillis());
            }
        }
    }

    private static void fill(SinkAlone sink, Before before, int n) {
        switch (before) {
            case NOTHING -> {}
            case SET -> sink.fill(n, i -> new Object[] {"SADD", "{a}1", member(i)});
            case TWO_SETS -> {
                sink.fill(n, i -> new Object[] {"SADD", "{a}1", member(i)});
                sink.fill(n, i -> new Object[] {"SADD", "{a}2", member(i + n / 2)});
            }
            case EQUAL_SCORES -> sink.fill(n, i -> new Object[] {"ZADD", "{a}1", "1", member(i)});
            case OTHER_SCORES -> sink.fill(n, i -> new Object[] {"ZADD", "{a}1", "" + i, member(i)});
            case TWO_SORTED_SETS -> {
                sink.fill(n, i -> new Object[] {"ZADD", "{a}1", "" + i, member(i)});
                sink.fill(n, i -> new Object[] {"ZADD", "{a}2", "" + i, member(i + n / 2)});
            }
            case LIST -> sink.fill(n, i -> new Object[] {"RPUSH", "{a}1", member(i)});
            case TWO_STRINGS -> {
                sink.fill(1, i -> new Object[] {"SETRANGE", "{a}1", "" + (n * STRING_BYTES - 1), "x"});
                sink.fill(1, i -> new Object[] {"SETRANGE", "{a}2", "" + (n * STRING_BYTES - 1), "x"});
            }
            case MANY_SETS -> sink.fill(n, i -> new Object[] {"SADD", "{a}" + (1 + i % SOURCES), member(i / SOURCES)});
            case MANY_SORTED_SETS ->
                sink.fill(n, i -> new Object[] {"ZADD", "{a}" + (1 + i % SOURCES), "1", member(i / SOURCES)});
            case MANY_STRINGS ->
                sink.fill(SOURCES, i ->
                        new Object[] {"SETRANGE", "{a}" + (1 + i), "" + (n / SOURCES * STRING_BYTES - 1), "x"});
            case KEYS -> sink.fill(n, i -> new Object[] {"SET", member(i), "x"});
        }
    }

    private static String member(int i) {
        return "member-" + i * 7919L % 1_000_003 + "-" + i;
    }

    private static List<Command> times(int count, Object... command) {
        return Collections.nCopies(count, Command.of(command));
    }

    /** The words, and after them as many sources as there are in Redis. */
    private static Object[] several(String... words) {
        return Stream.concat(Stream.of(words), IntStream.rangeClosed(1, SOURCES).mapToObj(i -> "{a}" + i))
                .toArray();
    }

    /** A command whose last argument, of so many bytes, comes in pieces. */
    private static List<Command> staged(int length, Object... command) {
        int slot = command.length - 1;
        List<Command> commands = new ArrayList<>();
        for (int at = 0; at < length; at += PIECE) {
            commands.add(Command.of(Operation.STAGE_PIECE, "" + slot, "" + at, new byte[Math.min(PIECE, length - at)]));
        }
        List<Object> last = new ArrayList<>(List.of(Operation.RUN_STAGED, "" + slot));
        Collections.addAll(last, command);
        commands.add(Command.of(last.toArray()));
        return commands;
    }

    private static Row row(String name, Before before, IntFunction<List<Command>> commands) {
        return new Row(name, before, true, commands);
    }
}
