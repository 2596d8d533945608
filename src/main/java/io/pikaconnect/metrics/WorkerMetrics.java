package io.pikaconnect.metrics;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker's own registry for metrics of plugins, which workers have since Kafka 4.1: its reporters receive them,
 * too, with connector and task as tags. The only class that names an API that older workers lack; there, nothing is
 * registered.
 */
public final class WorkerMetrics {

    private static final Logger LOG = LoggerFactory.getLogger(WorkerMetrics.class);

    private final PluginMetrics plugin;
    /** Guarded by the {@link TaskMetrics} that registers them. */
    private final Set<MetricName> shown = new LinkedHashSet<>();

    private WorkerMetrics(PluginMetrics plugin) {
        this.plugin = plugin;
    }

    /** Empty in a worker before 4.1. */
    public static Optional<WorkerMetrics> of(SourceTaskContext context) {
        return ifAny(() -> new WorkerMetrics(context.pluginMetrics()));
    }

    /** Empty in a worker before 4.1. */
    public static Optional<WorkerMetrics> of(SinkTaskContext context) {
        return ifAny(() -> new WorkerMetrics(context.pluginMetrics()));
    }

    private static Optional<WorkerMetrics> ifAny(Supplier<WorkerMetrics> made) {
        try {
            return Optional.of(made.get());
        } catch (LinkageError | RuntimeException e) {
            LOG.debug("This worker has no plugin metrics: {}", e.toString());
            return Optional.empty();
        }
    }

    void show(Metric<?> metric, LinkedHashMap<String, String> tags, Gauge<Object> value) {
        MetricName name = plugin.metricName(metric.name(), metric.description(), tags);
        plugin.addMetric(name, value);
        shown.add(name);
    }

    void hide(Metric<?> metric, LinkedHashMap<String, String> tags) {
        MetricName name = plugin.metricName(metric.name(), metric.description(), tags);
        if (shown.remove(name)) {
            plugin.removeMetric(name);
        }
    }

    void close() {
        shown.forEach(plugin::removeMetric);
        shown.clear();
    }
}
