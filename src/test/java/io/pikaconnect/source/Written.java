package io.pikaconnect.source;

import io.pikaconnect.binlog.TranslationPolicy;
import io.pikaconnect.binlog.Translator;
import io.pikaconnect.binlog.UntranslatableException;
import io.pikaconnect.change.Change;
import io.pikaconnect.change.Writer;
import io.pikaconnect.metrics.DiscardCounts;
import io.pikaconnect.pika.BinlogDialect;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.snapshot.PikaType;
import io.pikaconnect.snapshot.SnapshotChunk;
import io.pikaconnect.snapshot.SnapshotCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * What the source writes for a data set and the binlog after it; with a restart now and then at the offset that Connect
 * has stored, also inside an item.
 */
public final class Written {

    private static final Map<String, String> PARTITION = Map.of("pika", "p", "db", "db0");
    static final Writer WRITER = new Writer("pika-source", "connect", "", 0, "", true);
    private static final long EPOCH = 1_795_337_869_000L;

    public final DiscardCounts discards = new DiscardCounts();

    private final List<SourceRecord> records = new ArrayList<>();
    private final InFlight inFlight = new InFlight(end -> {}, System::nanoTime);
    private final Random random;
    private final Translator translator;
    private SourceOffset offset;
    private PollBuffer buffer;

    public Written(BinlogDialect group, int partitions, int recordMaxBytes, Random random) {
        this.random = random;
        this.translator = new Translator(group, new TranslationPolicy(true, false, false), discards);
        EpochSettings epochSettings =
                new EpochSettings("pika.db0", partitions, recordMaxBytes, 100, group, Translator.REVISION);
        this.offset = Written.begin(EPOCH, new BinlogPosition(0, 0), epochSettings, "", 1);
        this.buffer = buffer();
    }

    /** The first epoch of a source, before anything was sent. */
    static SourceOffset begin(
            long epoch, BinlogPosition dump, EpochSettings settings, String replicationId, long requestedMs) {
        return SourceOffset.begin(
                SourceOffset.Epoch.first(epoch, settings, requestedMs), dump, MasterOrigin.of(replicationId));
    }

    /** Nothing is put in after a full poll, so that a restart falls between the pieces of an item, too. */
    private PollBuffer buffer() {
        return new PollBuffer(
                PARTITION,
                offset,
                new PollLimit(1 + random.nextInt(5), 1 << 20, 1_000),
                Written.WRITER,
                TaskClock.SYSTEM);
    }

    public Written snapshot(List<Change.OnKey> changes) {
        buffer.epochBarrier();
        seal();
        for (int i = 0; i < changes.size(); i++) {
            SnapshotChunk chunk = new SnapshotChunk(
                    PikaType.STRING, changes.get(i), SnapshotCursor.parse("0/" + (i + 1) + "/#00000000"));
            put(SourceEvent.of(chunk, buffer.offset()));
        }
        buffer.snapshotEnds();
        return this;
    }

    public Written items(List<BinlogItem> items) throws UntranslatableException {
        for (BinlogItem item : items) {
            SourceEvent event = SourceEvent.of(item, translator, buffer.offset());
            while (!buffer.put(event)) {
                seal();
                if (random.nextBoolean()) { // a restart inside the item
                    buffer = buffer();
                    event = SourceEvent.of(item, translator, offset);
                    event.skip(offset.partsSent());
                }
            }
            seal();
            if (random.nextInt(20) == 0 && offset.resume().equals(item.end())) {
                buffer = buffer();
            }
        }
        return this;
    }

    /** The time on every partition, as when the master is idle. */
    public Written ticks(long timeMs) {
        buffer.ticks(timeMs, 0);
        seal();
        return this;
    }

    /** What was written since the last call. */
    public List<SourceRecord> take() {
        List<SourceRecord> partsSent = List.copyOf(records);
        records.clear();
        return partsSent;
    }

    private void put(SourceEvent event) {
        while (!buffer.put(event)) {
            seal();
        }
        seal();
    }

    private void seal() {
        List<SourceRecord> sealed = buffer.seal(inFlight).records();
        records.addAll(sealed);
        if (!sealed.isEmpty()) {
            offset = SourceOffset.fromMap(sealed.get(sealed.size() - 1).sourceOffset());
        }
    }
}
