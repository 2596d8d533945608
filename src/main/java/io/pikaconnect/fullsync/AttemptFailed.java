package io.pikaconnect.fullsync;

/** This attempt to get a dump is over; another one, from the request of the dump on, may succeed. */
final class AttemptFailed extends Exception {

    private static final long serialVersionUID = 1L;

    AttemptFailed(String message) {
        super(message);
    }

    AttemptFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
