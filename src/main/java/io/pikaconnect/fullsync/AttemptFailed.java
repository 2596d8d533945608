package io.pikaconnect.fullsync;

/** This attempt to get a dump is over; another one, from the request of the dump on, may succeed. */
final class AttemptFailed extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean broken;

    AttemptFailed(String message) {
        this(message, null);
    }

    /** @param cause may be null, as with any exception */
    AttemptFailed(String message, Throwable cause) {
        this(message, cause, false);
    }

    private AttemptFailed(String message, Throwable cause, boolean broken) {
        super(oneLine(message), cause);
        this.broken = broken;
    }

    /** The connection broke, which tells nothing about the dump. */
    static AttemptFailed broken(String message, Throwable cause) {
        return new AttemptFailed(message, cause, true);
    }

    /** Whether only the connection is to blame. */
    boolean isBroken() {
        return broken;
    }

    /** Messages quote what came over the network. */
    private static String oneLine(String message) {
        return message.replaceAll("\\p{Cntrl}", "?");
    }
}
