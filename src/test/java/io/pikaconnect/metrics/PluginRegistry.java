package io.pikaconnect.metrics;

import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.metrics.internals.PluginMetricsImpl;

/** A worker's registry for the metrics of plugins: Kafka's own, or that of a worker before 4.1, which has none. */
public final class PluginRegistry {

    private final Metrics metrics = new Metrics();
    private volatile boolean older;

    /** From now on the worker is one of 3.9 or 4.0. */
    public void becomesOlder() {
        older = true;
    }

    /** As a task's context gives it; each time for a new task. */
    public PluginMetrics ofTask(String connector, int task) {
        if (older) {
            throw new NoSuchMethodError("pluginMetrics()");
        }
        Map<String, String> tags = new java.util.LinkedHashMap<>();
        tags.put("connector", connector);
        tags.put("task", String.valueOf(task));
        return new PluginMetricsImpl(metrics, tags);
    }

    /** Values by name and the tags behind connector and task: {@code records{topic=t, partition=0}}. */
    public Map<String, Object> values() {
        Map<String, Object> values = new TreeMap<>();
        metrics.metrics().forEach((name, metric) -> {
            if (name.group().equals("plugins")) {
                Map<String, String> tags = new java.util.LinkedHashMap<>(name.tags());
                tags.keySet().removeAll(java.util.List.of("connector", "task"));
                values.put(name.name() + (tags.isEmpty() ? "" : tags), metric.metricValue());
            }
        });
        return values;
    }
}
