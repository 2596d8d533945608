package io.pikaconnect.sink;

import io.pikaconnect.retry.Backoff;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** When the next step of a partition is due, and how often its last one failed in a row. Guarded by the partition. */
final class StepPause {

    private static final Logger LOG = LoggerFactory.getLogger(StepPause.class);

    /** Between attempts after transient errors; every so many of them are logged. */
    private static final Backoff RETRY = Backoff.ofMillis(20, 1_000);

    private static final int LOGGED_RETRIES = 30;

    private final TopicPartition topicPartition;
    private final TaskClock clock;
    private long notBefore;
    private int retries;

    StepPause(TopicPartition topicPartition, TaskClock clock) {
        this.topicPartition = topicPartition;
        this.clock = clock;
        this.notBefore = clock.nanos();
    }

    /** Until the next step is due, in ns; 0 or less when it is. */
    long nanosLeft(long now) {
        return notBefore - now;
    }

    void pause(long nanos) {
        notBefore = clock.nanos() + nanos;
    }

    void succeeded() {
        retries = 0;
    }

    /** After a transient error of Redis. */
    void failed(String error) {
        if (retries++ % LOGGED_RETRIES == 0) {
            LOG.warn(
                    "{}: Redis replied {}; trying again until it succeeds. {}",
                    topicPartition,
                    RedisRemedies.sanitized(error),
                    RedisRemedies.remedy(error));
        }
        pause(RETRY.after(retries).toNanos());
    }
}
