package io.pikaconnect.binlog;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Items as a master writes them. */
final class Items {

    /** When the items here were executed. */
    static final long SECOND = 1_795_000_000L;

    static final BinlogPosition END = new BinlogPosition(3, 210_276);

    private Items() {}

    /** An item of one command; byte arrays as they are, anything else as text. */
    static BinlogItem command(Object... parts) {
        return content(Resp.encode(List.of(Command.of(parts))));
    }

    static BinlogItem content(byte[] content) {
        ByteBuffer item =
                ByteBuffer.allocate(BinlogItem.HEADER + content.length).order(ByteOrder.LITTLE_ENDIAN);
        item.putShort((short) 1)
                .putInt((int) SECOND)
                .putInt(0)
                .putLong(7)
                .putInt(3)
                .putLong(210_000);
        item.putInt(content.length).put(content);
        return new BinlogItem(END, item.array());
    }

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
