package io.pikaconnect.replication;

import io.pikaconnect.replication.ReplicaConfig.Member;
import io.pikaconnect.replication.ReplicationException.Kind;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether another replica is attached to the master under our address (replication-protocol 4.2, 4.6). The master keeps
 * an earlier connection of ours that broke without a close for 180 s; what stays longer is another replica, and both
 * would take turns in breaking each other's stream.
 *
 * <p>For the connecting thread; {@link #by} is thread-safe.
 */
final class AddressTaken {

    private final Timings timings;
    private final Outage outage = new Outage();
    private Optional<Member> at = Optional.empty();
    private Optional<Long> sinceNanos = Optional.empty();
    private volatile Optional<String> by = Optional.empty();

    AddressTaken(Timings timings) {
        this.timings = timings;
    }

    /**
     * Another replica has the address now.
     *
     * @param config names the master that is asked now
     * @return what to log now, if anything
     * @throws ReplicationException REFUSED once it has been taken for too long
     */
    Optional<String> found(ReplicaConfig config, String who) throws ReplicationException {
        if (!at.equals(Optional.of(config.member()))) {
            free(); // another member of the group is asked now
        }
        at = Optional.of(config.member());
        by = Optional.of(who);
        long now = System.nanoTime();
        sinceNanos = sinceNanos.or(() -> Optional.of(now));
        Duration lasted = Duration.ofNanos(now - sinceNanos.get());
        if (lasted.compareTo(timings.takenLimit()) >= 0) {
            throw new ReplicationException(
                    Kind.REFUSED,
                    ReplicationException.Concern.REPLICA_ADDRESS,
                    config + ": another replica has our address at the master, " + who + ", for " + lasted.toSeconds()
                            + " s now; the master would have forgotten an earlier connection of ours after 180 s. Give"
                            + " one of the two another replica.address, for example another port");
        }
        return outage.failed(waiting(config, who));
    }

    /** The error of a caller that does not wait any longer, but may try again. */
    ReplicationException stillTaken(ReplicaConfig config) {
        return new ReplicationException(Kind.RETRY, waiting(config, by.orElse("?")));
    }

    private static String waiting(ReplicaConfig config, String who) {
        return config + ": a replica is attached to the master under our address, " + who
                + "; if it is an earlier connection of ours, the master forgets it after 180 s at most";
    }

    /** No other replica has the address. */
    void free() {
        by = Optional.empty();
        sinceNanos = Optional.empty();
        outage.over();
    }

    /** The replica that has it. */
    Optional<String> by() {
        return by;
    }
}
