package io.pikaconnect.snapshot;

/** A dump cannot be read, or not correctly. The message has the problem, the place, the cause and the remedy. */
public final class SnapshotException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String what;
    private final boolean damaged;

    SnapshotException(String message) {
        this(message, null);
    }

    public SnapshotException(String message, Throwable cause) {
        super(message, cause);
        this.what = message;
        this.damaged = false;
    }

    private SnapshotException(String what, String remedy, Throwable cause) {
        super(what + ". " + remedy, cause);
        this.what = what;
        this.damaged = true;
    }

    /** @param cause may be null, as with any exception */
    static SnapshotException ofDamagedDump(String what, String remedy, Throwable cause) {
        return new SnapshotException(what, remedy, cause);
    }

    /**
     * Whether the dump's files are no longer what the master sent, or never were a complete dump: only another dump
     * helps.
     */
    public boolean isDamagedDump() {
        return damaged;
    }

    /** What is wrong; for a damaged dump without the remedy. */
    public String what() {
        return what;
    }
}
