package io.pikaconnect.snapshot;

import java.time.Instant;

/**
 * What shapes the changes that a dump becomes. All of it stays the same for as long as one dump is read, across
 * restarts: otherwise a resumed reader would cut its chunks, or judge collisions, in another way.
 *
 * @param chunkElements elements of a collection in one chunk, or entries of a stream, at least 1; fewer where a command would get too long
 * @param chunkBytes bytes of elements (fields, values, members) in one chunk; a larger element is a chunk of its own
 * @param failOnTypeCollision whether a name held by several types ends the reading; otherwise the first type wins
 * @param failOnHyperLogLog whether a HyperLogLog ends the reading; otherwise it goes out as a string
 * @param requested when the full sync was asked for: the moment as of which collisions are judged
 */
public record SnapshotOptions(
        int chunkElements, int chunkBytes, boolean failOnTypeCollision, boolean failOnHyperLogLog, Instant requested) {

    public SnapshotOptions {
        if (chunkElements < 1 || chunkBytes < 1) {
            throw new IllegalArgumentException("a chunk needs room for an element and a byte at least; given were "
                    + chunkElements + " elements, " + chunkBytes + " bytes");
        }
    }
}
