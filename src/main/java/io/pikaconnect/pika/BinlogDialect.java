package io.pikaconnect.pika;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Releases of Pika whose binlogs have the same meaning (binlog-commands 1), and how these dialects differ.
 *
 * <p>A 4.0.1 master calls itself 4.0.0 (binlog-commands 12.15). So {@link #PIKA_4_0_0} is any master that reports
 * 4.0.0: what only one of the two logs is recognized by its form, such as a raw FLUSHALL or a {@code pksetexat} in
 * milliseconds, and where the same form means a shorter life on one of them, the key gets the longer one. Only the
 * setting {@code pika.version} makes {@link #PIKA_4_0_1} certain; there deadlines are exactly those of 4.0.1. Likewise
 * 4.0.3 and 4.0.4 may report 4.0.2: {@link #PIKA_4_0_2} is any master that reports it.
 */
public enum BinlogDialect {

    /** 3.2.0 – 3.2.3: INCR and DECR as SET, without the deadline that the master keeps. */
    PIKA_3_2_0("G32A", TypedFlush.ONE_TYPE, 0),

    /** 3.2.4 – 3.3.5: INCR and DECR raw, SETNX as SET. */
    PIKA_3_2_4("G32B", TypedFlush.ONE_TYPE, 0),

    /** 3.3.6 – 3.4: SETNX raw. */
    PIKA_3_3_6("G33", TypedFlush.ONE_TYPE, 0),

    /**
     * 3.5.0, 3.5.1: commands over several keys are logged as several; SPOP raw, a FLUSHDB of one type deletes that
     * type.
     */
    PIKA_3_5_0("G350", TypedFlush.ONE_TYPE, 0),

    /** 3.5.2, 3.5.3: SETRANGE and SETBIT keep the deadline. */
    PIKA_3_5_2("G352", TypedFlush.ONE_TYPE, 0),

    /** 3.5.4: SPOP as SREM, FLUSHALL raw in one db only, a FLUSHDB of one type deletes nothing. */
    PIKA_3_5_4("G354", TypedFlush.NOTHING, 0),

    /** 3.5.5: INCR and APPEND as pksetexat, a FLUSHDB of one type deletes everything. */
    PIKA_3_5_5("G355", TypedFlush.WHOLE_DB, 100),

    /** 3.5.6: APPEND to a missing key with its value; of a member that one ZADD names twice the last score counts. */
    PIKA_3_5_6("G356", TypedFlush.WHOLE_DB, 100),

    /** Reports 4.0.0, and may be 4.0.1: a key has one type; a FLUSHDB of one type is an error. */
    PIKA_4_0_0("G40", TypedFlush.NEVER, 0),

    /** 4.0.1 or 4.0.2 for certain: deadlines in milliseconds. */
    PIKA_4_0_1("G401", TypedFlush.NEVER, 0),

    /** Reports 4.0.2, and may be 4.0.3 or 4.0.4: which score of a repeated member counts is not known. */
    PIKA_4_0_2("G402", TypedFlush.NEVER, 0),

    /** 4.0.3 or 4.0.4 for certain: PSETEX in seconds; the last score of a repeated member counts. */
    PIKA_4_0_3("G403", TypedFlush.NEVER, 0);

    /** What the master does on {@code FLUSHDB type}, which is logged in any case (binlog-commands 4.1). */
    public enum TypedFlush {
        ONE_TYPE,
        NOTHING,
        WHOLE_DB,
        NEVER
    }

    /** Which score counts where one ZADD or GEOADD names a member several times. */
    public enum Repeated {
        FIRST,
        LAST,
        UNKNOWN
    }

    private final String formerName;
    private final TypedFlush typedFlush;
    private final int patternDeletes;

    BinlogDialect(String formerName, TypedFlush typedFlush, int patternDeletes) {
        this.formerName = formerName;
        this.typedFlush = typedFlush;
        this.patternDeletes = patternDeletes;
    }

    /**
     * The dialect of that name, or of the one that it has in the stored offsets of 0.1.0.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static BinlogDialect named(String name) {
        return Stream.of(values())
                .filter(dialect -> dialect.formerName.equals(name))
                .findFirst()
                .orElseGet(() -> valueOf(name));
    }

    /**
     * The dialect of a master of that version, whichever of its releases it is.
     *
     * @throws IllegalArgumentException if the dialect depends on a release that is not known
     */
    public static BinlogDialect of(PikaVersion version) {
        List<Releases> rows = version.rows().toList();
        Optional<BinlogDialect> common = rows.get(0).dialects().stream()
                .filter(dialect -> rows.stream().allMatch(row -> row.dialects().contains(dialect)))
                .findFirst();
        return common.orElseThrow(() -> new IllegalArgumentException("the master is a Pika " + version
                + ", but it does not report which one, and their binlogs differ in meaning: set pika.version to "
                + choice(version.releases())));
    }

    private static String choice(List<Release> releases) {
        String all = releases.stream().map(Release::toString).collect(Collectors.joining(", "));
        int last = all.lastIndexOf(", ");
        return all.substring(0, last) + " or " + all.substring(last + 2);
    }

    /** Whether a master of that version may log in this dialect, or in one that can be read by the same rules. */
    public boolean isPossible(PikaVersion version) {
        return version.rows().anyMatch(row -> row.dialects().contains(this));
    }

    /** The dialect for a master of which more is known now than when this one was chosen. */
    public BinlogDialect refinedBy(PikaVersion version) {
        return this == PIKA_4_0_2 && version.isExact() && isPossible(version) ? of(version) : this;
    }

    /** Whether what a master of one version logs means the same when a replica of the other version logs it again. */
    public static boolean logsAlike(PikaVersion a, PikaVersion b) {
        List<BinlogDialect> all = b.rows().map(row -> row.dialects().get(0)).toList();
        return a.rows().map(row -> row.dialects().get(0)).anyMatch(all::contains);
    }

    /** The releases that log in this dialect, for people to read. */
    public String versions() {
        List<Release> releases = Releases.all().stream()
                .filter(release -> Releases.of(release).dialects().contains(this))
                .toList();
        return new PikaVersion(releases.get(0), releases.get(releases.size() - 1)).toString();
    }

    public TypedFlush typedFlush() {
        return typedFlush;
    }

    /** How many keys one PKPATTERNMATCHDEL deletes at most, 0 for all (binlog-commands 4.2). */
    public int patternDeletes() {
        return patternDeletes;
    }

    /** One item may name several keys, and then reads the values of the others (binlog-commands 6.1). */
    public boolean logsSeveralKeys() {
        return compareTo(PIKA_3_5_0) < 0;
    }

    /**
     * SETRANGE, and a SETBIT that changes the bit, write the string without its deadline; observed on 3.2.0, 3.3.6 and
     * 3.4.2, and in the sources up to 3.5.1.
     */
    public boolean dropsDeadlinesOfRanges() {
        return compareTo(PIKA_3_5_2) < 0;
    }

    /** SPOP is logged as received, without the members it popped. */
    public boolean logsSpop() {
        return compareTo(PIKA_3_5_4) < 0;
    }

    /** INCR and APPEND are logged as pksetexat. */
    public boolean logsValues() {
        return compareTo(PIKA_3_5_5) >= 0;
    }

    /** An APPEND to a missing key is logged without its value (binlog-commands 12.2). */
    public boolean losesAppends() {
        return logsValues() && this != PIKA_3_5_6;
    }

    /** Which score counts where one ZADD or GEOADD names a member several times; Redis takes the last. */
    public Repeated repeatedMember() {
        return switch (this) {
            case PIKA_3_5_6, PIKA_4_0_3 -> Repeated.LAST;
            case PIKA_4_0_2 -> Repeated.UNKNOWN;
            case PIKA_3_2_0,
                    PIKA_3_2_4,
                    PIKA_3_3_6,
                    PIKA_3_5_0,
                    PIKA_3_5_2,
                    PIKA_3_5_4,
                    PIKA_3_5_5,
                    PIKA_4_0_0,
                    PIKA_4_0_1 -> Repeated.FIRST;
        };
    }

    /** An HSET may set several fields. */
    public boolean mayLogSeveralFields() {
        return this == PIKA_3_5_6 || compareTo(PIKA_4_0_1) >= 0;
    }

    /** A key has one type only; PKPATTERNMATCHDEL takes no type. */
    public boolean hasOneKeySpace() {
        return compareTo(PIKA_4_0_0) >= 0;
    }

    /** Seconds are truncated to 32 bits; observed on 3.2.0, 3.3.6, 3.4.2 and 3.5.5. */
    public boolean cutsSeconds() {
        return compareTo(PIKA_4_0_0) < 0;
    }

    /** A deadline is a whole second, during which the key can still be read (binlog-commands 8). */
    public boolean keepsSeconds() {
        return compareTo(PIKA_4_0_1) < 0;
    }

    /** A PSETEX may be logged in seconds, its milliseconds rounded down. */
    public boolean cutsPsetex() {
        return compareTo(PIKA_4_0_2) >= 0;
    }

    /** 4.0.0 sets no deadline for a SET with NX or XX and less than a second; 4.0.1 does. */
    public boolean mayDropShortDeadlines() {
        return this == PIKA_4_0_0;
    }
}
