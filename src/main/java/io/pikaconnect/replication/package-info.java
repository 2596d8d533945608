/**
 * Replication from a Pika master, as its replica (replication-protocol 2, 4, 7).
 *
 * <p>Read first: {@link Replica}, the interface for other packages, in the order of its use; {@link Handshaker}, client
 * port and MetaSync on a new {@link Connection}; {@link ReplicaSession}, one db's session on it, with pings,
 * {@link Window} and {@link Continuity}; {@link BinlogStreamer}, which streams from a position and starts again after
 * every break; {@link Responses}, what the master's responses mean, every refusal included. {@link MasterConnector}
 * keeps what is known of the master across connections.
 *
 * <p>Threads: the event loop ({@code pika-replica}) owns sockets and sessions; {@code pika-follower} connects and
 * streams; {@code pika-binlog-hold} retains the binlog of masters up to 3.4 ({@link BinlogHold}). Between them and the task
 * are the monitors of {@link ItemQueue} and {@link MasterConnector}.
 *
 * <p>Leaves the package: items of the binlog, in order, each once; what ended replication
 * ({@link ReplicationException}), after the items before it.
 *
 * <p>Imports pika, retry.
 */
package io.pikaconnect.replication;
