package io.pikaconnect.snapshot;

import io.pikaconnect.change.Escaped;
import io.pikaconnect.change.Wanted;
import io.pikaconnect.metrics.DiscardCounts;
import io.pikaconnect.pika.InternalKey;
import java.util.List;
import java.util.Optional;

/**
 * Decides which keys of a dump are emitted: those that are wanted, not Pika's own ({@code _internal:slot…},
 * storage-format 13), and if several wanted types have the same key (storage-format 10), only one.
 *
 * <p>A key that was alive when the full sync was requested yields to an earlier type with a live key of that name. A
 * key that was expired then yields to any type with a live key of that name, and to an earlier type with any. Otherwise
 * expired keys are emitted, since the binlog may still extend them.
 */
final class KeyFilter {

    /** One for each type with a separate key space, in order; none if all types share one. */
    private final List<MetaLookup> metas;

    private final long requestedMs;
    private final boolean failOnCollision;
    private final Wanted wanted;
    private final DiscardCounts discards;

    KeyFilter(List<MetaLookup> metas, SnapshotOptions options, DiscardCounts discards) {
        this.metas = metas;
        this.requestedMs = options.requested().toEpochMilli();
        this.failOnCollision = options.failOnTypeCollision();
        this.wanted = options.wanted();
        this.discards = discards;
    }

    /** Whether a key is emitted; to be called once for each key that is not empty. */
    boolean accepts(PikaType type, Meta meta, byte[] key) throws SnapshotException {
        if (InternalKey.is(key)) {
            discards.count("key.internal", () -> Escaped.text(key));
            return false;
        }
        Optional<String> leftOut = wanted.leavesOut(type.word(), key);
        if (leftOut.isPresent()) {
            leaveOut(leftOut.get(), type, key);
            return false;
        }
        boolean live = meta.liveAt(requestedMs);
        for (int i = 0; i < metas.size(); i++) {
            boolean earlier = i < type.ordinal();
            boolean isWanted = wanted.selection().hasType(PikaType.values()[i].word());
            if (i == type.ordinal() || !isWanted || (live && !earlier)) {
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

    private void leaveOut(String reason, PikaType type, byte[] key) {
        if (reason.equals(Wanted.FILTERED)) {
            discards.count(reason);
        } else {
            discards.count(reason, () -> "the " + type.word() + " " + Escaped.text(key) + " of the dump");
        }
    }

    private void collide(PikaType type, PikaType winner, byte[] name) throws SnapshotException {
        if (failOnCollision) {
            throw new SnapshotException(held(type, winner, name)
                    + ", and on.type.collision=fail: Redis can have only one of them. Delete or rename one in Pika and"
                    + " have another dump pulled, or set on.type.collision=first");
        }
        discards.count("type.collision", () -> held(type, winner, name) + "; that of " + type.plural() + " is skipped");
    }

    private static String held(PikaType type, PikaType winner, byte[] name) {
        return "the key " + Escaped.text(name) + " exists in " + winner.plural() + " and " + type.plural();
    }
}
