package io.pikaconnect.demo.pika;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A key as it is stored at some moment, perhaps over or emptied.
 *
 * @param deadline the last millisecond of its life, 0 for none
 */
public record StoredKey(Bytes name, Value value, long deadline) {

    /** A value of one of the types; a copy, not changed any more. */
    public sealed interface Value {

        record Text(byte[] bytes) implements Value {}

        record Fields(Map<Bytes, byte[]> fields) implements Value {}

        record Elements(List<byte[]> elements) implements Value {}

        /** @param count the master's count of elements; at 0 it treats the key as empty, whatever it contains */
        record Members(Set<Bytes> members, int count) implements Value {}

        record ScoredMembers(Map<Bytes, Double> scores) implements Value {}
    }

    /** Whether it can be seen at a moment. */
    public boolean isLiveAt(long ms) {
        return (deadline == 0 || ms <= deadline) && !isEmpty();
    }

    public boolean isEmpty() {
        if (value instanceof Value.Fields f) {
            return f.fields.isEmpty();
        } else if (value instanceof Value.Elements e) {
            return e.elements.isEmpty();
        } else if (value instanceof Value.Members m) {
            return m.count == 0;
        }
        return value instanceof Value.ScoredMembers s && s.scores.isEmpty();
    }
}
