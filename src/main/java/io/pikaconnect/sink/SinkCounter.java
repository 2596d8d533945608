package io.pikaconnect.sink;

import io.pikaconnect.metrics.Metric;
import java.util.function.Function;

/** What a sink counts: each is a metric of that name. */
enum SinkCounter {
    RECORDS("records", "records", "Records applied."),
    COMMANDS("commands", "commands", "Commands applied, those left out included."),
    BATCHES("batches", "batches", "Calls of the script that applied them."),
    TICKS("ticks", "records", "Ticks applied."),
    TICKS_SKIPPED("ticks-skipped", "records", "Ticks that fit no place in the ledger; they do no harm."),
    DUPLICATES("duplicates", "records", "Records passed over because they are applied already."),
    OLDER_EPOCH("older-epoch", "records", "Records passed over because they are of an older epoch."),
    AFTER_HOLE("behind-hole", "records", "Records and ticks passed over because some before them are missing."),
    BARRIERS("barriers", "barriers", "Barriers passed."),
    CLAIMS("claims", "times", "Claims of a partition in the ledger."),
    REWINDS("rewinds", "times", "Times that reading was set to where the ledger stands."),
    REDIS_LOSSES(
            "redis-losses",
            "times",
            "Times that Redis held less of a partition than before, or nothing: somebody emptied the db, or it"
                    + " came back with an older state. What is missing is applied again, where rebuild allows"
                    + " it."),
    RETRIES("retries", "times", "What was tried again because of an error that passes."),
    EXPIRED_KEYS("swept-keys", "keys", "Keys that were over by the stream's clock and were ended."),
    REWRITTEN_DEADLINES(
            "walked-keys",
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
