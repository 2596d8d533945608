package io.pikaconnect.sink;

import io.pikaconnect.metrics.Metric;
import java.util.function.Function;

/** The sink's counters, each a metric of that name. */
enum SinkCounter {
    RECORDS("records", "records", "Records applied."),
    COMMANDS("commands", "commands", "Commands applied, including those skipped."),
    BATCHES("batches", "batches", "Calls of the script that applied them."),
    TICKS("ticks", "records", "Ticks applied."),
    TICKS_SKIPPED("ticks-skipped", "records", "Ticks that fit no place in the ledger, which is harmless."),
    DUPLICATES("duplicates", "records", "Records skipped because they are already applied."),
    OLDER_EPOCH("older-epoch", "records", "Records skipped because they belong to an older epoch."),
    AFTER_HOLE("after-hole", "records", "Records and ticks skipped because some before them are missing."),
    FILTERED(
            "filtered",
            "records",
            "Records of which something was left out because of keys.include, keys.exclude or types.include; again when"
                    + " they are read again."),
    BARRIERS("barriers", "barriers", "Barriers passed."),
    CLAIMS("claims", "times", "Claims of a partition in the ledger."),
    REWINDS("rewinds", "times", "Times that the reading position was set to the ledger's."),
    REDIS_LOSSES(
            "redis-losses",
            "times",
            "Times that Redis had less of a partition than before, or nothing: the db was emptied, or came back with"
                    + " an older state. What is missing is applied again, if rebuild allows"
                    + " it."),
    RETRIES("retries", "times", "Retries because of a transient error."),
    EXPIRED_KEYS("expired-keys", "keys", "Keys deleted because they were expired by the stream's clock."),
    REWRITTEN_DEADLINES(
            "rewritten-deadlines",
            "keys",
            "Keys whose deadline was released or, from an earlier release of this plugin, held.");

    private final String metric;
    private final String unit;
    private final String description;

    SinkCounter(String metric, String unit, String description) {
        this.metric = metric;
        this.unit = unit;
        this.description = description;
    }

    <T> Metric<T> metric(Function<? super T, SinkCounters> of) {
        return Metric.count(metric, unit, description, t -> of.apply(t).sum(this));
    }

    @Override
    public String toString() {
        return metric;
    }
}
