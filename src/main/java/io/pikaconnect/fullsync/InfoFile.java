package io.pikaconnect.fullsync;

import io.pikaconnect.change.Escaped;
import io.pikaconnect.pika.BinlogPosition;
import java.nio.charset.StandardCharsets;

/**
 * The file {@code info} of a dump (replication-protocol 5.4, 6.7): text of at least five lines, each with a line end.
 *
 * <ol>
 *   <li>{@code 0s}: how long the dump took
 *   <li>{@code 192.0.2.2}: an address of the master's host, not necessarily reachable from here
 *   <li>{@code 29221}: its client port
 *   <li>{@code 0}: file number of the position where the binlog continues after the dump
 *   <li>{@code 614}: its offset
 * </ol>
 *
 * @param position lines 4 and 5
 */
record InfoFile(BinlogPosition position) {

    static final String NAME = "info";

    private static final int LINES = 5;
    private static final int LARGEST_PORT = 65_535;

    /** @throws IllegalArgumentException if the content is incomplete or not that of a dump */
    static InfoFile parse(byte[] content) {
        String[] lines = new String(content, StandardCharsets.ISO_8859_1).split("\n", -1);
        // Text after the last line end is not a line: otherwise a file truncated in its last number would look
        // complete.
        if (lines.length <= LINES || !lines[lines.length - 1].isEmpty()) {
            throw new IllegalArgumentException(
                    "the dump's info is truncated: " + (lines.length - 1) + " complete lines");
        }
        number(lines[2], "port", LARGEST_PORT); // not used, but without one it is not the info of a dump
        return new InfoFile(new BinlogPosition(
                number(lines[3], "file number", 0xffff_ffffL), number(lines[4], "offset", Long.MAX_VALUE)));
    }

    private static long number(String text, String what, long largest) {
        try {
            long value = Long.parseLong(text);
            if (value >= 0 && value <= largest) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "the dump's info has no " + what + " but '"
                            + Escaped.text(text.getBytes(StandardCharsets.ISO_8859_1)) + "'",
                    e);
        }
        throw new IllegalArgumentException("the dump's info has an impossible " + what + ": " + text);
    }
}
