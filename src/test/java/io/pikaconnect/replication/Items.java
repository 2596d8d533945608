package io.pikaconnect.replication;

import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Makes binlog items. */
public final class Items {

    private Items() {}

    /** An item whose content is {@code content} zero bytes. */
    public static BinlogItem item(BinlogPosition start, BinlogPosition end, int content) {
        byte[] bytes = new byte[BinlogItem.HEADER + content];
        ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        header.putShort(0, (short) 1);
        header.putInt(2, 1_700_000_000);
        header.putInt(18, (int) start.filenum());
        header.putLong(22, start.offset());
        header.putInt(30, content);
        return new BinlogItem(end, bytes);
    }

    /** The item a master would write at {@code start}. */
    public static BinlogItem after(BinlogPosition start, int content) {
        return item(start, Continuity.end(start, BinlogItem.HEADER + content), content);
    }

    /** Small items in a row, so many in each of so many files, behind the one of {@code start}. */
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
