package io.pikaconnect.source;

import io.pikaconnect.failure.TaskFailure;
import io.pikaconnect.replication.ReplicationException;
import io.pikaconnect.snapshot.SnapshotException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores a new epoch's offset before any of its records can be seen. Begin ticks on every partition carry the offset,
 * and prove that the partitions exist; only when Connect has stored it, which one read confirms, the epoch's barrier
 * follows; only when Kafka has all barriers, the snapshot. The first of it is read while all that takes its time.
 */
final class BeginPhase implements EpochPhase {

    private static final Logger LOG = LoggerFactory.getLogger(BeginPhase.class);
    private static final long WAIT_MS = 10;

    /** Before Connect is asked again for what it could not read. */
    private static final long ASK_AGAIN_MS = 500;

    /** Check at once: with exactly-once the offset is stored before the records are acknowledged. */
    private static final long NONE = -1;

    private static final long LOUD_AFTER_NANOS = Duration.ofMinutes(3).toNanos();
    private static final long LOUD_EVERY_NANOS = Duration.ofSeconds(30).toNanos();

    private enum Step {
        TICKS,
        TICKS_SENT,
        STORING,
        BARRIER,
        BARRIER_SENT,
        DONE
    }

    private final PhaseContext context;
    private final ResumePoint opened;
    private final long sinceNanos;
    private long loudNanos;
    private final SnapshotPhase snapshot;
    private long commitsSeen = NONE;
    private Step step;

    BeginPhase(PhaseContext context, ResumePoint opened) throws SnapshotException {
        this.context = context;
        this.opened = opened;
        this.sinceNanos = context.clock().nanoTime();
        this.loudNanos = sinceNanos + LOUD_AFTER_NANOS;
        this.step = opened.durable() ? Step.BARRIER : Step.TICKS;
        this.snapshot = new SnapshotPhase(context, opened, opened.offset());
    }

    @Override
    public EpochPhase next() {
        return step == Step.DONE ? snapshot : this;
    }

    @Override
    public SourceProgress.Phase phase() {
        return SourceProgress.Phase.BEGIN;
    }

    @Override
    public void fill(PollBuffer buffer) throws ReplicationException, InterruptedException {
        opened.replica().check();
        switch (step) {
            case TICKS -> {
                buffer.beginTicks();
                step = Step.TICKS_SENT;
            }
            case TICKS_SENT -> advanceOnceKafkaHasAll(Step.STORING);
            case STORING -> awaitStored();
            case BARRIER -> {
                buffer.epochBarrier();
                step = Step.BARRIER_SENT;
            }
            case BARRIER_SENT -> advanceOnceKafkaHasAll(Step.DONE);
            case DONE -> {}
        }
    }

    private void advanceOnceKafkaHasAll(Step following) throws InterruptedException {
        if (context.inFlight().isEmpty()) {
            step = following;
        } else {
            pause(WAIT_MS);
        }
    }

    private void awaitStored() throws InterruptedException {
        long commits = context.commits().count();
        if (commits == commitsSeen) {
            pause(WAIT_MS);
            return;
        }
        Optional<SourceOffset> stored;
        try {
            stored = context.storedOffset().get();
        } catch (TaskFailure e) {
            LOG.warn(
                    "{} {}: asking again whether the epoch is stored: {}",
                    context.config().name(),
                    context.config().database(),
                    e.getMessage());
            pause(ASK_AGAIN_MS);
            return;
        }
        commitsSeen = commits;
        if (stored.isPresent()
                && stored.get().epoch().number() == opened.offset().epoch().number()) {
            context.dumps().keepFromLater(opened.offset().epoch().number());
            step = Step.BARRIER;
        }
    }

    private void pause(long ms) throws InterruptedException {
        long now = context.clock().nanoTime();
        if (now >= loudNanos) {
            loudNanos = now + LOUD_EVERY_NANOS;
            LOG.error(
                    "Epoch {} of {} has been waiting for {} s for Connect to store its offset: does topic {} have {}"
                            + " partitions, and does the worker commit offsets (offset.flush.interval.ms)?",
                    opened.offset().epoch().number(),
                    context.config().name(),
                    Duration.ofNanos(now - sinceNanos).toSeconds(),
                    opened.offset().epoch().settings().topic(),
                    opened.offset().epoch().settings().partitions());
        }
        Thread.sleep(ms);
    }

    @Override
    public void close() {
        snapshot.close();
    }
}
