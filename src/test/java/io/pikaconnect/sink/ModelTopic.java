package io.pikaconnect.sink;

import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.KeySlot;
import io.pikaconnect.change.Position;
import io.pikaconnect.change.RecordSplitter;
import io.pikaconnect.change.Resp;
import io.pikaconnect.change.Writer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;

/** A topic in memory, written as the source writes one: with epochs, sequences, positions, barriers and ticks. */
public final class ModelTopic {

    static final long EPOCH = 1_795_337_869_000L;

    final String name;
    /** The lock of everything that the worker's thread reads. */
    private final List<List<SinkRecord>> partitions;

    private final long[] sequences;
    private final Map<Integer, Integer> firstOffsets = new HashMap<>();
    private long epoch = EPOCH;
    private long position = 100;
    private boolean snapshot;
    private int recordMaxBytes = 900_000;
    private Optional<Long> time = Optional.empty();
    private Optional<Writer> writer = Optional.empty();
    private Formats formats = Formats.INITIAL;
    private final BitSet named = new BitSet();
    private long masterAhead;
    private long workerAhead;

    public ModelTopic(String name, int count) {
        this.name = name;
        partitions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            partitions.add(new ArrayList<>());
        }
        sequences = new long[count];
    }

    private ModelTopic(ModelTopic shared) {
        name = shared.name;
        partitions = shared.partitions;
        sequences = new long[shared.size()];
    }

    /** One that has begun its epoch. */
    static ModelTopic begun(int count) {
        ModelTopic topic = new ModelTopic("pika.db0", count);
        topic.begin();
        return topic;
    }

    /** The formats that records have, and the converter that reads them. */
    public ModelTopic in(Formats its) {
        formats = its;
        return this;
    }

    /** How many partitions the source writes to. */
    int size() {
        return sequences.length;
    }

    /** So many partitions more, which the source does not use. */
    ModelTopic surplus(int count) {
        for (int i = 0; i < count; i++) {
            partitions.add(new ArrayList<>());
        }
        return this;
    }

    /** Retention takes the first records away. */
    synchronized void forget(int p, int count) {
        firstOffsets.put(p, count);
    }

    TopicPartition partition(int p) {
        return new TopicPartition(name, p);
    }

    List<SinkRecord> from(int p, long offset, int limit) {
        synchronized (partitions) {
            List<SinkRecord> all = partitions.get(p);
            int from = (int) Math.min(Math.max(offset, firstOffsets.getOrDefault(p, 0)), all.size());
            return List.copyOf(all.subList(from, Math.min(all.size(), from + limit)));
        }
    }

    long end(int p) {
        synchronized (partitions) {
            return partitions.get(p).size();
        }
    }

    ModelTopic epoch(long e) {
        epoch = e;
        return this;
    }

    long epoch() {
        return epoch;
    }

    long sequence(int p) {
        return sequences[p];
    }

    ModelTopic recordMaxBytes(int n) {
        recordMaxBytes = n;
        return this;
    }

    /** The source's clock from now on, in ms; until then it is the real time. */
    ModelTopic at(long ms) {
        time = Optional.of(ms);
        return this;
    }

    ModelTopic inSnapshot(boolean now) {
        snapshot = now;
        return this;
    }

    /** The source knows that the master's clock is so far ahead of its worker's. */
    ModelTopic masterAhead(long ms) {
        masterAhead = ms;
        return this;
    }

    /** The clock of the source's worker is so far ahead of the real time. */
    ModelTopic workerAhead(long ms) {
        workerAhead = ms;
        return this;
    }

    private long now() {
        return time.orElseGet(System::currentTimeMillis);
    }

    /** From now on, as after the start of a task, what is written is this source's; until then one's of release 0.1.0. */
    ModelTopic by(Writer source) {
        writer = Optional.of(source);
        named.clear();
        return this;
    }

    /** What a source writes is written by another one: with its own epochs, sequences and positions. */
    ModelTopic beside() {
        return new ModelTopic(this);
    }

    /** A new epoch's begin ticks and barrier. */
    ModelTopic begin() {
        for (int p = 0; p < size(); p++) {
            add(p, null, new byte[0], ChangeHeader.begin(epoch, now()).toString(), null);
        }
        for (int p = 0; p < size(); p++) {
            beginOn(p);
        }
        return this;
    }

    void beginOn(int p) {
        sequences[p] = 0;
        named.clear(p);
        add(
                p,
                null,
                Resp.encode(List.of(Command.of("pika.begin"))),
                ChangeHeader.change(epoch, 0, Position.BEGIN, epoch).toString(),
                Barrier.onAll(size()));
    }

    /** A change of a key, cut as the source cuts it. */
    ModelTopic change(byte[] key, Command... commands) {
        position++;
        int part = 0;
        for (Iterator<byte[]> it = RecordSplitter.of(key, List.of(commands), recordMaxBytes); it.hasNext(); ) {
            Position at = snapshot ? Position.snapshot(0, position, part++) : Position.binlog(3, position, part++);
            int p = KeySlot.partition(key, size());
            add(
                    p,
                    key,
                    it.next(),
                    ChangeHeader.change(epoch, ++sequences[p], at, snapshot ? epoch : now())
                            .toString(),
                    null);
        }
        return this;
    }

    /** A command about a key, given as text. */
    ModelTopic command(Object... parts) {
        Command c = Command.of(parts);
        return change(c.args().get(1), c);
    }

    /** A barrier on all partitions. */
    ModelTopic barrier(Command... commands) {
        position++;
        for (int p = 0; p < size(); p++) {
            barrierOn(p, Barrier.onAll(size()), commands);
        }
        return this;
    }

    /** A command over several keys, as the source writes it: a barrier, unless one partition has all keys. */
    ModelTopic several(List<byte[]> keys, Command command) {
        position++;
        Barrier barrier = Barrier.onKeys(keys, size());
        int lowest = barrier.partitions().first();
        byte[] key = keys.stream()
                .filter(k -> KeySlot.partition(k, size()) == lowest)
                .findFirst()
                .orElseThrow();
        int part = 0;
        for (Iterator<byte[]> it = RecordSplitter.of(key, List.of(command), recordMaxBytes); it.hasNext(); ) {
            byte[] value = it.next();
            Position at = Position.binlog(3, position, part++);
            if (it.hasNext() || barrier.partitions().size() == 1) {
                add(lowest, key, value, change(lowest, at), null);
            } else {
                barrier.partitions().forEach(p -> add(p, null, value, change(p, at), barrier));
            }
        }
        return this;
    }

    private String change(int p, Position at) {
        return ChangeHeader.change(epoch, ++sequences[p], at, now()).toString();
    }

    ModelTopic nextPosition() {
        position++;
        return this;
    }

    void barrierOn(int p, Barrier barrier, Command... commands) {
        add(
                p,
                null,
                Resp.encode(List.of(commands)),
                ChangeHeader.change(epoch, ++sequences[p], Position.binlog(3, position, 0), now())
                        .toString(),
                barrier);
    }

    ModelTopic ticks() {
        for (int p = 0; p < size(); p++) {
            tick(p);
        }
        return this;
    }

    void tick(int p) {
        add(
                p,
                null,
                null,
                ChangeHeader.tick(epoch, sequences[p], snapshot ? 0 : now()).toString(),
                null);
    }

    /** The record at an offset once more, as a source sends again what it is not sure of. */
    void repeat(int p, long offset) {
        SinkRecord r = partitions.get(p).get((int) offset);
        String header = (String) r.headers().lastWithName(ChangeHeader.NAME).value();
        var barrier = r.headers().lastWithName(Barrier.NAME);
        append(
                p,
                (byte[]) r.key(),
                new SchemaAndValue(r.valueSchema(), r.value()),
                header,
                barrier == null ? null : Barrier.parse((String) barrier.value()));
    }

    /** Takes the last record away again, to be given back with {@link #give}. */
    SinkRecord take(int p) {
        synchronized (partitions) {
            List<SinkRecord> all = partitions.get(p);
            return all.remove(all.size() - 1);
        }
    }

    /** A record that was taken away, at the end. */
    void give(int p, SinkRecord r) {
        String header = (String) r.headers().lastWithName(ChangeHeader.NAME).value();
        append(p, (byte[]) r.key(), new SchemaAndValue(r.valueSchema(), r.value()), header, null);
    }

    /** A record that was taken away, as something on its way has changed it. */
    void change(SinkRecord r) {
        synchronized (partitions) {
            partitions.get(r.kafkaPartition()).add(r);
        }
    }

    /** A record as some source wrote it. */
    public void copy(
            int p, Optional<byte[]> key, Optional<byte[]> value, ChangeHeader header, Optional<Barrier> barrier) {
        add(p, key.orElse(null), value.orElse(null), header.toString(), barrier.orElse(null));
    }

    void raw(int p, byte[] key, byte[] value, String header) {
        add(p, key, value, header, null);
    }

    synchronized void cutHead(int p, int count) {
        for (int i = 0; i < count; i++) {
            partitions.get(p).remove(0);
        }
    }

    /** A record as the source hands it over. */
    void add(SourceRecord r) {
        Header source = r.headers().lastWithName(Writer.NAME);
        if (source != null) {
            writer = Optional.of(Writer.parse((String) source.value()));
            named.clear(r.kafkaPartition());
        }
        Header barrier = r.headers().lastWithName(Barrier.NAME);
        add(
                r.kafkaPartition(),
                (byte[]) r.key(),
                (byte[]) r.value(),
                (String) r.headers().lastWithName(ChangeHeader.NAME).value(),
                barrier == null ? null : Barrier.parse((String) barrier.value()));
    }

    private long timestamp(String header) {
        long now = System.currentTimeMillis() + workerAhead;
        try {
            ChangeHeader h = ChangeHeader.parse(header);
            return h.timeMs() == 0 ? now : Math.min(h.timeMs() - (h.isTick() ? masterAhead : 0), now);
        } catch (RuntimeException e) { // not one of the source's
            return now;
        }
    }

    private void add(int p, byte[] key, byte[] value, String header, Barrier barrier) {
        append(p, key, formats.read(key, value, header, barrier), header, barrier);
    }

    private void append(int p, byte[] key, SchemaAndValue read, String header, Barrier barrier) {
        synchronized (partitions) {
            List<SinkRecord> all = partitions.get(p);
            SinkRecord r = new SinkRecord(
                    name,
                    p,
                    null,
                    key,
                    read.schema(),
                    read.value(),
                    all.size(),
                    timestamp(header),
                    TimestampType.CREATE_TIME);
            if (header != null) {
                r.headers().addString(ChangeHeader.NAME, header);
            }
            if (barrier != null) {
                r.headers().addString(Barrier.NAME, barrier.toString());
            }
            if (writer.isPresent() && !named.get(p)) {
                r.headers().addString(Writer.NAME, writer.get().toString());
                named.set(p);
            }
            all.add(r);
        }
    }
}
