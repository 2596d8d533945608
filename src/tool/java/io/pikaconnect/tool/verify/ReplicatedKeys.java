package io.pikaconnect.tool.verify;

import io.pikaconnect.change.KeyMapping;
import io.pikaconnect.change.Selection;
import java.util.Optional;

/**
 * Which of Pika's keys Redis should have, and under which names.
 *
 * @param bySource the keys that the source takes
 * @param bySink those of them that the sink applies
 */
public record ReplicatedKeys(Selection bySource, Selection bySink, KeyMapping mapping) {

    /** Every key, under its own name. */
    public static final ReplicatedKeys ALL = new ReplicatedKeys(Selection.ALL, Selection.ALL, KeyMapping.NONE);

    /**
     * A key that is compared.
     *
     * @param inPika empty if no key of Pika's should be in Redis under that name
     */
    record Name(byte[] inRedis, Optional<byte[]> inPika) {

        byte[] shown() {
            return inPika.orElse(inRedis);
        }
    }

    /** Empty if Redis should not have it. */
    Optional<Name> ofPika(byte[] key) {
        return hasName(key) ? mapping.target(key).map(name -> new Name(name, Optional.of(key))) : Optional.empty();
    }

    Name ofRedis(byte[] name) {
        return new Name(name, mapping.source(name).filter(this::hasName));
    }

    private boolean hasName(byte[] key) {
        return bySource.hasName(key) && bySink.hasName(key);
    }

    boolean hasType(String type) {
        return bySource.hasType(type) && bySink.hasType(type);
    }
}
