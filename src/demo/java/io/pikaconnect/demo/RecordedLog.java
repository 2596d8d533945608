package io.pikaconnect.demo;

import io.pikaconnect.replication.BinlogItem;
import io.pikaconnect.replication.BinlogOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** A master's binlog: the recorded items, of which the first ones have been written. On the master's event loop only. */
final class RecordedLog {

    private final Recording recording;
    /** Every position the log can be read from, and the item that comes next there. */
    private final Map<BinlogOffset, Integer> next = new HashMap<>();

    private int written;
    private long firstFile;

    RecordedLog(Recording recording) {
        this.recording = recording;
        written = recording.items().size();
        BinlogOffset before = recording.position();
        next.put(before, 0);
        for (int i = 0; i < recording.items().size(); i++) {
            BinlogOffset end = recording.items().get(i).end();
            if (end.filenum() != before.filenum()) {
                next.put(new BinlogOffset(end.filenum(), 0), i);
            }
            next.put(end, i + 1);
            before = end;
        }
    }

    List<BinlogItem> items() {
        return recording.items();
    }

    int written() {
        return written;
    }

    void writeUpTo(int items) {
        written = items;
    }

    /** Files before this one are gone. */
    void purgeBefore(long file) {
        firstFile = file;
    }

    boolean purged(BinlogOffset position) {
        return position.filenum() < firstFile;
    }

    BinlogOffset end() {
        return written == 0
                ? recording.position()
                : recording.items().get(written - 1).end();
    }

    /** The item that comes next at a position; empty if an item does not end there. */
    OptionalInt from(BinlogOffset position) {
        Integer index = next.get(position);
        return index == null ? OptionalInt.empty() : OptionalInt.of(index);
    }
}
