/** Replicates Pika into Kafka and Kafka into Redis. */
package io.pikaconnect;
