package io.pikaconnect.demo.bench;

import io.pikaconnect.change.Command;
import io.pikaconnect.snapshot.DumpWriter;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.RocksDBException;

/**
 * A key of the data set.
 *
 * @param type as TYPE names it
 * @param elements the value, the elements, or fields and values in turn; the scores of members are 0.5, 1.5, 2.5 …
 */
record MixedKey(String type, String name, String... elements) {

    void writeTo(DumpWriter dump) throws RocksDBException {
        switch (type) {
            case "string" -> dump.string(name, elements[0], 0);
            case "hash" -> dump.hash(name, 0, elements);
            case "list" -> dump.list(name, 0, elements);
            case "set" -> dump.set(name, 0, elements);
            case "zset" -> dump.zset(name, 0, List.of(elements));
            default -> throw new IllegalArgumentException(type);
        }
    }

    /** The command that makes this key. */
    Command command() {
        List<Object> parts = new ArrayList<>();
        parts.add(
                switch (type) {
                    case "string" -> "SET";
                    case "hash" -> "HMSET";
                    case "list" -> "RPUSH";
                    case "set" -> "SADD";
                    case "zset" -> "ZADD";
                    default -> throw new IllegalArgumentException(type);
                });
        parts.add(name);
        for (int i = 0; i < elements.length; i++) {
            if (type.equals("zset")) {
                parts.add(i + 0.5);
            }
            parts.add(elements[i]);
        }
        return Command.of(parts.toArray());
    }
}
