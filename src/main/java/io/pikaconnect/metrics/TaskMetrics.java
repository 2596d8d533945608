package io.pikaconnect.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.JmxReporter;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.KafkaMetricsContext;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one task registers in JMX under {@code pika.connect}, and the same as {@link WorkerMetrics}. Failures are logged
 * and never reach the caller. Thread-safe.
 */
public final class TaskMetrics implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TaskMetrics.class);
    private static final String DOMAIN = "pika.connect";

    /**
     * The task that is registered under these tags. Connect abandons a task that does not stop in time and starts
     * another; when the old one finally ends, it must not unregister what its successor has registered.
     */
    private static final Map<Map<String, String>, TaskMetrics> SHOWING = new ConcurrentHashMap<>();

    private final Map<String, String> task;
    private final Optional<WorkerMetrics> worker;
    private final JmxReporter jmx = new JmxReporter();
    private boolean closed;

    private TaskMetrics(Map<String, String> task, Optional<WorkerMetrics> worker) {
        this.task = task;
        this.worker = worker;
        jmx.contextChange(new KafkaMetricsContext(DOMAIN));
    }

    /**
     * Registers nothing yet; unregisters what an earlier task registered under the same tags.
     *
     * @param task tags of the task, in the order of the MBean's name
     */
    public static TaskMetrics of(Map<String, String> task, Optional<WorkerMetrics> worker) {
        TaskMetrics made = new TaskMetrics(new LinkedHashMap<>(task), worker);
        Optional.ofNullable(SHOWING.put(made.task, made)).ifPresent(TaskMetrics::close);
        return made;
    }

    /**
     * Registers the metrics of one object.
     *
     * @param tags a value for each of the group's
     */
    public synchronized <T> void show(MetricGroup<T> group, Map<String, String> tags, T of) {
        if (closed) {
            return;
        }
        for (Metric<T> metric : group.metrics()) {
            Gauge<Object> value = (config, now) -> metric.value().apply(of);
            quietly(group, () -> jmx.metricChange(named(group, metric, tags, value)));
            worker.ifPresent(w -> quietly(group, () -> w.show(metric, ordered(group, tags), value)));
        }
    }

    /** Unregisters them. */
    public synchronized void hide(MetricGroup<?> group, Map<String, String> tags) {
        if (closed) {
            return;
        }
        for (Metric<?> metric : group.metrics()) {
            quietly(group, () -> jmx.metricRemoval(named(group, metric, tags, (config, now) -> null)));
            worker.ifPresent(w -> quietly(group, () -> w.hide(metric, ordered(group, tags))));
        }
    }

    private KafkaMetric named(MetricGroup<?> group, Metric<?> metric, Map<String, String> tags, Gauge<Object> value) {
        Map<String, String> all = new LinkedHashMap<>(task);
        all.putAll(ordered(group, tags));
        MetricName name = new MetricName(metric.name(), group.type(), metric.description(), all);
        return new KafkaMetric(new Object(), name, value, new MetricConfig(), Time.SYSTEM);
    }

    private static LinkedHashMap<String, String> ordered(MetricGroup<?> group, Map<String, String> tags) {
        LinkedHashMap<String, String> ordered = new LinkedHashMap<>();
        group.tags().forEach(tag -> ordered.put(tag, tags.get(tag)));
        return ordered;
    }

    private static void quietly(MetricGroup<?> group, Runnable showing) {
        try {
            showing.run();
        } catch (RuntimeException | LinkageError e) {
            LOG.warn(
                    "A metric of {} cannot be registered or unregistered; the task continues without it: {}",
                    group.type(),
                    e.toString());
        }
    }

    /** Unregisters everything; later calls are ignored. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        SHOWING.remove(task, this);
        try {
            jmx.close();
            worker.ifPresent(WorkerMetrics::close);
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("Metrics of {} may still be registered: {}", task, e.toString());
        }
    }
}
