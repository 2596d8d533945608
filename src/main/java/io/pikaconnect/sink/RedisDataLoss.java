package io.pikaconnect.sink;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports when a claim finds less of a partition in Redis than its last reply showed. */
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
        long knownOffset = known.get().offset();
        if (found.sequence().isEmpty()) {
            if (!found.owner().equals(known.get().owner())) { // otherwise a rebuild has given up the place
                p.counters().increment(SinkCounter.REDIS_LOSSES);
                LOG.warn(
                        "{}: Redis holds nothing of it any more, and was at offset {}: the db was emptied, or Redis lost its"
                                + " data. It is rebuilt from the topic",
                        p,
                        knownOffset);
            }
        } else if (found.offset() < knownOffset) {
            p.counters().increment(SinkCounter.REDIS_LOSSES);
            LOG.warn(
                    "{}: Redis is at offset {} and was at {}: it came back with older data. What is missing is"
                            + " applied again",
                    p,
                    found.offset(),
                    knownOffset);
        }
    }
}
