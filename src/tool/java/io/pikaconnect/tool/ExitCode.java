package io.pikaconnect.tool;

/** How a command ends, as tool.md lists it. */
final class ExitCode {

    /** Done, or equal, or as it should be. */
    static final int DONE = 0;

    /** It could not be done; the last line has why. */
    static final int FAILED = 1;

    /** The command line is wrong. */
    static final int USAGE = 2;

    /** What was looked at is not as it should be: differences, a task that has failed, a condition that is not met yet. */
    static final int NOT_SO = 3;

    private ExitCode() {}
}
