package io.pikaconnect.metrics;

import java.util.List;

/**
 * The metrics of one kind of object; in JMX one MBean per object.
 *
 * @param type the kind; the MBean is {@code pika.connect:type=<type>,<the task's tags>,<tags>}
 * @param tags besides the task's own tags, those that tell the objects apart
 */
public record MetricGroup<T>(String type, List<String> tags, List<Metric<T>> metrics) {}
