package io.pikaconnect.demo.pika;

import io.pikaconnect.pika.BinlogPosition;
import java.util.List;
import java.util.Locale;

/** Releases of Pika that a stand-in master can be, one or more of every dialect (binlog-commands 1). */
public enum PikaRelease {
    V320("3.2.0", "3.2.0"),
    V336("3.3.6", "3.3.6"),
    V340("3.4.0", "3.4.0"),
    V350("3.5.0", "3.5.0"),
    V354("3.5.4", "3.5.4"),
    V355("3.5.5", "3.5.5"),
    V356("3.5.6", "3.5.6"),
    /** The server of 4.0.1 calls itself 4.0.0. */
    V401("4.0.1", "4.0.0"),
    V402("4.0.2", "4.0.2"),
    /** Whether the servers of 4.0.3 and 4.0.4 call themselves so, or still 4.0.2, is not known. */
    V403("4.0.3", "4.0.3"),
    V404("4.0.4", "4.0.4");

    private final String number;
    private final String reported;

    PikaRelease(String number, String reported) {
        this.number = number;
        this.reported = reported;
    }

    /** As it is called, such as 4.0.1. */
    public String number() {
        return number;
    }

    /** The version in INFO. */
    public String reported() {
        return reported;
    }

    /** The release that reports this version; 3.5.5 if none does. */
    public static PikaRelease of(String version) {
        return List.of(values()).stream()
                .filter(r -> r.reported.equals(version))
                .findFirst()
                .orElse(V355);
    }

    private boolean isFrom(PikaRelease first) {
        return compareTo(first) >= 0;
    }

    /** Its binlog has new or repaired forms: 3.5.6, and 4.0.2 and later. */
    public boolean isNew() {
        return this == V356 || isFrom(V402);
    }

    /** A dump is pulled from the master; before, the master pushes it. */
    public boolean isPulled() {
        return isFrom(V350);
    }

    /** A name has one type; before, it may have several. */
    public boolean hasOneType() {
        return isFrom(V401);
    }

    /** Deadlines in milliseconds; before, in seconds. */
    public boolean keepsMillis() {
        return isFrom(V401);
    }

    /** Commands over several keys are logged as several commands. */
    public boolean logsPieces() {
        return isFrom(V350);
    }

    /** INCR, DECR and their like are logged as SET. */
    public boolean logsCountersAsSet() {
        return this == V320;
    }

    /** SETRANGE, and a SETBIT that changes the bit, keep the deadline; from 3.5.2 on. */
    public boolean keepsDeadlinesOfRanges() {
        return isFrom(V354);
    }

    /** INCR and APPEND are logged as pksetexat. */
    public boolean logsValues() {
        return isFrom(V355);
    }

    /** An item with the string after an APPEND has the deadline, too; 3.5.5 omits that. */
    public boolean logsDeadlineOfAppend() {
        return isFrom(V356);
    }

    /** An APPEND to a key that is not there is logged with its value; others log an empty one. */
    public boolean logsFirstAppend() {
        return this == V356;
    }

    /** PSETEX is logged with its deadline in milliseconds; others have it in seconds, as SETEX. */
    public boolean logsMillisOfPsetex() {
        return this == V401 || this == V402;
    }

    /** A deadline that a client's PKSETEXAT or PEXPIREAT names is cut to 32 bits of milliseconds, so that it is long over. */
    public boolean cutsMillisOfPksetexat() {
        return this == V401 || this == V402;
    }

    /** Of a member that is repeated in one ZADD or GEOADD the last score counts; before, the first one. */
    public boolean lastScoreWins() {
        return this == V356 || isFrom(V403);
    }

    /** How many bits a string has for SETBIT. */
    public long bits() {
        return isFrom(V402) ? 1L << 32 : 1L << 21;
    }

    /** SUNION, SINTER and SDIFF, which only read, are logged. */
    public boolean logsReadsOfSets() {
        return isFrom(V401);
    }

    /** A SETNX is logged as received, whether or not it had an effect; in earlier releases as the resulting SET. */
    public boolean logsSetnx() {
        return isFrom(V336);
    }

    /** SPOP is logged as SREM; before, without the members. */
    public boolean logsPopped() {
        return isFrom(V354);
    }

    /** A member moved to its own set changes nothing, and the answer is 1, whether the member, or the set, is there or not. */
    public boolean movesOntoItself() {
        return !isFrom(V401);
    }

    /** FLUSHALL is in the log of one db only, as received. */
    public boolean logsFlushallOnce() {
        return this == V354;
    }

    /** What FLUSHDB of one type does. */
    public enum TypedFlush {
        ONE_TYPE,
        NOTHING,
        EVERYTHING,
        ERROR
    }

    public TypedFlush typedFlush() {
        return switch (this) {
            case V354 -> TypedFlush.NOTHING;
            case V355, V356 -> TypedFlush.EVERYTHING;
            case V401, V402, V403, V404 -> TypedFlush.ERROR;
            case V320, V336, V340, V350 -> TypedFlush.ONE_TYPE;
        };
    }

    /** How many keys one PKPATTERNMATCHDEL deletes at most. */
    public int patternDeletes() {
        return isFrom(V355) ? 100 : Integer.MAX_VALUE;
    }

    // The replication protocol (replication-protocol 1).

    public boolean hasRunId() {
        return isFrom(V350);
    }

    public boolean hasReplicationId() {
        return isFrom(V354);
    }

    public boolean hasTerms() {
        return isFrom(V336);
    }

    /** No keepalive goes out while something is not acknowledged. */
    public boolean waitsForAcknowledgements() {
        return isFrom(V336);
    }

    /** The first BinlogSync forgets what was sent before. */
    public boolean clearsWindow() {
        return isFrom(V350);
    }

    /** A replica that waits for a dump retains the binlog. */
    public boolean holdsBinlogInFullSync() {
        return isFrom(V350);
    }

    /** TrySync refuses a position inside an item. */
    public boolean checksAlignment() {
        return isFrom(V336);
    }

    public boolean codesOther() {
        return isFrom(V336);
    }

    /** The file number of a DBSync is compared without its sign. */
    public boolean comparesUnsigned() {
        return !isFrom(V355);
    }

    /**
     * With a password nothing but MetaSync is taken on a connection of the replication port that has not given it there;
     * the connection is closed.
     */
    public boolean asksEveryConnection() {
        return isFrom(V404);
    }

    /** A pulled chunk has its MD5 sum; in earlier releases that field is empty. */
    public boolean sumsChunks() {
        return isFrom(V404);
    }

    /** Database instances of a dump; 0 if each type has a separate one. */
    public int instances() {
        return isFrom(V401) ? 3 : 0;
    }

    public String unknownUnit() {
        return isFrom(V354) ? "DB not found" : isFrom(V350) ? "Slot not found" : "Partition not found";
    }

    /** The line of INFO replication about a db's log. */
    public String binlogLine(String db, BinlogPosition end) {
        return String.format(
                Locale.ROOT,
                "%s%sbinlog_offset=%d %d,safety_purge=none",
                db,
                isFrom(V354) ? ":" : " ",
                end.filenum(),
                end.offset());
    }
}
