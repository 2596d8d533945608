/** Pika to Kafka, Kafka to Redis: two connectors in one plugin. */
package io.pikaconnect;
