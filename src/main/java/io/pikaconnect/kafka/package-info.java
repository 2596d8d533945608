/**
 * What the connectors look up in Kafka by themselves, where {@code kafka.bootstrap.servers} is given. Connect gives its
 * connectors no client, so everything here is optional and is left out without that setting.
 *
 * <p>Read first: {@link TopicCheck}, whether the topic as it is keeps every record; {@link NewestEpoch} with
 * {@link EpochSearch}, where a rebuild may start; {@link TopicWriter}, which source wrote a topic's data;
 * {@link ClusterId}.
 *
 * <p>Threads: the caller's; every lookup has a time limit. Validation and starting tasks look up, and the sink's
 * senders when they claim a partition.
 *
 * <p>Imports change.
 */
package io.pikaconnect.kafka;
