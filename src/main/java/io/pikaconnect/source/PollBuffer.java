package io.pikaconnect.source;

import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.change.ChangeHeaderText;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.KeySlot;
import io.pikaconnect.change.Operation;
import io.pikaconnect.change.Position;
import io.pikaconnect.change.Resp;
import io.pikaconnect.change.Writer;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.MasterIdentity;
import io.pikaconnect.snapshot.SnapshotCursor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Gives every part its partition, sequence and headers, and makes the records of one {@code poll()} of them. Used by
 * the task's thread only.
 */
final class PollBuffer {

    /**
     * What one {@code poll()} returns.
     *
     * @param records the last one has the new offset
     * @param ticks how many of the records
     * @param items binlog items wholly in it, those that became no record too
     * @param bytes of the records, roughly
     */
    record Poll(List<SourceRecord> records, int ticks, int items, long bytes) {}

    /** Bytes of a record beside its key, value and barrier: headers and framing, roughly. */
    private static final int OVERHEAD = 100;

    /** What its objects take in memory beyond that, roughly. */
    private static final int OBJECTS = 400;

    private final Map<String, String> sourcePartition;
    private final PollLimit limit;
    private final TaskClock clock;
    private final String topic;
    private final long[] sequences;
    private final long[] lastRecordNanos;
    private final String writer;
    private final ChangeHeaderText texts = new ChangeHeaderText();

    /** The partitions on which this task has named the writer. */
    private final BitSet named = new BitSet();

    private List<SourceRecord> records = new ArrayList<>();

    /** Of the records that are in. */
    private InFlight.Batch batch = new InFlight.Batch();

    private long bytes;
    private int items;
    private int ticks;

    /** When the first of what is in was put in. */
    private long sinceNanos;

    // The clocks, as last read: for the time of a record it is not necessary to read them once more.
    private long nowNanos;
    private long nowMs;

    private SourceOffset offset;
    private int partsSent;
    private Map<String, String> storedOffset;
    private Optional<BinlogPosition> end = Optional.empty();

    /** Starts where a restart would: at {@code offset}. */
    PollBuffer(
            Map<String, String> sourcePartition, SourceOffset offset, PollLimit limit, Writer writer, TaskClock clock) {
        this.clock = clock;
        this.writer = writer.toString();
        this.limit = limit;
        this.sourcePartition = sourcePartition;
        this.topic = offset.epoch().settings().topic();
        this.offset = offset;
        this.partsSent = offset.partsSent();
        this.sequences = offset.sequences().clone();
        this.storedOffset = offset.toMap();
        this.lastRecordNanos = new long[sequences.length];
        Arrays.fill(lastRecordNanos, clock.nanoTime());
    }

    /** Where a restart would continue after everything put in so far; its sequences are those of the start. */
    SourceOffset offset() {
        return offset;
    }

    boolean isFull() {
        if (isEmpty()) {
            return false;
        }
        PollLimit.Size size = limit.in(offset.phase());
        return records.size() >= size.records()
                || bytes + (long) OBJECTS * records.size() >= size.bytes()
                || items >= size.items()
                || look() - sinceNanos >= size.time().toNanos();
    }

    private long look() {
        nowNanos = clock.nanoTime();
        return nowNanos;
    }

    /** Whether nothing was put in since the last {@link #seal}. */
    boolean isEmpty() {
        return records.isEmpty() && items == 0;
    }

    /** Binlog items wholly put in since the last {@link #seal}. */
    int items() {
        return items;
    }

    /** Begin ticks on every partition: the coming epoch becomes durable before it shows. */
    void beginTicks() {
        for (int p = 0; p < sequences.length; p++) {
            tick(p, ChangeHeader.begin(offset.epoch().number(), offset.epoch().number()), 0);
        }
    }

    /** The epoch's barrier on every partition; after it the snapshot. */
    void epochBarrier() {
        byte[] value = Resp.encode(List.of(Command.of(Operation.BEGIN)));
        named.clear();
        barrier(
                Barrier.onAll(sequences.length),
                value,
                Position.BEGIN,
                offset.epoch().number());
        offset = offset.inSnapshot(SnapshotCursor.START);
        partsSent = 0;
    }

    /**
     * Puts in the parts of an event until the poll is full.
     *
     * @return true once the whole event has been added
     */
    boolean put(SourceEvent event) {
        began();
        while (event.hasNext() && !isFull()) {
            SourceEvent.Part part = event.next();
            if (part instanceof SourceEvent.Part.OnKey onKey) {
                int p = KeySlot.partition(onKey.key(), sequences.length);
                String header = change(p, onKey.position(), event.timeMs());
                add(p, onKey.key(), onKey.value(), header, event.timeMs(), Optional.empty(), 0);
            } else if (part instanceof SourceEvent.Part.AtBarrier atBarrier) {
                barrier(atBarrier.barrier(), part.value(), part.position(), event.timeMs());
            }
            partsSent = event.partsSent(); // with every part: the next one may fail
        }
        if (event.hasNext()) {
            return false;
        }
        offset = event.after().in(offset.epoch());
        partsSent = 0;
        if (offset.phase() == SourceOffset.Phase.BINLOG) {
            items++;
            end = Optional.of(offset.resume());
        }
        return true;
    }

