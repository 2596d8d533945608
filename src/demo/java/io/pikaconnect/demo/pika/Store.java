package io.pikaconnect.demo.pika;

import io.pikaconnect.demo.pika.StoredKey.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The data of one db: a space of keys for each type, independent of each other up to 3.5. For one thread at a time.
 *
 * <p>Its time stands still between two calls of {@link #at}.
 */
public final class Store {

    private final PikaRelease release;
    private long now;

    final Keyspace<byte[]> strings = new Keyspace<>(b -> false, () -> now);
    final Keyspace<TreeMap<Bytes, byte[]>> hashes = new Keyspace<>(Map::isEmpty, () -> now);
    final Keyspace<List<byte[]>> lists = new Keyspace<>(List::isEmpty, () -> now);
    final Keyspace<Scores> zsets = new Keyspace<>(Scores::isEmpty, () -> now);
    final Keyspace<CountedSet> sets = new Keyspace<>(CountedSet::isEmpty, () -> now);

    private final Map<String, Keyspace<?>> byType;

    public Store(PikaRelease release) {
        this.release = release;
        byType = new LinkedHashMap<>();
        byType.put("string", strings);
        byType.put("hash", hashes);
        byType.put("list", lists);
        byType.put("zset", zsets);
        byType.put("set", sets);
    }

    PikaRelease release() {
        return release;
    }

    /** Advances the time. */
    public void at(long ms) {
        now = ms;
    }

    long now() {
        return now;
    }

    long second() {
        return Math.floorDiv(now, 1000L);
    }

    /** All spaces by their type's name, in Pika's order. */
    Map<String, Keyspace<?>> byType() {
        return byType;
    }

    /** Before a key of a type is touched: from 4.0 on it must not have another type. */
    <V> Keyspace<V> only(Keyspace<V> space, Bytes key) {
        if (release.hasOneType() && byType.values().stream().anyMatch(other -> other != space && other.isLive(key))) {
            throw Failed.wrongType();
        }
        return space;
    }

    /** Sets a string, over a key of any type from 4.0 on. */
    Keyspace.Held<byte[]> setString(Bytes key, byte[] value) {
        if (release.hasOneType()) {
            remove(key);
        }
        return strings.set(key, value);
    }

    /** Removes a name with all its types; how many it had. */
    int remove(Bytes key) {
        int removed = 0;
        for (Keyspace<?> space : byType.values()) {
            removed += space.remove(key) ? 1 : 0;
        }
        return removed;
    }

    void clear() {
        byType.values().forEach(Keyspace::clear);
    }

    /** Removes what cannot be seen any more. */
    public void sweep() {
        byType.values().forEach(Keyspace::sweep);
    }

    /** How many keys can be seen. */
    public long size() {
        return byType.values().stream()
                .mapToLong(space ->
                        space.physical().keySet().stream().filter(space::isLive).count())
                .sum();
    }

    /** A copy of everything, including what is dead and not swept yet. */
    public List<StoredKey> copy() {
        List<StoredKey> all = new ArrayList<>();
        copy(all, strings, Value.Text::new);
        copy(all, hashes, fields -> new Value.Fields(new TreeMap<>(fields)));
        copy(all, lists, elements -> new Value.Elements(List.copyOf(elements)));
        copy(all, zsets, scores -> new Value.ScoredMembers(new TreeMap<>(scores.byMember())));
        copy(all, sets, set -> new Value.Members(new TreeSet<>(set.members()), set.count()));
        return all;
    }

    private static <V> void copy(List<StoredKey> all, Keyspace<V> space, Function<V, Value> value) {
        space.physical()
                .forEach((key, held) -> all.add(new StoredKey(key, value.apply(held.value()), held.deadline())));
    }
}
