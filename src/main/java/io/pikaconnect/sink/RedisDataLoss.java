package io.pikaconnect.sink;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether Redis holds less of a partition, when it is claimed, than when it answered last. */
final class RedisDataLoss {

    private static final Logger LOG = LoggerFactory.getLogger(RedisDataLoss.class);

    private RedisDataLoss() {}

    /** @param found the partition's field as the claim found it */
    static void report(Step.Claim claim, LedgerField found) {
        Step.Assignment p = claim.assignment();
        Optional<LedgerField> known = claim.known().filter(k -> k.sequence().isPresent());
        if (known.isEmpty()) {
            return;
        }
        long stood = known.get().offset();
        if (found.sequence().isEmpty()) {
            if (!found.owner().equals(known.get().owner())) { // else a rebuild has given the place up
                p.counters().increment(SinkCounter.REDIS_LOSSES);
                LOG.warn(
                        "{}: Redis holds nothing of it any more, and it stood at offset {}: somebody emptied the db, or"
                                + " Redis lost its data. It is built again from the topic",
                        p,
                        stood);
            }
        } else if (found.offset() < stood) {
            p.counters().increment(SinkCounter.REDIS_LOSSES);
            LOG.warn(
                    "{}: Redis is at offset {} and had been at {}: it came back with older data. What is missing is"
                            + " applied again",
                    p,
                    found.offset(),
                    stood);
        }
    }
}
