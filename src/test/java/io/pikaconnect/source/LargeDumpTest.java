package io.pikaconnect.source;

import static io.pikaconnect.change.Resp.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.binlog.Translator;
import io.pikaconnect.change.Wanted;
import io.pikaconnect.metrics.DiscardCounts;
import io.pikaconnect.pika.BinlogDialect;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.snapshot.BlackwidowDumpWriter;
import io.pikaconnect.snapshot.DumpWriter;
import io.pikaconnect.snapshot.FloydDumpWriter;
import io.pikaconnect.snapshot.SnapshotChunk;
import io.pikaconnect.snapshot.SnapshotCursor;
import io.pikaconnect.snapshot.SnapshotReader;
import io.pikaconnect.tool.ChildJvm;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A dump with several times more data than the heap, in values, members and fields of megabytes, becomes records. */
@Timeout(300)
public class LargeDumpTest {

    private static final int ENTRIES = 40;
    private static final int ENTRY_BYTES = 3 << 20;
    private static final List<String> HEAP = List.of("-Xmx150m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError");
    private static final String COMPLETE = "the snapshot is complete: ";

    @TempDir
    Path temporary;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isReadInASmallHeap(boolean floyd) throws Exception {
        Path dump = temporary.resolve("dump");
        try (DumpWriter writer = floyd ? new FloydDumpWriter(dump, 1) : new BlackwidowDumpWriter(dump)) {
            for (int i = 0; i < ENTRIES; i++) {
                byte[] large = large(i);
                writer.string(bytes("string" + i), large, 0)
                        .set(bytes("set" + i), 0, List.of(large))
                        .hash(bytes("hash" + i), 0, List.of(large, bytes("v")))
                        .flush();
            }
        }
        Path log = temporary.resolve("log");
        try (ChildJvm jvm =
                ChildJvm.start(LargeDumpTest.class.getName(), HEAP, ChildJvm.classPath(), log, dump.toString())) {
            while (jvm.isAlive()) {
                Thread.sleep(50);
            }
            assertThat(jvm.logText()).contains(COMPLETE + 3 * ENTRIES + " keys");
        }
    }

    private static byte[] large(int seed) {
        byte[] large = new byte[ENTRY_BYTES];
        Arrays.fill(large, (byte) seed);
        return large;
    }

    /** In the small JVM: from the dump to records, as the task does it. */
    public static void main(String[] args) throws Exception {
        EpochSettings epochSettings =
                new EpochSettings("t.db0", 4, 900_000, 100, BinlogDialect.PIKA_3_5_5, Translator.REVISION);
        SourceOffset begin = Written.begin(1, new BinlogPosition(0, 0), epochSettings, "", 1);
        PollBuffer buffer = new PollBuffer(Map.of(), begin, PollLimit.DEFAULT, Written.WRITER, TaskClock.SYSTEM);
        buffer.epochBarrier();
        long keys = 0;
        SnapshotReader dump = SnapshotReader.open(
                Path.of(args[0]),
                epochSettings.snapshotOptions(Instant.EPOCH, false, false, Wanted.ALL),
                SnapshotCursor.START,
                new DiscardCounts());
        try (ReadAhead reader = new ReadAhead(dump, System::nanoTime)) {
            while (!reader.isComplete()) {
                Optional<SnapshotChunk> chunk = reader.next(1_000);
                if (chunk.isPresent()) {
                    keys++;
                    SourceEvent event = SourceEvent.of(chunk.get(), buffer.offset());
                    while (!buffer.put(event)) {
                        buffer.seal(new InFlight(end -> {}, System::nanoTime)).records();
                    }
                }
            }
        }
        System.out.println(COMPLETE + keys + " keys");
    }
}
