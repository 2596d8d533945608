package io.pikaconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.binlog.TranslationPolicy;
import io.pikaconnect.binlog.Translator;
import io.pikaconnect.change.Resp;
import io.pikaconnect.metrics.DiscardCounts;
import io.pikaconnect.pika.BinlogDialect;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.tool.ChildJvm;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One command with a million elements and more takes a few times its own bytes, not a few hundred for each element. */
@Timeout(120)
public class ManyElementsTest {

    private static final int ITEM_BYTES = 16 << 20;
    private static final List<String> HEAP = List.of("-Xmx72m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError");
    private static final String COMPLETE = "all commands are complete";

    @TempDir
    Path temporary;

    @Test
    void becomesRecordsInASmallHeap() throws Exception {
        Path log = temporary.resolve("log");
        try (ChildJvm jvm = ChildJvm.start(ManyElementsTest.class.getName(), HEAP, ChildJvm.classPath(), log)) {
            while (jvm.isAlive()) {
                Thread.sleep(50);
            }
            assertThat(jvm.logText()).contains(COMPLETE);
        }
    }

    /** In the small JVM. */
    public static void main(String[] args) throws Exception {
        for (String command : List.of("DEL", "MSET", "SADD k", "SREM k", "RPUSH k", "HMSET k", "ZADD k", "PFADD k")) {
            System.out.println(command + " became " + records(command) + " records");
        }
        System.out.println(COMPLETE);
    }

    private static long records(String command) throws Exception {
        EpochSettings epochSettings =
                new EpochSettings("t.db0", 4, 900_000, 100, BinlogDialect.PIKA_3_3_6, Translator.REVISION);
        SourceOffset offset =
                Written.begin(1, new BinlogPosition(0, 0), epochSettings, "", 1).inBinlog(new BinlogPosition(0, 0));
        PollBuffer buffer = new PollBuffer(Map.of(), offset, PollLimit.DEFAULT, Written.WRITER, TaskClock.SYSTEM);
        Translator translator = new Translator(
                BinlogDialect.PIKA_3_3_6, new TranslationPolicy(false, false, false), new DiscardCounts());
        SourceEvent event = SourceEvent.of(item(command), translator, offset);
        long records = 0;
        boolean complete;
        do {
            complete = buffer.put(event);
            records += buffer.seal(new InFlight(end -> {}, System::nanoTime))
                    .records()
                    .size();
        } while (!complete);
        return records;
    }

    /** As many elements as there is room for, all different; fields, values and scores beside them are numbers. */
    private static BinlogItem item(String command) {
        String[] head = command.split(" ");
        boolean scored = head[0].equals("ZADD");
        boolean pairs = scored || head[0].endsWith("MSET");
        byte[] element = Resp.bytes("$8\r\n00000000\r\n");
        byte[] number = Resp.bytes("$1\r\n1\r\n");
        int elements = ITEM_BYTES / (element.length + (pairs ? number.length : 0));
        ByteBuffer out = ByteBuffer.allocate(ITEM_BYTES + 200).order(ByteOrder.LITTLE_ENDIAN);
        out.position(BinlogItem.HEADER);
        out.put(Resp.bytes("*" + (head.length + elements * (pairs ? 2 : 1)) + "\r\n"));
        for (String part : head) {
            out.put(Resp.bytes("$" + part.length() + "\r\n" + part + "\r\n"));
        }
        for (int i = 0; i < elements; i++) {
            write(i, element);
            out.put(scored ? number : element);
            if (pairs) {
                out.put(scored ? element : number);
            }
        }
        int length = out.position();
        out.putShort(0, (short) 1).putInt(2, 1_795_000_000).putInt(30, length - BinlogItem.HEADER);
        return new BinlogItem(new BinlogPosition(0, 100L + length), Arrays.copyOf(out.array(), length));
    }

    /** As the digits of a bulk string of eight. */
    private static void write(int number, byte[] bulk) {
        int at = bulk.length - 2;
        for (int rest = number; rest > 0; rest /= 10) {
            bulk[--at] = (byte) ('0' + rest % 10);
        }
    }
}
