package io.pikaconnect.change;

import java.util.List;

/**
 * Where a change is within its epoch; totally ordered, the snapshot before the binlog.
 *
 * <p>Text form {@code phase/a/b/part}:
 *
 * <pre>
 * s/2/1047/0 snapshot: RocksDB instance 2 in reading order, after its 1047th physical entry, part 0 b/3/210276/1
 * binlog: after the item that ends at offset 210276 of file 3, part 1
 * </pre>
 *
 * @param a snapshot: index of the RocksDB instance in reading order; binlog: file number
 * @param b snapshot: how many physical entries of the instance were read, dead ones included; binlog: offset after the
 *     item, in bytes
 * @param part which record of an item, or of a snapshot chunk, that became several records; from 0
 */
public record Position(Phase phase, long a, long b, int part) implements Comparable<Position> {

    /** Every epoch starts here, with its barrier. */
    public static final Position BEGIN = snapshot(0, 0, 0);

    private static final List<Phase> PHASES = List.of(Phase.values());

    /** The two phases of an epoch that have positions, in order. */
    public enum Phase {
        SNAPSHOT('s'),
        BINLOG('b');

        private final char letter;

        Phase(char letter) {
            this.letter = letter;
        }

        /** As in the text form. */
        public byte letter() {
            return (byte) letter;
        }
    }

    /** A place in the snapshot; for the arguments see the components of the record. */
    public static Position snapshot(long instance, long ordinal, int part) {
        return new Position(Phase.SNAPSHOT, instance, ordinal, part);
    }

    /** A place in the binlog; for the arguments see the components of the record. */
    public static Position binlog(long filenum, long offset, int part) {
        return new Position(Phase.BINLOG, filenum, offset, part);
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if the text is not a position
     */
    public static Position parse(String text) {
        return parse(text, 0, text.length());
    }

    /** As {@link #parse(String)}, of a part of a text. */
    static Position parse(String text, int from, int to) {
        int aEnd = text.indexOf('/', from + 2);
        int bEnd = text.lastIndexOf('/', to - 1);
        if (to - from > 2
                && text.charAt(from + 1) == '/'
                && aEnd > 0
                && aEnd < bEnd
                && text.indexOf('/', aEnd + 1) == bEnd) {
            for (Phase phase : PHASES) {
                if (text.charAt(from) == phase.letter) {
                    return new Position(
                            phase,
                            Decimal.parse(text, from + 2, aEnd),
                            Decimal.parse(text, aEnd + 1, bEnd),
                            Integer.parseInt(text, bEnd + 1, to, 10));
                }
            }
        }
        throw new IllegalArgumentException("not a position (s|b)/a/b/part: " + text.substring(from, to));
    }

    @Override
    public int compareTo(Position o) {
        int c = phase.compareTo(o.phase);
        c = c != 0 ? c : Long.compare(a, o.a);
        c = c != 0 ? c : Long.compare(b, o.b);
        return c != 0 ? c : Integer.compare(part, o.part);
    }

    /** Appends the text form. */
    public StringBuilder appendTo(StringBuilder out) {
        return out.append(phase.letter)
                .append('/')
                .append(a)
                .append('/')
                .append(b)
                .append('/')
                .append(part);
    }

    @Override
    public String toString() {
        return appendTo(new StringBuilder(32)).toString();
    }
}
