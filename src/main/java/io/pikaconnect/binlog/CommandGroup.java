package io.pikaconnect.binlog;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Versions of Pika whose binlogs mean the same (binlog-commands 1), and in what these groups differ.
 *
 * <p>A 4.0.1 master calls itself 4.0.0 (binlog-commands 12.15). So {@link #G40} is whatever says 4.0.0: what only one of
 * the two logs is known by its form, such as a raw FLUSHALL or a {@code pksetexat} in milliseconds, and where the same
 * form means a shorter life on one of them, the key gets the longer one. {@link #G401} is known for certain only by the
 * setting {@code pika.version}; there deadlines are those of 4.0.1 exactly.
 */
public enum CommandGroup {

    /** 3.2.0 – 3.2.3: INCR and DECR as SET, without the deadline that the master keeps. */
    G32A("3.2.0 to 3.2.3", TypedFlush.ONE_TYPE, 0),

    /** 3.2.4 – 3.3.5: INCR and DECR raw, SETNX as SET. */
    G32B("3.2.4 to 3.3.5", TypedFlush.ONE_TYPE, 0),

    /** 3.3.6 – 3.4: SETNX raw. */
    G33("3.3.6 to 3.4", TypedFlush.ONE_TYPE, 0),

    /** 3.5.0, 3.5.1: commands over several keys in pieces; SPOP raw, a FLUSHDB of one type deletes that type. */
    G350("3.5.0 and 3.5.1", TypedFlush.ONE_TYPE, 0),

    /** 3.5.2, 3.5.3: SETRANGE and SETBIT keep the deadline. */
    G352("3.5.2 and 3.5.3", TypedFlush.ONE_TYPE, 0),

    /** 3.5.4: SPOP as SREM, FLUSHALL raw in one db only, a FLUSHDB of one type deletes nothing. */
    G354("3.5.4", TypedFlush.NOTHING, 0),

    /** 3.5.5 and later: INCR and APPEND as pksetexat, a FLUSHDB of one type deletes everything. */
    G355("3.5.5", TypedFlush.WHOLE_DB, 100),

    /** Calls itself 4.0.0, and may be 4.0.1: a name has one type; a FLUSHDB of one type is an error. */
    G40("4.0", TypedFlush.NEVER, 0),

    /** 4.0.1 for certain: deadlines in milliseconds. */
    G401("4.0.1", TypedFlush.NEVER, 0);

    private static final Pattern VERSION = Pattern.compile("(\\d{1,6})\\.(\\d{1,6})(?:\\.(\\d{1,6})(?:[^0-9].*)?)?");

    /** What the master does at {@code FLUSHDB type}, which is logged in any case (binlog-commands 4.1). */
    enum TypedFlush {
        ONE_TYPE,
        NOTHING,
        WHOLE_DB,
        NEVER
    }

    private final String versions;
    private final TypedFlush typedFlush;
    private final int patternDeletes;

    CommandGroup(String versions, TypedFlush typedFlush, int patternDeletes) {
        this.versions = versions;
        this.typedFlush = typedFlush;
        this.patternDeletes = patternDeletes;
    }

    /**
     * The group of a master's version, as {@code 3.5.5}.
     *
     * @throws IllegalArgumentException when the connector knows no rules for it, or the version does not say enough
     */
    public static CommandGroup of(String version) {
        Matcher v = VERSION.matcher(version.strip());
        if (v.matches()) {
            String line = v.group(1) + "." + v.group(2);
            if (line.equals("3.4")) {
                return G33;
            }
            if (line.equals("4.0") && v.group(3) == null) {
                return G40;
            }
            if (v.group(3) == null && line.matches("3\\.[235]")) {
                throw new IllegalArgumentException("the master is a Pika " + line
                        + ", but which one is not known, and the binlogs of the versions " + line
                        + " differ: set pika.version to the exact version");
            }
            int patch = v.group(3) == null ? 0 : Integer.parseInt(v.group(3));
            switch (line) {
                case "3.2":
                    return patch <= 3 ? G32A : G32B;
                case "3.3":
                    return patch <= 5 ? G32B : G33;
                case "3.5":
                    return patch <= 1 ? G350 : patch <= 3 ? G352 : patch == 4 ? G354 : G355;
                case "4.0":
                    if (patch <= 1) {
                        return patch == 0 ? G40 : G401;
                    }
                    break;
                default:
            }
        }
        throw new IllegalArgumentException(
                "no translation for the binlog of Pika version '" + version
                        + "', only for 3.2 to 3.5, 4.0.0 and 4.0.1: check pika.version, or use a connector that knows this version");
    }

    /** For a person to read. */
    String versions() {
        return versions;
    }

    TypedFlush typedFlush() {
        return typedFlush;
    }

    /** How many keys one PKPATTERNMATCHDEL deletes at most, 0 for all (binlog-commands 4.2). */
    int patternDeletes() {
        return patternDeletes;
    }

    /** One item may name several keys, and then reads what the others hold (binlog-commands 6.1). */
    boolean logsSeveralKeys() {
        return compareTo(G350) < 0;
    }

    /**
     * The master writes the string without its deadline at a SETRANGE, and at a SETBIT that changes the bit; seen on 3.2.0,
     * 3.3.6 and 3.4.2, and in the sources up to 3.5.1.
     */
    boolean dropsDeadlinesOfRanges() {
        return compareTo(G352) < 0;
    }

    /** SPOP is logged as it came, without what it popped. */
    boolean logsSpop() {
        return compareTo(G354) < 0;
    }

    /** INCR and APPEND are logged as pksetexat, and an APPEND to a missing key loses its value (binlog-commands 12.2). */
    boolean losesAppends() {
        return compareTo(G355) >= 0;
    }

    /** A name has one type only; PKPATTERNMATCHDEL takes none. */
    boolean hasOneKeySpace() {
        return compareTo(G40) >= 0;
    }

    /** Seconds have 32 bits, and the rest of a larger number is what counts; seen on 3.2.0, 3.3.6, 3.4.2 and 3.5.5. */
    boolean cutsSeconds() {
        return compareTo(G40) < 0;
    }

    /** A deadline is a whole second, during which the key can still be read (binlog-commands 8). */
    boolean keepsSeconds() {
        return this != G401;
    }
}
