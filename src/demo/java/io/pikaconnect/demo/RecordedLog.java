package io.pikaconnect.demo;

import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A master's binlog: the recorded items, of which the first ones have been written. */
final class RecordedLog implements ServedLog {

    private final Recording recording;
    /** Every position the log can be read from, and the next item there. */
    private final Map<BinlogPosition, Long> next = new HashMap<>();

    private int written;
    private long firstFile;

    RecordedLog(Recording recording) {
        this.recording = recording;
        written = recording.items().size();
        firstFile = recording.position().filenum();
        BinlogPosition before = recording.position();
        next.put(before, 0L);
        for (int i = 0; i < recording.items().size(); i++) {
            BinlogPosition end = recording.items().get(i).end();
            if (end.filenum() != before.filenum()) {
                next.put(new BinlogPosition(end.filenum(), 0), (long) i);
            }
            next.put(end, i + 1L);
            before = end;
        }
    }

    List<BinlogItem> items() {
        return recording.items();
    }

    void writeUpTo(int items) {
        written = items;
    }

    long firstFile() {
        return firstFile;
    }

    /** Files before this one have been removed. */
    void purgeBefore(long file) {
        firstFile = file;
    }

    @Override
    public boolean isPurged(BinlogPosition position) {
        return position.filenum() < firstFile;
    }

    @Override
    public BinlogPosition end() {
        return written == 0
                ? recording.position()
                : recording.items().get(written - 1).end();
    }

    @Override
    public boolean accepts(BinlogPosition position) {
        return next.containsKey(position);
    }

    @Override
    public OptionalLong from(BinlogPosition position) {
        Long number = next.get(position);
        return number == null || isPurged(position) || position.compareTo(end()) > 0
                ? OptionalLong.empty()
                : OptionalLong.of(number);
    }

    @Override
    public OptionalLong firstBehind(BinlogPosition position) {
        for (int i = 0; i < written; i++) {
            if (recording.items().get(i).end().compareTo(position) > 0) {
                return OptionalLong.of(i + 1L);
            }
        }
        return OptionalLong.empty();
    }

    @Override
    public Optional<BinlogItem> item(long number) {
        return number < written ? Optional.of(recording.items().get((int) number)) : Optional.empty();
    }
}
