package io.pikaconnect.demo;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Makes binlog items as a master writes them, each after the previous one (replication-protocol 8.2 and 9). */
public final class BinlogItems {

    /** The only type of item there is. */
    private static final short TYPE = 1;

    private static final int BLOCK = 65_536;
    private static final int RECORD_HEADER = 8;

    private BinlogItems() {}

    /** A command executed now, written where the log ends. */
    public static BinlogItem command(BinlogPosition start, Command command) {
        return command(start, System.currentTimeMillis() / 1000, command);
    }

    /** A command executed at that Unix second. */
    public static BinlogItem command(BinlogPosition start, long second, Command command) {
        return write(start, start, second, 0, 0, command);
    }

    /**
     * @param logEnd the former end of the log, which the header has
     * @param start where the item is written: there, or in a new file
     */
    static BinlogItem write(
            BinlogPosition logEnd, BinlogPosition start, long second, int serverId, long logicId, Command command) {
        byte[] content = Resp.encode(List.of(command));
        long end = end(start.offset(), BinlogItem.HEADER + content.length);
        return item(logEnd, new BinlogPosition(start.filenum(), end), second, serverId, logicId, content);
    }

    /**
     * An item of any content, with its header (replication-protocol 9).
     *
     * @param logEnd where the log ended, which the header contains
     * @param end where the item ends
     */
    public static BinlogItem item(
            BinlogPosition logEnd, BinlogPosition end, long second, int serverId, long logicId, byte[] content) {
        ByteBuffer item =
                ByteBuffer.allocate(BinlogItem.HEADER + content.length).order(ByteOrder.LITTLE_ENDIAN);
        item.putShort(TYPE)
                .putInt((int) second)
                .putInt(serverId)
                .putLong(logicId)
                .putInt((int) logEnd.filenum())
                .putLong(logEnd.offset())
                .putInt(content.length)
                .put(content);
        return new BinlogItem(end, item.array());
    }

    /** Where a master's writer gets to: records with a header of 8 bytes, none across a block's end. */
    static long end(long start, int length) {
        long at = start;
        int left = length;
        while (left > 0) {
            long room = BLOCK - at % BLOCK;
            if (room < RECORD_HEADER) {
                at += room;
            } else {
                long data = Math.min(left, room - RECORD_HEADER);
                at += RECORD_HEADER + data;
                left -= (int) data;
            }
        }
        return at;
    }
}
