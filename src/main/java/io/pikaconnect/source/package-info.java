/**
 * The source connector: a master's dump and binlog as records of a Kafka topic, resumable anywhere.
 *
 * <p>Read first: {@link PikaSourceTask}, what Connect calls; {@link StartedSourceTask}, a task from its start to its
 * end; {@link ResumeOrFullSync}, where it continues; {@link EpochPhase} with {@link BeginPhase}, {@link SnapshotPhase}
 * and {@link BinlogPhase}; {@link PollBuffer}, which makes records of {@link SourceEvent}s; {@link SourceOffset}, all
 * that a restart needs. Settings: {@link SourceSettings}; what validation asks: {@link SourceValidation}.
 *
 * <p>Threads: Connect's task thread owns phase, buffer and offset. {@code pika-source-open} connects and takes the
 * full sync, {@code pika-source-snapshot} reads the dump ahead ({@link ReadAhead}), {@code pika-source-watchdog} looks
 * for records that Kafka does not acknowledge. The producer's thread acknowledges through {@link InFlight}.
 * All time is taken from a {@link TaskClock}.
 *
 * <p>Leaves the room: records with one new offset for each poll; acknowledgements to the master, only of what Kafka
 * has.
 *
 * <p>Imports binlog, change, failure, fullsync, kafka, metrics, pika, replication, retry, settings, snapshot,
 * struct.
 */
package io.pikaconnect.source;
