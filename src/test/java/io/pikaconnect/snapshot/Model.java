package io.pikaconnect.snapshot;

import io.pikaconnect.change.Change;
import io.pikaconnect.change.Command;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the changes of a dump make of an empty Redis; refuses everything that a dump has no reason to say. Keys, fields
 * and members are text in ISO 8859-1, one character for each byte.
 */
final class Model {

    /**
     * A string's value is one element; a hash's elements are {@code field=value}, a sorted set's {@code member=score}, a
     * stream's {@code id field value …}, and {@code XSETID …} behind them.
     */
    record Key(String type, List<String> elements, Long deadline) {}

    private final Map<String, Key> keys = new TreeMap<>();

    Model applyAll(List<SnapshotChunk> chunks) {
        chunks.forEach(c -> apply(c.change()));
        return this;
    }

    void apply(Change.OnKey change) {
        String name = text(change.key());
        for (Command command : change.commands()) {
            List<String> args = command.args().stream().map(Model::text).toList();
            if (!args.get(1).equals(name) || args.size() > Command.MAX_ARGS) {
                throw new AssertionError("change of " + name + " holds " + command);
            }
            Key now = keys.get(name);
            if (now != null && (now.deadline != null || last(now).startsWith("XSETID"))) {
                throw new AssertionError("behind the end of " + name + ": " + command);
            }
            switch (args.get(0)) {
                case "SET" -> create(name, now, "string", args.subList(2, 3));
                case "RPUSH" -> add(name, now, "list", args, 1);
                case "SADD" -> add(name, now, "set", args, 1);
                case "HSET" -> add(name, now, "hash", args, 2);
                case "ZADD" -> add(name, now, "zset", args, 2);
                case "XADD" -> enter(name, now, String.join(" ", args.subList(2, args.size())));
                case "XSETID" -> enter(name, now, "XSETID " + String.join(" ", args.subList(2, args.size())));
                case "pika.scount" -> {
                    if (!now.type.equals("set") || now.elements.size() != Integer.parseInt(args.get(2))) {
                        throw new AssertionError(name + " has " + now.elements.size() + " elements: " + command);
                    }
                }
                case "PEXPIREAT" -> keys.put(name, new Key(now.type, now.elements, Long.valueOf(args.get(2))));
                default -> throw new AssertionError("unexpected command " + command);
            }
        }
    }

    private void create(String name, Key now, String type, List<String> elements) {
        if (now != null) {
            throw new AssertionError(name + " is there already");
        }
        keys.put(name, new Key(type, new ArrayList<>(elements), null));
    }

    private void add(String name, Key now, String type, List<String> args, int width) {
        if (args.size() < 3 || args.size() % width != 0) {
            throw new AssertionError("a command of " + args.size() + " arguments for " + name);
        }
        if (now == null) {
            create(name, null, type, List.of());
        } else if (!now.type.equals(type)) {
            throw new AssertionError(name + " is a " + now.type + ", not a " + type);
        }
        List<String> elements = keys.get(name).elements;
        for (int i = 2; i < args.size(); i += width) {
            elements.add(
                    switch (type) {
                        case "hash" -> args.get(i) + "=" + args.get(i + 1);
                        case "zset" -> args.get(i + 1) + "=" + args.get(i);
                        default -> args.get(i);
                    });
        }
    }

    private void enter(String name, Key now, String entry) {
        if (now == null) {
            create(name, null, "stream", List.of());
        } else if (!now.type.equals("stream")) {
            throw new AssertionError(name + " is a " + now.type);
        }
        keys.get(name).elements.add(entry);
    }

    private static String last(Key key) {
        return key.type.equals("stream") ? key.elements.get(key.elements.size() - 1) : "";
    }

    Map<String, Key> keys() {
        return keys;
    }

    Key key(String name) {
        return keys.get(name);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
