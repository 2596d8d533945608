/**
 * What can be monitored of a running task: values that are declared once, with name, unit and description, and shown by
 * JMX and as Connect's plugin metrics. The tables of metrics.md are generated from the same declarations.
 *
 * <p>Read first: {@link Metric}, one value and where it is read; {@link MetricGroup}, one kind of thing;
 * {@link TaskMetrics}, what a task shows; {@link DiscardCounts}, what was left out, by reason. The lists of metrics are in
 * the packages of source and sink.
 *
 * <p>Threads: values are read by any thread (JMX, reporters) and must not wait for anything.
 *
 * <p>Imports change.
 */
package io.pikaconnect.metrics;
