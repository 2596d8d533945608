package io.pikaconnect.content;

import io.pikaconnect.demo.pika.StoredKey;
import io.pikaconnect.demo.pika.StoredKey.Value;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a stand-in master holds, to be compared with a Redis. */
public final class PikaContent {

    private PikaContent() {}

    public static Content of(List<StoredKey> keys) {
        SortedMap<String, Content.Entry> entries = new TreeMap<>();
        for (StoredKey key : keys) {
            OptionalLong second =
                    key.deadline() == 0 ? OptionalLong.empty() : OptionalLong.of(Math.floorDiv(key.deadline(), 1000L));
            String name = Content.text(key.name().array());
            if (entries.put(name, entry(key.value(), second)) != null) {
                throw new AssertionError("a name with several types: " + key.name());
            }
        }
        return new Content(entries);
    }

    private static Content.Entry entry(Value value, OptionalLong second) {
        if (value instanceof Value.Fields hash) {
            SortedMap<String, String> fields = new TreeMap<>();
            hash.fields().forEach((field, v) -> fields.put(Content.text(field.array()), Content.text(v)));
            return new Content.Entry("hash", fields, second);
        } else if (value instanceof Value.Elements list) {
            return new Content.Entry(
                    "list", list.elements().stream().map(Content::text).toList(), second);
        } else if (value instanceof Value.Members set) {
            List<String> members = set.members().stream()
                    .map(m -> Content.text(m.array()))
                    .sorted()
                    .toList();
            return new Content.Entry("set", members, second);
        } else if (value instanceof Value.ScoredMembers zset) {
            SortedMap<String, Long> scores = new TreeMap<>();
            zset.scores()
                    .forEach((member, score) ->
                            scores.put(Content.text(member.array()), Double.doubleToLongBits(score)));
            return new Content.Entry("zset", scores, second);
        }
        return new Content.Entry("string", Content.text(((Value.Text) value).bytes()), second);
    }
}
