/**
 * The sink connector: applies each record once, in order, and keeps its place in Redis, beside the data.
 *
 * <p>Read first: {@link StartedSinkTask}, the task's thread; {@link SinkPartition}, what waits for a partition and
 * what is next; {@link Step}, {@link Applier} and {@link Outcome}, which run it; {@link Ledger} with
 * {@link LedgerReply}, the scripts and their replies; then {@code prelude.lua} and {@code apply.lua}, which every
 * change goes through. {@link SequenceChecker} decides about sequences, {@link BarrierRecord} waits for other
 * partitions, {@link ExpirySweep} ends keys. Settings: {@link RedisSinkConfig}; what validation asks:
 * {@link SinkValidation}.
 *
 * <p>Threads: Connect's task thread takes records in; each {@link Sender} has a connection and runs the steps of its
 * partitions. They meet in the monitor of {@link SinkPartition} only; metrics read volatile fields and never wait.
 *
 * <p>Leaves the room: scripts' effects in Redis; to Connect the ledger's offsets and nothing beyond; records that are
 * not applied, to the errant record reporter.
 *
 * <p>Imports change, failure, kafka, metrics, redis, retry, settings, struct.
 */
package io.pikaconnect.sink;
