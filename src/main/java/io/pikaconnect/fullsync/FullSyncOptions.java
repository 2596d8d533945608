package io.pikaconnect.fullsync;

import java.util.List;

/**
 * What somebody may choose about full syncs.
 *
 * @param bytesPerSecond how fast a dump is pulled at most, by all readers together; {@value #UNLIMITED} for no limit
 * @param pushFrom hosts, beside the master's address, from which a dump may be pushed
 */
public record FullSyncOptions(long bytesPerSecond, List<String> pushFrom) {

    public static final long UNLIMITED = 0;

    /** The lowest limit: a connection without a request for 60 s is closed by the master. */
    public static final long LEAST = 4 * PieceSize.SMALLEST;

    /** No limit, and nobody but the master's address. */
    public static final FullSyncOptions DEFAULT = new FullSyncOptions(UNLIMITED, List.of());

    public FullSyncOptions {
        pushFrom = List.copyOf(pushFrom);
    }
}
