/** The source connector: a master's dump and binlog as records of a Kafka topic, resumable anywhere. */
package io.pikaconnect.source;
