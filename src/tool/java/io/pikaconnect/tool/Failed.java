package io.pikaconnect.tool;

/** A command cannot be carried out; the message is one line that has what, where, why and what to do. */
final class Failed extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int exitCode;

    Failed(String message) {
        this(ExitCode.FAILED, message);
    }

    private Failed(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** A condition is not met; later it may be. */
    static Failed notSo(String message) {
        return new Failed(ExitCode.NOT_SO, message);
    }

    int exitCode() {
        return exitCode;
    }
}
