package io.pikaconnect.demo;

import io.pikaconnect.change.Command;
import io.pikaconnect.demo.pika.PikaRelease;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * A master's binlog, with the positions that its files would give (replication-protocol 8); a new file begins once one is
 * larger than the setting. The items themselves are in memory.
 */
final class Binlog implements ServedLog {

    private static final int BLOCK = 65_536;
    /** What 3.2 writes where later ones have a term. */
    private static final int SERVER_ID = 1;

    private static final class File {
        private final long number;
        private long firstItem;
        /** Up to there it has only padding, which cannot be read. */
        private long paddedTo;

        private final List<BinlogItem> items = new ArrayList<>();
        private long end;

        private File(long number, long firstItem) {
            this.number = number;
            this.firstItem = firstItem;
        }
    }

    private final PikaRelease release;
    private final long fileSize;
    private final TreeMap<Long, File> files = new TreeMap<>();
    private final TreeMap<Long, File> byFirstItem = new TreeMap<>();
    private File current;
    private long nextItem;

    Binlog(PikaRelease release, long fileSize) {
        this.release = release;
        this.fileSize = fileSize;
        open(0);
    }

    private void open(long number) {
        current = new File(number, nextItem);
        files.put(number, current);
        byFirstItem.put(nextItem, current);
    }

    /** Writes one command. */
    void append(Command command, long second) {
        BinlogPosition before = end();
        if (current.end > fileSize) {
            open(current.number + 1);
        }
        boolean counts = release.hasTerms();
        BinlogItem item = BinlogItems.write(
                before, end(), second, counts ? 0 : SERVER_ID, counts ? nextItem + 1 : nextItem, command);
        current.items.add(item);
        current.end = item.end().offset();
        nextItem++;
    }

    /** Removes the files before that one, but never the one that is written to. */
    void purgeBefore(long file) {
        while (files.size() > 1 && files.firstKey() < file) {
            byFirstItem.remove(files.pollFirstEntry().getValue().firstItem);
        }
    }

    /** As the log of a replica whose own full sync was so many items ago: padding up to there, and no file before. */
    void beginsWithLast(int items) {
        purgeBefore(Long.MAX_VALUE);
        int removed = current.items.size() - items;
        if (removed > 0) {
            byFirstItem.remove(current.firstItem);
            current.paddedTo = current.items.get(removed - 1).end().offset();
            current.items.subList(0, removed).clear();
            current.firstItem += removed;
            byFirstItem.put(current.firstItem, current);
        }
    }

    /** Number of the first file that is left. */
    long oldest() {
        return files.firstKey();
    }

    /** Items written so far. */
    long items() {
        return nextItem;
    }

    int files() {
        return files.size();
    }

    @Override
    public BinlogPosition end() {
        return new BinlogPosition(current.number, current.end);
    }

    @Override
    public boolean isPurged(BinlogPosition position) {
        return position.filenum() < files.firstKey();
    }

    /** Also two kinds of positions that cannot be read from, as a real master. */
    @Override
    public boolean accepts(BinlogPosition position) {
        Optional<File> file = Optional.ofNullable(files.get(position.filenum()));
        boolean blockOrBeyond = file.filter(f -> position.offset() > f.end && f != current
                        || position.offset() <= f.end && position.offset() % BLOCK == 0)
                .isPresent();
        return blockOrBeyond || from(position).isPresent();
    }

    @Override
    public OptionalLong from(BinlogPosition position) {
        File file = files.get(position.filenum());
        if (file == null) {
            return OptionalLong.empty();
        }
        if (position.offset() == file.paddedTo) {
            return OptionalLong.of(file.firstItem);
        }
        int low = 0;
        int high = file.items.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int c = Long.compare(file.items.get(middle).end().offset(), position.offset());
            if (c == 0) {
                return OptionalLong.of(file.firstItem + middle + 1);
            } else if (c < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return OptionalLong.empty();
    }

    @Override
    public OptionalLong firstBehind(BinlogPosition position) {
        File file = files.get(position.filenum());
        if (file == null) {
            return OptionalLong.empty();
        }
        long before = file.items.stream()
                .filter(i -> i.end().offset() <= position.offset())
                .count();
        return OptionalLong.of(file.firstItem + Math.min(before + 1, file.items.size()));
    }

    @Override
    public Optional<BinlogItem> item(long number) {
        Map.Entry<Long, File> file = byFirstItem.floorEntry(number);
        if (file == null || number - file.getKey() >= file.getValue().items.size()) {
            return Optional.empty();
        }
        return Optional.of(file.getValue().items.get((int) (number - file.getKey())));
    }
}
