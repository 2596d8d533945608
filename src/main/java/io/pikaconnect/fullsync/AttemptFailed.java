package io.pikaconnect.fullsync;

/** This attempt to get a dump is over; another one, from the request of the dump on, may succeed. */
final class AttemptFailed extends Exception {

    private static final long serialVersionUID = 1L;

    AttemptFailed(String message) {
        this(message, null);
    }

    /** @param cause may be null, as with any exception */
    AttemptFailed(String message, Throwable cause) {
        super(oneLine(message), cause);
    }

    /** Messages quote what came over the network. */
    private static String oneLine(String message) {
        return message.replaceAll("\\p{Cntrl}", "?");
    }
}
