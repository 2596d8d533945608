package io.pikaconnect.replication;

import io.pikaconnect.demo.BinlogItems;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import java.util.ArrayList;
import java.util.List;

/** Items whose content means nothing, one after the other. */
public final class Items {

    private static final long SECOND = 1_700_000_000;

    private Items() {}

    /** An item whose content is {@code content} zero bytes. */
    public static BinlogItem item(BinlogPosition start, BinlogPosition end, int content) {
        return BinlogItems.item(start, end, SECOND, 0, 0, new byte[content]);
    }

    /** The item a master would write at {@code start}. */
    public static BinlogItem after(BinlogPosition start, int content) {
        return item(start, Continuity.end(start, BinlogItem.HEADER + content), content);
    }

    /** Small items in a row, so many in each of so many files, after the one of {@code start}. */
    public static List<BinlogItem> overFiles(BinlogPosition start, int files, int inAFile) {
        List<BinlogItem> row = new ArrayList<>();
        BinlogPosition at = start;
        for (int i = 0; i < files * inAFile; i++) {
            BinlogPosition from = i % inAFile == 0 ? new BinlogPosition(at.filenum() + 1, 0) : at;
            BinlogItem item = item(at, Continuity.end(from, BinlogItem.HEADER + 10), 10);
            row.add(item);
            at = item.end();
        }
        return row;
    }

    /** As many items of that size in a row. */
    public static List<BinlogItem> row(BinlogPosition start, int items, int content) {
        List<BinlogItem> row = new ArrayList<>();
        BinlogPosition at = start;
        for (int i = 0; i < items; i++) {
            BinlogItem item = after(at, content);
            row.add(item);
            at = item.end();
        }
        return row;
    }
}
