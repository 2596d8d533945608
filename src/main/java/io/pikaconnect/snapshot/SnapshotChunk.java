package io.pikaconnect.snapshot;

import io.pikaconnect.change.Change;
import io.pikaconnect.change.Position;

/**
 * Some or all of one key: one command with elements, and with the last chunk of a key its deadline, if it has one.
 *
 * @param after where reading goes on behind this chunk
 */
public record SnapshotChunk(Change.OnKey change, SnapshotCursor after) {

    /** The position of piece {@code part} of this chunk, from 0. */
    public Position position(int part) {
        return Position.snapshot(after.instance(), after.ordinal(), part);
    }
}
