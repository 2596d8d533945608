package io.pikaconnect.failure;

import io.pikaconnect.change.OneLine;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * What ends a task of either connector. Its message, the first line of what Connect shows, has the place, what is wrong
 * and why, and the remedy:
 *
 * <pre>
 * orders db0 of 10.0.0.5:9221, after 3/210276: cannot translate "flushslot". Set on.unknown.command=skip, …
 * </pre>
 *
 * <p>It is one line without control characters and of bounded length, its causes included: Connect stores all of it in
 * a record of its status topic, which must not get too large to be written.
 */
public final class TaskFailure extends ConnectException {

    private static final long serialVersionUID = 1L;

    /** Characters of the whole message. */
    static final int LONGEST = OneLine.LONGEST;

    private static final int LONGEST_WHERE = 800;
    private static final int LONGEST_REMEDY = 1_200;
    private static final int LONGEST_WHAT = LONGEST - LONGEST_WHERE - LONGEST_REMEDY - 10;

    private TaskFailure(String message, Throwable cause) {
        super(message, cause == null ? null : BoundedCause.of(cause));
    }

    /**
     * @param where position, or topic, partition and offset; keys as escaped text
     * @param what is wrong, and why
     * @param remedy what to do about it, as a sentence
     */
    public static TaskFailure of(Object where, String what, String remedy) {
        return of(where, what, remedy, null);
    }

    /** @param cause shown below the first line; may be null, as with any exception */
    public static TaskFailure of(Object where, String what, String remedy, Throwable cause) {
        String message = OneLine.of(String.valueOf(where), LONGEST_WHERE) + ": "
                + OneLine.of(what, LONGEST_WHAT).replaceFirst("[.\\s]+$", "") + ". "
                + OneLine.of(remedy, LONGEST_REMEDY);
        return new TaskFailure(message, cause);
    }

    /** A failure whose text already has place, cause and remedy. */
    public static TaskFailure of(String text, Throwable cause) {
        return new TaskFailure(OneLine.of(text, LONGEST), cause);
    }

    /**
     * For failures that no code expects, {@link Error}s included; the remedy is that of the deepest cause with a known
     * one.
     */
    public static TaskFailure unexpected(Object where, Throwable cause) {
        return unexpected(where, cause, Causes.REPORT);
    }

    /** @param remedy used if none of the causes has a known one */
    public static TaskFailure unexpected(Object where, Throwable cause, String remedy) {
        return cause instanceof TaskFailure known
                ? known
                : of(where, Causes.text(cause), Causes.remedy(cause).orElse(remedy), cause);
    }
}
