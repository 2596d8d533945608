package io.pikaconnect.sink;

import io.pikaconnect.failure.TaskFailure;
import io.pikaconnect.redis.ClusterTarget;
import io.pikaconnect.redis.Target;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import redis.clients.jedis.Jedis;

/**
 * Checks whether Redis can be the target: at each connect, and every 30 s while the connection lasts, because settings can
 * be changed in a running Redis, and keys that it evicted are missing. One sender's thread only.
 */
final class TargetWatch {

    static final long EVERY_MS = 30_000;

    private final Target target;
    private final boolean mayBeCluster;
    private final LongSupplier clockMs;
    private long checkedMs;
    private long evicted;

    /**
     * @param mayBeCluster whether nothing says that Redis is no cluster
     * @param clockMs this worker's clock; a jump only causes an earlier check
     */
    TargetWatch(Target target, boolean mayBeCluster, LongSupplier clockMs) {
        this.target = target;
        this.mayBeCluster = mayBeCluster;
        this.clockMs = clockMs;
    }

    /**
     * Why a Redis that was just connected to cannot be the target.
     *
     * @throws ClusterFound if it is a node of a cluster, and may be
     */
    Optional<TaskFailure> connected(Jedis jedis) {
        Map<String, String> info = TargetCheck.info(jedis);
        if (mayBeCluster && TargetCheck.isOfCluster(info)) {
            throw new ClusterFound();
        }
        checkedMs = clockMs.getAsLong();
        evicted = evicted(info);
        return refusal(info);
    }

    /** Whether it is time for {@link #check}. */
    boolean isDue() {
        return Math.abs(clockMs.getAsLong() - checkedMs) >= EVERY_MS;
    }

    /** Why it cannot be the target any more. */
    Optional<TaskFailure> check(Jedis jedis) {
        Map<String, String> info = TargetCheck.info(jedis);
        checkedMs = clockMs.getAsLong();
        long before = evicted;
        evicted = evicted(info);
        return refusal(info)
                .or(() -> evicted <= before
                        ? Optional.empty()
                        : Optional.of(TaskFailure.of(
                                target,
                                "Redis threw " + (evicted - before) + " keys away to save memory",
                                "Give it more memory and maxmemory-policy noeviction, then empty the db and restart the task: with"
                                        + " rebuild=auto it is rebuilt from the topic")));
    }

    private Optional<TaskFailure> refusal(Map<String, String> info) {
        return TargetCheck.refusal(info, target instanceof ClusterTarget)
                .map(cause -> TaskFailure.of(target, cause, TargetCheck.REMEDY));
    }

    private static long evicted(Map<String, String> info) {
        return Long.parseLong(info.getOrDefault("evicted_keys", "0"));
    }
}
