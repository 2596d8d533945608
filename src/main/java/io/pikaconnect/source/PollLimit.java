package io.pikaconnect.source;

/**
 * Where one {@code poll()} ends; a unit may go on in the next one.
 *
 * @param items so that what is unacknowledged stays far below the master's window of 9,000 items, or 3,000 in early 3.2
 */
record PollLimit(int records, long bytes, int items) {

    static final PollLimit DEFAULT = new PollLimit(2_000, 4L << 20, 1_000);
}
