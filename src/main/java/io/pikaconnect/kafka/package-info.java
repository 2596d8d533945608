/** What the connectors look up in Kafka by themselves, where {@code kafka.bootstrap.servers} is given: the topic as it is. */
package io.pikaconnect.kafka;