    /** The snapshot is complete; from now on the binlog. */
    void snapshotEnds() {
        offset = offset.inBinlog(offset.resume());
        partsSent = 0;
    }

    /** The topic is caught up now: the stored offset has that from now on. */
    void caughtUp() {
        offset = offset.in(offset.epoch().with(offset.epoch().readiness().reached()));
    }

    /** This server is followed from now on. */
    void servedBy(MasterIdentity server) {
        offset = offset.from(offset.origin().on(server));
    }

    /**
     * The stored position must not be resumed: a tick carries that into the offset. Nothing put in since the last
     * {@link #seal} is acknowledged to the master.
     */
    void lost(String reason) {
        offset = offset.lost(reason);
        end = Optional.empty();
        tick(0, ChangeHeader.tick(offset.epoch().number(), sequences[0], 0), 0);
    }

    /** What was put in belongs to a closed session and must not be acknowledged to the master. */
    void sessionEnded() {
        end = Optional.empty();
    }

    /** Ticks on the partitions that had no record for so long; they carry the offset, too. */
    void ticks(long timeMs, long idleNanos) {
        ticks(timeMs, 0, idleNanos);
    }

    /**
     * The same, where the master's clock is not this worker's.
     *
     * @param timeMs by the master's clock
     * @param masterAheadMs how far that is ahead of this worker's
     */
    void ticks(long timeMs, long masterAheadMs, long idleNanos) {
        long now = look();
        for (int p = 0; p < sequences.length; p++) {
            if (now - lastRecordNanos[p] >= idleNanos) {
                tick(p, ChangeHeader.tick(offset.epoch().number(), sequences[p], timeMs), masterAheadMs);
            }
        }
    }

    /** What was put in since the last call; it is in flight from now on, unless it is empty. */
    Poll seal(InFlight inFlight) {
        List<SourceRecord> sealed = records;
        if (!sealed.isEmpty() || end.isPresent()) {
            inFlight.add(batch, sealed.size(), end);
        }
        if (!sealed.isEmpty()) {
            storedOffset = offset.withProgress(partsSent, sequences).toMap();
            int last = sealed.size() - 1;
            sealed.set(last, ((PikaSourceRecord) sealed.get(last)).with(storedOffset));
        }
        Poll poll = new Poll(sealed, ticks, items, bytes);
        records = new ArrayList<>();
        batch = new InFlight.Batch();
        bytes = 0;
        items = 0;
        ticks = 0;
        end = Optional.empty();
        return poll;
    }

    private void barrier(Barrier barrier, byte[] value, Position position, long timeMs) {
        String text = barrier.toString();
        for (int p : barrier.partitions()) {
            add(p, null, value, change(p, position, timeMs), timeMs, Optional.of(text), 0);
        }
    }

    /** The header of the next record of a partition. */
    private String change(int partition, Position position, long timeMs) {
        return texts.change(offset.epoch().number(), ++sequences[partition], position, timeMs);
    }

    private void tick(int partition, ChangeHeader header, long masterAheadMs) {
        add(partition, null, null, header.toString(), header.timeMs(), Optional.empty(), masterAheadMs);
        ticks++;
    }

    private void began() {
        if (isEmpty()) {
            sinceNanos = look();
        }
    }

    /**
     * @param timeMs the header's
     * @param barrier the header's text, the same object for all records of a barrier
     * @param masterAheadMs how far the master's clock, by which the header's time is, is ahead of this worker's
     */
    private void add(
            int partition,
            byte[] key,
            byte[] value,
            String header,
            long timeMs,
            Optional<String> barrier,
            long masterAheadMs) {
        began();
        ConnectHeaders headers = new ConnectHeaders();
        headers.addString(ChangeHeader.NAME, header);
        if (barrier.isPresent()) {
            headers.addString(Barrier.NAME, barrier.get());
            bytes += barrier.get().length();
        }
        if (!named.get(partition)) {
            named.set(partition);
            headers.addString(Writer.NAME, writer);
            bytes += writer.length();
        }
        records.add(new PikaSourceRecord(
                sourcePartition,
                storedOffset,
                topic,
                partition,
                key,
                value,
                timestamp(timeMs, masterAheadMs),
                headers,
                batch,
                records.size()));
        bytes += OVERHEAD + (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
        lastRecordNanos[partition] = nowNanos;
    }

    /** Never later than now; a tick's is the moment of its time by this worker's clock, so that clocks can be compared. */
    private long timestamp(long timeMs, long masterAheadMs) {
        long here = timeMs - masterAheadMs;
        if (timeMs == 0 || here > nowMs) {
            nowMs = clock.millis();
        }
        return timeMs == 0 ? nowMs : Math.min(here, nowMs);
    }
}
