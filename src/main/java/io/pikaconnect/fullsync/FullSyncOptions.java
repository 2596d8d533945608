package io.pikaconnect.fullsync;

import java.util.List;

/**
 * Settings of full syncs.
 *
 * @param bytesPerSecond highest speed of a pull, for all readers together; {@value #UNLIMITED} for no limit
 * @param pushFrom hosts, besides the master's address, from which a dump may be pushed
 */
public record FullSyncOptions(long bytesPerSecond, List<String> pushFrom) {

    public static final long UNLIMITED = 0;

    /** The lowest limit: a connection without a request for 60 s is closed by the master. */
    public static final long LEAST = 4 * PieceSize.SMALLEST;

    /** No limit, and pushes only from the master's address. */
    public static final FullSyncOptions DEFAULT = new FullSyncOptions(UNLIMITED, List.of());

    public FullSyncOptions {
        pushFrom = List.copyOf(pushFrom);
    }
}
