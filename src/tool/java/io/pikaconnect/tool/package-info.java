/**
 * {@code pika2redis}: the migration by one command, with a Kafka and a Connect worker as its children, and what an operator
 * does with connectors wherever they run.
 */
package io.pikaconnect.tool;
