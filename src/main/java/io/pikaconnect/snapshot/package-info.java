/**
 * Reads a dump (RocksDB checkpoints) and turns it into changes, key by key, from any place in it (storage-format 2 to
 * 10).
 *
 * <p>Read first: {@link SnapshotReader}, which reads chunk by chunk; {@link OpenDump}, the types of a dump's RocksDBs
 * in reading order; {@link LiveElements}, which of the physical entries are live; {@link BlackwidowFormat} and
 * {@link FloydFormat}, the bytes of 3.2 to 3.5 and of 4.0. {@link EntryCursor} iterates over the entries,
 * {@link MetaLookup} looks up the records of keys, {@link KeyFilter} decides which keys are emitted.
 *
 * <p>The same dump, options and {@link SnapshotCursor} always give the same chunks: a restarted source depends on it.
 *
 * <p>Threads: one reader at a time, which owns the dump while it is open.
 *
 * <p>Leaves the package: {@link SnapshotChunk}s. An entry that a master wrote incorrectly is skipped and counted;
 * damaged files end the reading ({@link SnapshotException}).
 *
 * <p>Imports change, metrics, pika.
 */
package io.pikaconnect.snapshot;
