/**
 * What the connectors look up in Kafka by themselves, where {@code kafka.bootstrap.servers} is given. Connect gives
 * its connectors no client of their own, so everything here is optional and is left out without it.
 *
 * <p>Read first: {@link TopicCheck}, whether the topic as it is keeps every record; {@link NewestEpoch} with
 * {@link EpochSearch}, where a rebuild may start; {@link TopicWriter}, which source a topic has its data from;
 * {@link ClusterId}.
 *
 * <p>Threads: the caller's; every look has a time limit. Validation and starting tasks look, and the sink's senders
 * when they claim a partition.
 *
 * <p>Imports change.
 */
package io.pikaconnect.kafka;
