package io.pikaconnect.fullsync;

import io.pikaconnect.pika.BinlogPosition;
import java.nio.file.Path;
import java.time.Instant;

/**
 * A dump on local disk, complete and verified.
 *
 * @param directory has the master's RocksDB directories, and {@code info}
 * @param position where the binlog continues after the dump
 * @param requested when it was requested from the master, by our clock
 */
public record Dump(Path directory, BinlogPosition position, Instant requested) {}
