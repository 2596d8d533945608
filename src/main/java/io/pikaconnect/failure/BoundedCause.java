package io.pikaconnect.failure;

import io.pikaconnect.change.OneLine;

/** Stands for a chain of causes whose messages are too long to be stored; keeps the stack traces. */
final class BoundedCause extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final int LONGEST_CHAIN = 8_000;
    private static final int LONGEST_MESSAGE = 1_000;
    private static final int MOST_CAUSES = 5;

    private BoundedCause(Throwable original, Throwable cause) {
        super(OneLine.of(original.toString(), LONGEST_MESSAGE), cause);
        setStackTrace(original.getStackTrace());
    }

    /** The cause itself, unless its messages and those of its causes are too long together. */
    static Throwable of(Throwable cause) {
        long length = 0;
        int depth = 0;
        for (Throwable t = cause; t != null && depth <= MOST_CAUSES; t = t.getCause()) {
            length += t.toString().length();
            depth++;
        }
        return length <= LONGEST_CHAIN && depth <= MOST_CAUSES ? cause : bounded(cause, MOST_CAUSES);
    }

    private static Throwable bounded(Throwable original, int left) {
        Throwable cause = original.getCause();
        return new BoundedCause(original, cause == null || left <= 1 ? null : bounded(cause, left - 1));
    }
}
