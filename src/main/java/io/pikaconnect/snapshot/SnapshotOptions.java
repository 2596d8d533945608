package io.pikaconnect.snapshot;

import io.pikaconnect.change.Wanted;
import java.time.Instant;

/**
 * Options that determine the changes made from a dump. They stay the same for as long as one dump is read, across
 * restarts: otherwise a resumed reader would cut chunks, or resolve collisions, in another way.
 *
 * @param chunkElements elements of a collection in one chunk, or entries of a stream, at least 1; fewer if a command
 *     would get too long
 * @param chunkBytes bytes of elements (fields, values, members) in one chunk; a larger element is a separate chunk
 * @param failOnTypeCollision whether a key that several types have ends the reading; otherwise the first type wins
 * @param failOnHyperLogLog whether a HyperLogLog ends the reading; otherwise it is emitted as a string
 * @param wanted the keys that are emitted; what is too long may be wanted or not, as it changes no other chunk
 * @param requested when the full sync was requested: the moment at which a collision is resolved by which keys are
 *     alive
 */
public record SnapshotOptions(
        int chunkElements,
        int chunkBytes,
        boolean failOnTypeCollision,
        boolean failOnHyperLogLog,
        Wanted wanted,
        Instant requested) {

    /** Options with which every key is emitted. */
    public SnapshotOptions(
            int chunkElements,
            int chunkBytes,
            boolean failOnTypeCollision,
            boolean failOnHyperLogLog,
            Instant requested) {
        this(chunkElements, chunkBytes, failOnTypeCollision, failOnHyperLogLog, Wanted.ALL, requested);
    }

    public SnapshotOptions {
        if (chunkElements < 1 || chunkBytes < 1) {
            throw new IllegalArgumentException("a chunk needs space for at least one element and one byte, but was"
                    + " given "
                    + chunkElements + " elements, " + chunkBytes + " bytes");
        }
    }
}
