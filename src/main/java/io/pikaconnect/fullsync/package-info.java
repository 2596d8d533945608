/**
 * Gets a master's dump onto the local disk, complete and verified (replication-protocol 5, 6).
 *
 * <p>Read first: {@link FullSync}, which makes the attempts and counts their failures; {@link Pull} with
 * {@link PullConnection} and {@link PullReader}, masters from 3.5 on; {@link Push} with {@link PushPort} and
 * {@link RsyncDaemon}, masters up to 3.4; {@link DumpDirectory}, which owns the dumps and removes them.
 *
 * <p>Threads: {@link FullSync} runs on the caller's. A pull has an event loop and four readers; a push has a thread
 * that accepts, and two and a process of rsync for each connection. Old dumps are removed in the background
 * ({@code pika-dumps}).
 *
 * <p>Leaves the package: a {@link Dump}, with the position at which the binlog continues after it; the replica's
 * session is still attached then.
 *
 * <p>Imports change, pika, replication, retry.
 */
package io.pikaconnect.fullsync;
