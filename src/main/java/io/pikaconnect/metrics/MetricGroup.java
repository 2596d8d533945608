package io.pikaconnect.metrics;

import java.util.List;

/**
 * The metrics of one kind of thing; in JMX one MBean for each of these things.
 *
 * @param type the kind; the MBean is {@code pika.connect:type=<type>,<the task's tags>,<tags>}
 * @param tags beside the task's own, what tells the things apart
 */
public record MetricGroup<T>(String type, List<String> tags, List<Metric<T>> metrics) {}
