package io.pikaconnect.fullsync;

/** This attempt to pull a dump is over; another one, from the request of the dump on, may succeed. */
final class PullFailed extends Exception {

    private static final long serialVersionUID = 1L;

    PullFailed(String message) {
        super(message);
    }

    PullFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
