package io.pikaconnect.pika;

/**
 * A position in a master's binlog.
 *
 * @param filenum number of the file, from 0
 * @param offset bytes from the start of that file
 */
public record BinlogPosition(long filenum, long offset) implements Comparable<BinlogPosition> {

    public static final BinlogPosition ZERO = new BinlogPosition(0, 0);

    /**
     * Reads the text form {@code filenum/offset}.
     *
     * @throws IllegalArgumentException if the text is not one
     */
    public static BinlogPosition parse(String text) {
        String[] p = text.split("/", -1);
        if (p.length != 2) {
            throw new IllegalArgumentException("not a binlog position filenum/offset: " + text);
        }
        return new BinlogPosition(Long.parseLong(p[0]), Long.parseLong(p[1]));
    }

    /**
     * Bytes of the log from here to {@code end}, 0 if {@code end} is not later: exact within one file; across files
     * each file counts as {@code fileSize}, as the master itself computes it (replication-protocol 10.5), although it
     * may be longer by up to one item.
     */
    public long bytesTo(BinlogPosition end, long fileSize) {
        return Math.max(0, (end.filenum - filenum) * fileSize + end.offset - offset);
    }

    /**
     * Whether there is nothing to read between here and {@code end}: the next file may have been created and still be
     * empty.
     */
    public boolean reaches(BinlogPosition end) {
        return compareTo(end) >= 0 || (end.offset == 0 && end.filenum == filenum + 1);
    }

    @Override
    public int compareTo(BinlogPosition o) {
        int c = Long.compare(filenum, o.filenum);
        return c != 0 ? c : Long.compare(offset, o.offset);
    }

    @Override
    public String toString() {
        return filenum + "/" + offset;
    }
}
