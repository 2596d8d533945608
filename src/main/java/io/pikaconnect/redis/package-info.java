/**
 * Where the sink's Redis is, and how it is reached: a standalone server, or the master that sentinels name; in the clear or
 * over TLS. Nobody else makes a connection to it.
 *
 * <p>Read first: {@link Target}; {@link Server}, which opens a connection; {@link Tls}; {@link TlsFailures}, what a failed
 * handshake means.
 *
 * <p>Leaves the room: connections of Jedis, which their callers own and close, and {@link ConnectFailed} with the reason in
 * words.
 *
 * <p>Imports nothing of the project.
 */
package io.pikaconnect.redis;
