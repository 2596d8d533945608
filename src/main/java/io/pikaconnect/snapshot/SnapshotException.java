package io.pikaconnect.snapshot;

/** A dump cannot be read, or not rightly. The message says what, where, why and what to do. */
public final class SnapshotException extends Exception {

    private static final long serialVersionUID = 1L;

    SnapshotException(String message) {
        super(message);
    }

    public SnapshotException(String message, Throwable cause) {
        super(message, cause);
    }
}
