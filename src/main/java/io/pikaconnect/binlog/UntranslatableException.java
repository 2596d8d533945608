package io.pikaconnect.binlog;

/** An item of the binlog cannot be turned into changes; the message says which one, why, and what to do. */
public final class UntranslatableException extends Exception {

    private static final long serialVersionUID = 1;

    UntranslatableException(String message) {
        super(message);
    }

    UntranslatableException(String message, Throwable cause) {
        super(message, cause);
    }
}
