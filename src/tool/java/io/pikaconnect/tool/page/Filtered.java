package io.pikaconnect.tool.page;

/**
 * What keys.include, keys.exclude and types.include left out since the tasks started.
 *
 * @param changes by the source
 * @param records of which the sink left out something
 */
record Filtered(long changes, long records) {

    private static final String METRIC = "filtered";

    static Filtered of(MetricReadings metrics) {
        return new Filtered(metrics.sum("source", METRIC), metrics.sum("sink", METRIC));
    }

    boolean isNothing() {
        return changes == 0 && records == 0;
    }
}
