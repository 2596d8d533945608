package io.pikaconnect.sink;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Slots that are being moved, or that no node has, and are waited for. Used by all senders of a task. */
final class AwaySlots {

    private static final Logger LOG = LoggerFactory.getLogger(AwaySlots.class);
    private static final long LOG_EVERY_NANOS = Duration.ofSeconds(30).toNanos();
    private static final long PAUSE_NANOS = Duration.ofMillis(50).toNanos();

    /** What a partition waits for. */
    private static final class Wait {

        private final long since;
        private long loggedAt;
        private int slot;
        private String why = "";

        Wait(long since) {
            this.since = since;
            this.loggedAt = since;
        }
    }

    private final TaskClock clock;
    private final Map<Step.Assignment, Wait> waits = new ConcurrentHashMap<>();

    AwaySlots(TaskClock clock) {
        this.clock = clock;
    }

    void isAway(Step.Assignment p, int slot, String why) {
        Wait wait = waits.computeIfAbsent(p, q -> new Wait(clock.nanos()));
        wait.slot = slot;
        wait.why = why;
    }

    void areBack(Step.Assignment p) {
        waits.remove(p);
    }

    /** The partition has to wait; logged if it has waited for long. */
    Outcome later(Step.Assignment p) {
        Wait wait = waits.get(p);
        long now = clock.nanos();
        if (wait != null && now - wait.loggedAt >= LOG_EVERY_NANOS) {
            wait.loggedAt = now;
            LOG.warn(
                    "{}: waiting for {} s for slot {} of the cluster, which is being moved or has no node: {}. If it is not being"
                            + " moved, redis-cli --cluster check and --cluster fix help",
                    p,
                    (now - wait.since) / 1_000_000_000L,
                    wait.slot,
                    RedisRemedies.sanitized(wait.why));
        }
        return new Outcome.Later(PAUSE_NANOS);
    }
}
