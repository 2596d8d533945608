package io.pikaconnect.binlog;

/** An item of the binlog cannot be turned into changes; the message names the item, the cause and the remedy. */
public final class UntranslatableException extends Exception {

    private static final long serialVersionUID = 1;

    UntranslatableException(String message) {
        super(message);
    }

    UntranslatableException(String message, Throwable cause) {
        super(message, cause);
    }
}
