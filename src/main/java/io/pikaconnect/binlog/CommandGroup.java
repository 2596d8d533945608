package io.pikaconnect.binlog;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Versions of Pika whose binlogs mean the same (binlog-commands 1), and in what these groups differ. */
public enum CommandGroup {
    /** 3.5.0 – 3.5.3: SPOP raw, a FLUSHDB of one type deletes that type. */
    G350(TypedFlush.ONE_TYPE, 0),
    /** 3.5.4: SPOP as SREM, FLUSHALL raw in one db only, a FLUSHDB of one type deletes nothing. */
    G354(TypedFlush.NOTHING, 0),
    /** 3.5.5 and later: INCR and APPEND as pksetexat, a FLUSHDB of one type deletes everything. */
    G355(TypedFlush.WHOLE_DB, 100);

    private static final Pattern VERSION = Pattern.compile("3\\.5\\.(\\d{1,6})(?:[^0-9].*)?");

    /** What the master does at {@code FLUSHDB type}, which is logged in any case (binlog-commands 4.1). */
    enum TypedFlush {
        ONE_TYPE,
        NOTHING,
        WHOLE_DB
    }

    private final TypedFlush typedFlush;
    private final int patternDeletes;

    CommandGroup(TypedFlush typedFlush, int patternDeletes) {
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
            int patch = Integer.parseInt(v.group(1));
            return patch <= 3 ? G350 : patch == 4 ? G354 : G355;
        }
        if (version.strip().equals("3.5")) {
            throw new IllegalArgumentException(
                    "the master is a Pika 3.5, but which one is not known, and its binlog means"
                            + " different things from 3.5.0, 3.5.4 and 3.5.5 on: set pika.version to the exact version");
        }
        throw new IllegalArgumentException("no translation for the binlog of Pika version '" + version
                + "', only for 3.5.0 and later 3.5: check pika.version, or use a connector that knows this version");
    }

    TypedFlush typedFlush() {
        return typedFlush;
    }

    /** How many keys one PKPATTERNMATCHDEL deletes at most, 0 for all (binlog-commands 4.2). */
    int patternDeletes() {
        return patternDeletes;
    }
}
