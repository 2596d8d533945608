package io.pikaconnect.snapshot;

import io.pikaconnect.change.Escaped;
import io.pikaconnect.metrics.DiscardCounts;
import io.pikaconnect.pika.InternalKey;
import java.util.List;
import java.util.Optional;

/**
 * Which keys of a dump go out: not Pika's own ({@code _internal:slot…}, storage-format 13), and of a name held by
 * several types (storage-format 10) only one.
 *
 * <p>A key that lived when the full sync was asked for gives way to an earlier type that held the name alive. A key that
 * was expired then gives way to any type that held the name alive, and to an earlier one that holds it at all. Expired
 * keys otherwise go out, since the binlog may still extend them.
 */
final class KeyFilter {

    /** Of each type that has a key space of its own, in order; none where all types share one. */
    private final List<MetaLookup> metas;

    private final long requestedMs;
    private final boolean failOnCollision;
    private final DiscardCounts discards;

    KeyFilter(List<MetaLookup> metas, SnapshotOptions options, DiscardCounts discards) {
        this.metas = metas;
        this.requestedMs = options.requested().toEpochMilli();
        this.failOnCollision = options.failOnTypeCollision();
        this.discards = discards;
    }

    /** Whether a key goes out; to be asked once for each key that holds something. */
    boolean accepts(PikaType type, Meta meta, byte[] key) throws SnapshotException {
        if (InternalKey.is(key)) {
            discards.count("key.internal", () -> Escaped.text(key));
            return false;
        }
        boolean live = meta.liveAt(requestedMs);
        for (int i = 0; i < metas.size(); i++) {
            boolean earlier = i < type.ordinal();
            if (i == type.ordinal() || (live && !earlier)) {
                continue;
            }
            Optional<Meta> rival = metas.get(i).find(key, 0, key.length).filter(m -> !m.empty());
            if (rival.isPresent() && (rival.get().liveAt(requestedMs) || (!live && earlier))) {
                collide(type, PikaType.values()[i], key);
                return false;
            }
        }
        return true;
    }

    private void collide(PikaType type, PikaType winner, byte[] name) throws SnapshotException {
        if (failOnCollision) {
            throw new SnapshotException(held(type, winner, name)
                    + ", and on.type.collision=fail: Redis can hold only one of them. Delete or"
                    + " rename one in Pika and have another dump pulled, or set on.type.collision=first");
        }
        discards.count(
                "type.collision", () -> held(type, winner, name) + "; the one of " + type.plural() + " is left out");
    }

    private static String held(PikaType type, PikaType winner, byte[] name) {
        return "the name " + Escaped.text(name) + " is held by " + winner.plural() + " and " + type.plural();
    }
}
