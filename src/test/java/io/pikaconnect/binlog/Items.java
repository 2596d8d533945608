package io.pikaconnect.binlog;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import io.pikaconnect.demo.BinlogItems;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import java.util.List;

/** Items of one command or of any content, all at one place and of one second. */
final class Items {

    /** When the items here were executed. */
    static final long SECOND = 1_795_000_000L;

    private static final BinlogPosition START = new BinlogPosition(3, 210_000);
    private static final BinlogPosition END = new BinlogPosition(3, 210_276);

    private Items() {}

    /** An item of one command; byte arrays as they are, anything else as text. */
    static BinlogItem command(Object... parts) {
        return content(Resp.encode(List.of(Command.of(parts))));
    }

    static BinlogItem content(byte[] content) {
        return BinlogItems.item(START, END, SECOND, 0, 7, content);
    }

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
