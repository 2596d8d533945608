package io.pikaconnect.source;

import io.pikaconnect.binlog.Translator;
import io.pikaconnect.binlog.UntranslatableException;
import io.pikaconnect.failure.TaskFailure;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.replication.Replica;
import io.pikaconnect.replication.ReplicationException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows the binlog: item by item into records, ticks where a partition has none. */
final class BinlogPhase implements EpochPhase {

    private static final Logger LOG = LoggerFactory.getLogger(BinlogPhase.class);

    /** How long one poll waits for its first item. */
    private static final Duration WAIT = Duration.ofMillis(100);

    /**
     * So long after a commit a poll gathers what comes. A transaction that begins while the producer's thread is still busy
     * with the end of the last one may be ended by it before its records are sent, and Connect then fails the task with an
     * InvalidTxnStateException (clients 4.1 to 4.3, transaction version 2: the thread looks for unsent records before it
     * waits for the lock under which the end is queued).
     */
    private static final Duration AFTER_COMMIT = Duration.ofMillis(10);

    /** Idle ticks are stamped this much earlier than the keepalive, because items of those seconds may still arrive. */
    private static final Duration TICK_MARGIN = Duration.ofSeconds(2);

    /** No sink is caught up with what is older. */
    private static final Duration CURRENT = Duration.ofSeconds(60);

    private static final long TICK_AFTER_NANOS = Duration.ofSeconds(5).toNanos();

    private final PhaseContext context;
    private final Replica replica;
    private final long epoch;
    private final Translator translator;
    private Optional<SourceEvent> open = Optional.empty();
    private int skipParts;
    private long lastItemMs;
    private long commitsSeen;
    private boolean dumpKept;

    BinlogPhase(PhaseContext context, ResumePoint opened, SourceOffset from) {
        this.context = context;
        context.progress().readAll();
        this.replica = opened.replica();
        this.epoch = from.epoch().number();
        this.translator = new Translator(
                from.epoch().settings().group(),
                context.config().translationPolicy(),
                context.discards(),
                from.epoch().settings().renamed(),
                context.config().wanted(from.epoch().settings()));
        this.skipParts = from.partsSent();
        this.dumpKept = opened.dump().isPresent();
        this.commitsSeen = context.commits().count();
    }

    @Override
    public EpochPhase next() {
        return this;
    }

    @Override
    public SourceProgress.Phase phase() {
        return SourceProgress.Phase.BINLOG;
    }

    @Override
    public void fill(PollBuffer buffer) throws ReplicationException, UntranslatableException, InterruptedException {
        deleteDumpOnceDone();
        boolean first = true;
        while (!buffer.isFull()) {
            if (open.isEmpty()) {
                Optional<BinlogItem> item = nextItem(first);
                if (item.isEmpty()) {
                    break;
                }
                SourceEvent event = SourceEvent.of(item.get(), translator, buffer.offset());
                event.skip(skipParts);
                skipParts = 0;
                open = Optional.of(event);
                first = false;
            }
            if (buffer.put(open.get())) {
                lastItemMs = open.get().timeMs();
                open = Optional.empty();
            }
        }
        replica.present()
                .filter(server -> !buffer.offset().origin().isOn(server))
                .ifPresent(buffer::servedBy);
        long clock = clock(buffer);
        buffer.ticks(clock, replica.clockOffset().toMillis(), TICK_AFTER_NANOS);
        context.progress().reached(clock);
        if (!buffer.offset().epoch().readiness().ready() && isCurrent(clock)) {
            LOG.info(
                    "{} {}: the topic is caught up",
                    context.config().name(),
                    context.config().database());
            buffer.caughtUp();
        }
    }

    private Optional<BinlogItem> nextItem(boolean first) throws ReplicationException, InterruptedException {
        Optional<BinlogItem> received = replica.poll(Duration.ZERO);
        return received.isPresent()
                ? received
                : replica.poll(first ? WAIT : context.commits().rest(AFTER_COMMIT));
    }

    /** From now on a sink could be caught up, too. */
    private boolean isCurrent(long clock) {
        long masterNow = context.clock().millis() + replica.clockOffset().toMillis();
        return masterNow - clock <= CURRENT.toMillis();
    }

    /**
     * The time of the last item wholly handed over; while the master is idle and Kafka has everything, the master's own
     * clock at its last keepalive, less a margin.
     */
    private long clock(PollBuffer buffer) {
        if (open.isEmpty() && buffer.items() == 0 && context.inFlight().isEmpty()) {
            Optional<Instant> idle = replica.idleSince();
            if (idle.isPresent() && replica.received().compareTo(buffer.offset().resume()) <= 0) {
                return Math.max(
                        lastItemMs,
                        idle.get()
                                .plus(replica.clockOffset())
                                .minus(TICK_MARGIN)
                                .toEpochMilli());
            }
        }
        return lastItemMs;
    }

    /** Deletes the dump once no restart can need it: when the stored offset is in the binlog. */
    private void deleteDumpOnceDone() {
        long commits = context.commits().count();
        if (!dumpKept || commits == commitsSeen) {
            return;
        }
        commitsSeen = commits;
        try {
            Optional<SourceOffset> stored = context.storedOffset().get();
            if (stored.filter(this::isAfterItsDump).isPresent()) {
                context.dumps().keepNone(epoch);
                dumpKept = false;
            }
        } catch (TaskFailure e) {
            LOG.warn(
                    "{} {}: the dump of epoch {} stays until Connect's next offset commit: {}",
                    context.config().name(),
                    context.config().database(),
                    epoch,
                    e.getMessage());
        }
    }

    private boolean isAfterItsDump(SourceOffset stored) {
        return stored.epoch().number() == epoch && stored.phase() == SourceOffset.Phase.BINLOG;
    }

    @Override
    public void close() {}
}
