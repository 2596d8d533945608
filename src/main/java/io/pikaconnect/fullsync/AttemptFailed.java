package io.pikaconnect.fullsync;

/** An attempt to get a dump failed; another one, starting with the request of the dump, may succeed. */
final class AttemptFailed extends Exception {

    private static final long serialVersionUID = 1L;

    private enum Why {
        OTHER,
        CONNECTION,
        PASSWORD
    }

    private final Why why;

    AttemptFailed(String message) {
        this(message, null);
    }

    /** @param cause may be null, as with any exception */
    AttemptFailed(String message, Throwable cause) {
        this(message, cause, Why.OTHER);
    }

    private AttemptFailed(String message, Throwable cause, Why why) {
        super(oneLine(message), cause);
        this.why = why;
    }

    /** The connection broke, which does not mean that the dump is bad. */
    static AttemptFailed broken(String message, Throwable cause) {
        return new AttemptFailed(message, cause, Why.CONNECTION);
    }

    /** No connection knew the password, but at least one did not. */
    static AttemptFailed refused(String message) {
        return new AttemptFailed(message, null, Why.PASSWORD);
    }

    /** Whether only the connection failed. */
    boolean isBroken() {
        return why == Why.CONNECTION;
    }

    /** Whether the password was refused. */
    boolean isRefused() {
        return why == Why.PASSWORD;
    }

    /** Messages quote what came over the network. */
    private static String oneLine(String message) {
        return message.replaceAll("\\p{Cntrl}", "?");
    }
}
