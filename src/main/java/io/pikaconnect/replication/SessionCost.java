package io.pikaconnect.replication;

import io.pikaconnect.replication.ReplicationException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The binlog that a session makes the master keep, and when it is too much. A master keeps every binlog file from the
 * one with the acknowledged position on, for as long as the replica streams or pings (replication-protocol 10.1).
 * Connect does not poll a paused task and does not notify it either; so a task that is not polled although it has
 * nothing in flight counts as paused, and its session is ended. The position stays: when polled again, the task
 * requests it.
 *
 * <p>The following thread checks and waits, before it the one that requests a dump; {@link #used}, {@link #letGo} and
 * {@link #bytes} are thread-safe.
 */
final class SessionCost {

    private static final Logger LOG = LoggerFactory.getLogger(SessionCost.class);

    /** Logged as a warning, and again whenever it has doubled. */
    static final long MUCH = 4L << 30;

    private static final Duration PAUSE = Duration.ofMillis(100);

    private enum Why {
        IDLE,
        BYTES
    }

    private record LetGo(Why why, long atNanos, String words) {}

    private final ReplicaConfig config;
    private final RetentionLimits limits;
    /** How long a session that held too much stays away, so that the master has time to check its files. */
    private final Duration away;

    private final BooleanSupplier inFlight;
    private volatile long usedNanos;
    private volatile long bytes;
    private volatile Optional<LetGo> letGo = Optional.empty();

    // The following thread only.
    private long atStart;
    private long warnAbove = MUCH;
    private boolean warnedOfIdle;
    private boolean warnedOfLimit;

    /** @param inFlight whether something polled is not acknowledged yet */
    SessionCost(ReplicaConfig config, Duration away, BooleanSupplier inFlight) {
        this.config = config;
        this.limits = config.hold();
        this.away = away;
        this.inFlight = inFlight;
        this.usedNanos = System.nanoTime();
    }

    /** Records that the task was polled. */
    void used() {
        usedNanos = System.nanoTime();
    }

    /** Bytes of binlog that the master keeps for us. */
    long bytes() {
        return letGo.isPresent() ? 0 : bytes;
    }

    /** Why there is no session at present, if it was ended on purpose. */
    Optional<String> letGo() {
        return letGo.map(LetGo::words);
    }

    /** The interval of {@link #look}. */
    Duration every(Duration longest) {
        Duration quarter = limits.idle().dividedBy(4);
        return quarter.isZero() || quarter.compareTo(longest) > 0 ? longest : quarter;
    }

    /** Records the start of a session that makes the master keep this many bytes from the outset. */
    void begins(long held) {
        atStart = held;
        bytes = held;
    }

    /**
     * Checks whether the session costs too much; warns before it does.
     *
     * @param held bytes of binlog from the acknowledged position on
     * @param fileBytes of one binlog file
     * @return why the session has to end now, if so
     */
    Optional<String> look(long held, long fileBytes) {
        Verdict verdict = look(held, fileBytes, System.nanoTime());
        verdict.warnings().forEach(LOG::warn);
        return verdict.end();
    }

    /** What has to be logged, and why the session has to end, if so. */
    record Verdict(List<String> warnings, Optional<String> end) {}

    Verdict look(long held, long fileBytes, long nowNanos) {
        bytes = held;
        List<String> warnings = new ArrayList<>();
        Optional<LetGo> end = tooIdle(nowNanos, warnings).or(() -> tooMuch(held, fileBytes, nowNanos, warnings));
        much(held).ifPresent(warnings::add);
        if (end.isPresent()) {
            warnings.add(config + ": the session at the master is ended, so it may now remove its binlog: "
                    + end.get().words());
            letGo = end;
            warnedOfIdle = false;
            warnedOfLimit = false;
        }
        return new Verdict(warnings, end.map(LetGo::words));
    }

    private Optional<LetGo> tooIdle(long nowNanos, List<String> warnings) {
        if (inFlight.getAsBoolean()) {
            usedNanos = nowNanos; // the task waits for Kafka, it is not paused
        }
        Duration idle = Duration.ofNanos(nowNanos - usedNanos);
        Duration limit = limits.idle();
        if (limit.isZero() || idle.multipliedBy(2).compareTo(limit) < 0) {
            warnedOfIdle = false;
            return Optional.empty();
        }
        if (idle.compareTo(limit) >= 0) {
            return Optional.of(new LetGo(
                    Why.IDLE,
                    nowNanos,
                    "Connect has not polled the task for " + idle.toSeconds() + " s, so it is paused (hold.idle.ms "
                            + limit.toMillis() + "); when resumed, it continues where it was if the master still has"
                            + " that"));
        }
        if (!warnedOfIdle) {
            warnedOfIdle = true;
            warnings.add(config + ": Connect has not polled the task for " + idle.toSeconds()
                    + " s; is it paused? The master keeps its binlog for it until hold.idle.ms,"
                    + " " + limit.toMillis() + ", have passed, and may then remove it. To keep the position for longer"
                    + " raise expire-logs-nums on the master; to use no disk space there stop the connector");
        }
        return Optional.empty();
    }

    private Optional<LetGo> tooMuch(long held, long fileBytes, long nowNanos, List<String> warnings) {
        long limit = limits.bytes();
        if (limit == 0 || held <= limit / 4 * 3) {
            warnedOfLimit = false;
            return Optional.empty();
        }
        // A session that started with more is not ended while it catches up.
        if (held > limit && held > atStart + fileBytes) {
            return Optional.of(new LetGo(
                    Why.BYTES,
                    nowNanos,
                    "its position retains " + held + " bytes of binlog, more than hold.max.bytes, " + limit
                            + "; it continues once Kafka has what is in flight, if the master still has what follows"));
        }
        if (!warnedOfLimit) {
            warnedOfLimit = true;
            warnings.add(config + ": the master keeps " + held
                    + " bytes of binlog for this replica; beyond hold.max.bytes, " + limit + ", the session ends, and"
                    + " the master may remove what it needs. Does Kafka accept the records?");
        }
        return Optional.empty();
    }

    private Optional<String> much(long held) {
        if (held < warnAbove) {
            if (held < MUCH / 2) {
                warnAbove = MUCH;
            }
            return Optional.empty();
        }
        while (warnAbove <= held) {
            warnAbove *= 2;
        }
        return Optional.of(
                config + ": the master keeps " + (held >> 30) + " GiB of binlog for this replica, whatever its"
                        + " expire-logs-nums: watch the space on its disk. Does Kafka accept the records?"
                        + " hold.max.bytes limits this");
    }

    /**
     * The same while a dump is made and received, for which the master keeps everything; then polls do not matter.
     *
     * @throws ReplicationException REFUSED if that is too much
     */
    void checkFullSync(long held) throws ReplicationException {
        bytes = held;
        much(held).ifPresent(LOG::warn);
        if (limits.bytes() > 0 && held > limits.bytes()) {
            throw new ReplicationException(
                    Kind.REFUSED,
                    config + ": the master has kept " + held
                            + " bytes of binlog since the dump was requested, more than"
                            + " hold.max.bytes, " + limits.bytes() + ": raise that, or take the full sync when less is"
                            + " written");
        }
    }

    /** Waits as long as there must be no session. */
    void awaitUse(Lifetime lifetime) throws ReplicationException, InterruptedException {
        while (letGo.isPresent() && !mayGoOn(letGo.get(), System.nanoTime())) {
            lifetime.pause(PAUSE);
        }
        if (letGo.isPresent()) {
            LOG.info("{}: Connect polls the task, and nothing is in flight: connecting to the master again", config);
            letGo = Optional.empty();
        }
    }

    private boolean mayGoOn(LetGo since, long nowNanos) {
        boolean polled = usedNanos - since.atNanos > 0;
        return switch (since.why) {
            case IDLE -> polled;
            case BYTES -> polled && !inFlight.getAsBoolean() && nowNanos - since.atNanos >= away.toNanos();
        };
    }
}
