package io.pikaconnect.binlog;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.LazyList;
import io.pikaconnect.change.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Rules for streams: T-XADD. Pika trims exactly even with {@code ~}, and a stream that lost its last entry no longer
 * exists, so that its numbers start again (storage-format 8); Redis would keep it, and refuse smaller numbers.
 *
 * <pre>
 * XADD key [NOMKSTREAM] [MAXLEN|MINID [=|~] threshold] id field value …
 * XTRIM key MAXLEN|MINID [=|~] threshold
 * </pre>
 */
final class StreamRules {

    private StreamRules() {}

    static List<Command> xadd(LoggedCommand xadd) {
        List<byte[]> args = new ArrayList<>(xadd.command().args().subList(0, 2));
        boolean trims = false;
        int i = 2;
        while (i < xadd.size()) {
            String option = xadd.text(i).toUpperCase(Locale.ROOT);
            if (option.equals("NOMKSTREAM")) {
                i++; // an entry that was logged was added, so the stream exists
            } else if (isTrim(option)) {
                i = trim(xadd, i, args);
                trims = true;
            } else {
                break;
            }
        }
        int pairs = xadd.size() - i - 1;
        if (pairs < 2 || pairs % 2 != 0) {
            throw new IllegalArgumentException("it has no id with fields and values after its options");
        }
        if (xadd.text(i).contains("*")) {
            // Pika logs the number that it assigned; without one nothing was added.
            xadd.count("xadd.without.id");
            return List.of();
        }
        int id = i;
        int head = args.size();
        Command exact = new Command(
                LazyList.of(head + xadd.size() - id, a -> a < head ? args.get(a) : xadd.arg(id + a - head)));
        return trims ? List.of(exact, endIfEmpty(xadd)) : List.of(exact);
    }

    static List<Command> xtrim(LoggedCommand xtrim) {
        List<byte[]> args = new ArrayList<>(xtrim.command().args().subList(0, 2));
        if (!isTrim(xtrim.text(2).toUpperCase(Locale.ROOT)) || trim(xtrim, 2, args) != xtrim.size()) {
            throw new IllegalArgumentException("it lacks MAXLEN or MINID and a threshold");
        }
        return List.of(new Command(args), endIfEmpty(xtrim));
    }

    static List<Command> xdel(LoggedCommand xdel) {
        return List.of(xdel.command(), endIfEmpty(xdel));
    }

    private static boolean isTrim(String option) {
        return option.equals("MAXLEN") || option.equals("MINID");
    }

    /** Writes the option at {@code i} as an exact one; returns the index of the next argument. */
    private static int trim(LoggedCommand logged, int i, List<byte[]> out) {
        int threshold = i + 1;
        if (threshold < logged.size()
                && (logged.text(threshold).equals("=") || logged.text(threshold).equals("~"))) {
            threshold++;
        }
        if (threshold >= logged.size()) {
            throw new IllegalArgumentException(logged.text(i) + " lacks its threshold");
        }
        out.add(logged.arg(i));
        out.add(new byte[] {'='});
        out.add(logged.arg(threshold));
        return threshold + 1;
    }

    private static Command endIfEmpty(LoggedCommand logged) {
        return Command.of(Operation.ENDSTREAM, logged.key());
    }
}
