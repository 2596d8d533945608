package io.pikaconnect.demo.pika;

import io.pikaconnect.change.Command;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** A command that is executed on a db, and what is logged of it. */
final class Call {

    private static final Pattern DECIMAL = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
    private static final Pattern HEXADECIMAL = Pattern.compile("[+-]?0[xX][0-9a-fA-F]+");

    private final Command command;
    private final Store store;
    private final List<Command> logged = new ArrayList<>();

    Call(Command command, Store store) {
        this.command = command;
        this.store = store;
    }

    Store store() {
        return store;
    }

    PikaRelease release() {
        return store.release();
    }

    int size() {
        return command.size();
    }

    byte[] arg(int i) {
        return command.args().get(i);
    }

    Bytes key(int i) {
        return new Bytes(arg(i));
    }

    Bytes key() {
        return key(1);
    }

    String text(int i) {
        return command.text(i);
    }

    String upper(int i) {
        return text(i).toUpperCase(Locale.ROOT);
    }

    List<Bytes> keysFrom(int first) {
        return command.args().subList(first, size()).stream().map(Bytes::new).toList();
    }

    long number(int i) {
        return number(arg(i));
    }

    /** As C's strtoll accepts it: spaces before, a plus, zeros, nothing at all (binlog-commands 7.2). */
    static long number(byte[] text) {
        String digits = new String(text, StandardCharsets.ISO_8859_1).stripLeading();
        try {
            return digits.isEmpty() ? 0 : Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw Failed.noInteger();
        }
    }

    double score(int i) {
        return score(text(i));
    }

    static double score(String text) {
        if (DECIMAL.matcher(text).matches()) {
            return Double.parseDouble(text);
        } else if (HEXADECIMAL.matcher(text).matches()) {
            return Double.parseDouble(text + "p0");
        }
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "inf", "+inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            default -> throw Failed.noFloat();
        };
    }

    static BigDecimal decimal(byte[] text) {
        try {
            return new BigDecimal(new String(text, StandardCharsets.ISO_8859_1));
        } catch (NumberFormatException e) {
            throw Failed.noFloat();
        }
    }

    /** Logs the client's own words. */
    void logRaw() {
        logged.add(command);
    }

    /** Logs something else. */
    void log(Object... parts) {
        logged.add(Command.of(parts));
    }

    void log(Command other) {
        logged.add(other);
    }

    List<Command> logged() {
        return logged;
    }

    /** The last millisecond that a deadline given in seconds leaves a key; up to 3.5 seconds have 32 bits. */
    long endOf(long given) {
        long second = release().keepsMillis() ? given : (int) given;
        return Math.min(second, Long.MAX_VALUE / 2000) * 1000 + 999;
    }
}
