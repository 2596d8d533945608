package io.pikaconnect.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import io.pikaconnect.demo.BinlogItems;
import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.snapshot.BlackwidowDumpWriter;
import io.pikaconnect.snapshot.DumpWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/**
 * Values far larger than a Kafka record come through whole, with the broker's limits as installed and 512 MiB of heap
 * for the worker: source and sink.
 */
class BigValuesIT {

    private static final int BIG = 64 << 20;
    private static final int DOCUMENTS = 40;
    private static final int MANY = 1_000_000;
    private static final BinlogPosition DUMP_POSITION = new BinlogPosition(3, 4711);

    @Test
    void comeThroughInSnapshotAndBinlog() throws Exception {
        byte[] value = bytes(1);
        byte[] field = bytes(2);
        byte[] newValue = bytes(3);
        byte[] newField = bytes(4);
        Path folder = Workplace.folder("big-dump");
        Path dump = folder.resolve("dump");
        try (DumpWriter writer = new BlackwidowDumpWriter(dump)) {
            writer.string(Resp.bytes("string"), value, 0);
            writer.hash(Resp.bytes("hash"), 0, List.of(Resp.bytes("field"), field));
            writer.list("list", 0, elements("s"));
            writer.set(Resp.bytes("documents"), 0, documents());
        }
        List<byte[]> push = new ArrayList<>(List.of(Resp.bytes("RPUSH"), Resp.bytes("list")));
        for (String element : elements("b")) {
            push.add(Resp.bytes(element));
        }
        List<BinlogItem> items = items(
                Command.of("SET", "new-string", newValue),
                Command.of("HSET", "new-hash", "field", newField),
                new Command(push),
                Command.of("APPEND", "string", "!"));
        try (RecordedMaster master = RecordedMaster.start(new Recording(dump, DUMP_POSITION, items));
                RedisServer redis = RedisServer.start();
                Pipeline pipeline = new Pipeline("big", true, master)) {
            pipeline.deploySource();
            String sink = pipeline.deploySink(redis);
            assertThat(pipeline.awaitAllApplied(List.of(sink)).check().problems())
                    .isEmpty();
            try (Jedis client = redis.connect()) {
                byte[] string = client.get(Resp.bytes("string"));
                assertThat(Arrays.equals(Arrays.copyOf(string, BIG), value)).isTrue();
                assertThat(string).hasSize(BIG + 1).endsWith('!');
                assertThat(Arrays.equals(client.hget(Resp.bytes("hash"), Resp.bytes("field")), field))
                        .isTrue();
                assertThat(Arrays.equals(client.get(Resp.bytes("new-string")), newValue))
                        .isTrue();
                assertThat(Arrays.equals(client.hget(Resp.bytes("new-hash"), Resp.bytes("field")), newField))
                        .isTrue();
                List<String> list = client.lrange("list", 0, -1);
                assertThat(list.subList(0, MANY).equals(List.of(elements("s")))).isTrue();
                assertThat(list.subList(MANY, list.size()).equals(List.of(elements("b"))))
                        .isTrue();
                assertThat(client.scard("documents")).isEqualTo(DOCUMENTS);
                assertThat(client.smismember(
                                Resp.bytes("documents"), documents().toArray(byte[][]::new)))
                        .doesNotContain(false);
                assertThat(client.keys("pika-connect:stage*")).isEmpty();
            }
        }
    }

    /** Members of a set that are far too large for an offset, more than one transaction takes. */
    private static List<byte[]> documents() {
        return IntStream.range(0, DOCUMENTS)
                .mapToObj(i -> Arrays.copyOf(Resp.bytes(i + "."), 1_000_000))
                .toList();
    }

    private static byte[] bytes(long seed) {
        byte[] bytes = new byte[BIG];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static String[] elements(String prefix) {
        String[] elements = new String[MANY];
        Arrays.setAll(elements, i -> prefix + i);
        return elements;
    }

    private static List<BinlogItem> items(Command... commands) {
        List<BinlogItem> items = new ArrayList<>();
        BinlogPosition end = DUMP_POSITION;
        for (Command command : commands) {
            BinlogItem item = BinlogItems.command(end, command);
            items.add(item);
            end = item.end();
        }
        return items;
    }
}
