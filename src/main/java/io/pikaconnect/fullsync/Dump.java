package io.pikaconnect.fullsync;

import io.pikaconnect.pika.BinlogPosition;
import java.nio.file.Path;
import java.time.Instant;

/**
 * A dump on local disk, complete and verified.
 *
 * @param directory holds the master's RocksDB directories, and {@code info}
 * @param position where the binlog goes on after the dump
 * @param masterAddress host:port the master wrote into {@code info}; not necessarily one that we can reach
 * @param requested when the master was asked for it, by our clock
 */
public record Dump(Path directory, BinlogPosition position, String masterAddress, Instant requested) {}
