package io.pikaconnect.source;

import io.pikaconnect.fullsync.Dump;
import io.pikaconnect.replication.ReplicationException;
import io.pikaconnect.snapshot.SnapshotChunk;
import io.pikaconnect.snapshot.SnapshotCursor;
import io.pikaconnect.snapshot.SnapshotException;
import io.pikaconnect.snapshot.SnapshotOptions;
import io.pikaconnect.snapshot.SnapshotReader;
import io.pikaconnect.snapshot.SnapshotSize;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the dump from its cursor to its end, while the replica makes the master keep the binlog after it. */
final class SnapshotPhase implements EpochPhase {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotPhase.class);
    private static final long WAIT_MS = 100;
    private static final long TICK_AFTER_NANOS = Duration.ofSeconds(5).toNanos();

    /** In the snapshot phase ticks keep a partition's place, but do not move the clock. */
    private static final long NO_TIME = 0;

    private final PhaseContext context;
    private final ResumePoint opened;
    private final ReadAhead reader;
    private final SnapshotSize size;
    private final SnapshotCursor start;
    private Optional<SourceEvent> open = Optional.empty();
    private int skipParts;
    private boolean shown;
    private boolean finished;

    /** @param from where to start: the epoch's first offset, or a stored one */
    SnapshotPhase(PhaseContext context, ResumePoint opened, SourceOffset from) throws SnapshotException {
        this.context = context;
        this.opened = opened;
        this.skipParts = from.phase() == SourceOffset.Phase.SNAPSHOT ? from.partsSent() : 0;
        Dump dump = opened.dump().orElseThrow();
        SnapshotReader all = SnapshotReader.open(
                dump.directory(), options(context.config(), from), from.cursor(), context.discards());
        this.start = from.cursor();
        try {
            this.size = all.size();
        } catch (SnapshotException e) {
            all.close();
            throw e;
        }
        this.reader = new ReadAhead(all, context.clock().nanos());
    }

    /** How the epoch of this offset reads its dump. */
    static SnapshotOptions options(PikaSourceConfig config, SourceOffset offset) {
        return offset.epoch()
                .settings()
                .snapshotOptions(
                        Instant.ofEpochMilli(offset.epoch().dumpRequestedMs()),
                        config.onTypeCollision() == Policy.OnTypeCollision.FAIL,
                        config.onHyperLogLog() == Policy.OnHyperLogLog.FAIL,
                        config.wanted(offset.epoch().settings()));
    }

    @Override
    public EpochPhase next() {
        if (!finished) {
            return this;
        }
        LOG.info(
                "Snapshot of epoch {} of {} is complete",
                opened.offset().epoch().number(),
                context.config().name());
        return new BinlogPhase(
                context, opened, opened.offset().inBinlog(opened.offset().resume()));
    }

    @Override
    public SourceProgress.Phase phase() {
        return SourceProgress.Phase.SNAPSHOT;
    }

    @Override
    public void fill(PollBuffer buffer) throws ReplicationException, SnapshotException, InterruptedException {
        opened.replica().check();
        show();
        boolean waited = false;
        boolean full = false;
        while (!full && !finished && !(waited && buffer.isEmpty())) {
            if (open.isEmpty()) {
                open = reader.next(WAIT_MS).map(chunk -> event(chunk, buffer));
                waited = open.isEmpty();
                finished = waited && reader.isComplete();
            }
            full = open.isPresent() ? !buffer.put(open.get()) : buffer.isFull();
            open = full ? open : Optional.empty();
        }
        if (finished) {
            buffer.snapshotEnds();
            reader.close();
        }
        buffer.ticks(NO_TIME, TICK_AFTER_NANOS);
    }

    /** From when the first of it may be sent, which is later than it is read. */
    private void show() {
        if (!shown) {
            shown = true;
            context.progress()
                    .reading(new SnapshotProgress(size, start, context.clock().nanos()));
        }
    }

    private SourceEvent event(SnapshotChunk chunk, PollBuffer buffer) {
        SourceEvent event = SourceEvent.of(chunk, buffer.offset());
        event.skip(skipParts);
        skipParts = 0;
        context.progress().read(chunk);
        return event;
    }

    @Override
    public void close() {
        reader.close();
    }
}
