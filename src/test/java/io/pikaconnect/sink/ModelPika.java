package io.pikaconnect.sink;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import io.pikaconnect.demo.Deadlines;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * A master that makes random changes at its own time and knows what it holds: strings and lists, deadlines, staged
 * values, records of several commands, deletes of the whole db and by pattern.
 */
final class ModelPika {

    private static final int KEYS = 60;
    private static final long NEVER = -1;
    /** The sweep has ended the key since it was read. */
    private static final long GONE = -2;

    private record Held(Object value, long deadline) {}

    private final Random random;
    private final ModelTopic topic;
    private final TreeMap<String, Held> held = new TreeMap<>();
    private long now;

    ModelPika(Random random, ModelTopic topic, long now) {
        this.random = random;
        this.topic = topic;
        at(now);
    }

    long now() {
        return now;
    }

    /** The time goes on; a key lives through the whole second of its deadline. */
    void at(long ms) {
        now = ms;
        topic.at(ms);
        held.values().removeIf(h -> isOver(h.deadline));
    }

    private boolean isOver(long deadline) {
        return deadline != NEVER && deadline / 1_000 < now / 1_000;
    }

    /** What it holds now, with deadlines, in a form that can be compared with {@link #inRedis}. */
    Map<String, String> content() {
        Map<String, String> all = new TreeMap<>();
        held.forEach((key, h) -> all.put(key, text(h.value, h.deadline)));
        return all;
    }

    /** What Redis holds of that: its deadlines read back, and without what is over here and is not ended there yet. */
    Map<String, String> inRedis(SinkFixture sink, long grace) {
        return inRedis(sink.content(), key -> Deadlines.of(sink.redis(), key), grace);
    }

    /** @param deadlines by key, as {@link Deadlines} has them */
    Map<String, String> inRedis(Map<String, Object> content, ToLongFunction<String> deadlines, long grace) {
        Map<String, String> all = new TreeMap<>();
        content.forEach((key, value) -> {
            long at = deadlines.applyAsLong(key);
            long deadline = at < 0 ? NEVER : at > SinkFixture.FAR ? at - SinkFixture.FAR : at - grace;
            if (at != GONE && !isOver(deadline)) {
                all.put(key, text(value, deadline));
            }
        });
        return all;
    }

    private static String text(Object value, long deadline) {
        String text = value.toString();
        return (text.length() > 100 ? text.length() + " characters" : text)
                + (deadline == NEVER ? "" : " @" + deadline);
    }

    /** One change, of whatever kind. */
    void change() {
        int what = random.nextInt(600);
        if (what == 0) {
            topic.barrier(Command.of("FLUSHDB"));
            held.clear();
        } else if (what < 3) {
            topic.barrier(Command.of("pika.patterndel", "k1*", "string", "0"));
            held.entrySet().removeIf(e -> e.getKey().startsWith("k1") && e.getValue().value instanceof String);
        } else if (what < 6) {
            topic.barrier(Command.of("pika.patterndel", "k*", "list", "3"));
            List<String> first = held.entrySet().stream()
                    .filter(e -> e.getValue().value instanceof List)
                    .map(Map.Entry::getKey)
                    .limit(3)
                    .toList();
            held.keySet().removeAll(first);
        } else if (what < 30) {
            several();
            held.values().removeIf(h -> isOver(h.deadline));
        } else {
            String key = "k" + random.nextInt(KEYS);
            topic.change(Resp.bytes(key), (what < 114 ? setex(key) : some(key)).toArray(Command[]::new));
            held.values().removeIf(h -> isOver(h.deadline));
        }
    }

    /** RPOPLPUSH from a list into a list, or MSETNX of strings, now and then too large for a record. */
    private void several() {
        String from = "k" + random.nextInt(KEYS);
        String to = "k" + random.nextInt(KEYS);
        if (!from.equals(to) && isList(from) && (isList(to) || !held.containsKey(to))) {
            List<Object> source = new ArrayList<>((List<?>) held.get(from).value);
            List<Object> destination = new ArrayList<>(isList(to) ? (List<?>) held.get(to).value : List.of());
            destination.add(0, source.remove(source.size() - 1));
            held.put(to, new Held(destination, held.containsKey(to) ? held.get(to).deadline : NEVER));
            held.put(from, new Held(source, held.get(from).deadline));
            if (source.isEmpty()) {
                held.remove(from);
            }
            topic.several(List.of(Resp.bytes(from), Resp.bytes(to)), Command.of("RPOPLPUSH", from, to));
        } else if (!isList(from) && !isList(to)) {
            String value = random.nextInt(3) == 0 ? "z".repeat(3_000 + random.nextInt(5_000)) : number();
            if (!held.containsKey(from) && !held.containsKey(to)) {
                held.put(from, new Held("1", NEVER));
                held.put(to, new Held(value, NEVER));
            }
            topic.several(List.of(Resp.bytes(from), Resp.bytes(to)), Command.of("MSETNX", from, "1", to, value));
        }
    }

    private boolean isList(String key) {
        return held.containsKey(key) && held.get(key).value instanceof List;
    }

    private List<Command> setex(String key) {
        String value = number();
        long deadline = now + random.nextInt(60_000);
        held.put(key, new Held(value, deadline));
        return List.of(Command.of("SET", key, value), Command.of("PEXPIREAT", key, deadline));
    }

    private List<Command> some(String key) {
        List<Command> commands = new ArrayList<>();
        for (int n = random.nextInt(4) == 0 ? 1 + random.nextInt(4) : 1; n > 0; n--) {
            commands.add(command(key, n == 1));
        }
        return commands;
    }

    /** @param last of its record; only there a deadline may be over at once, for a record is one moment */
    private Command command(String key, boolean last) {
        Held h = held.get(key);
        long deadlineBefore = h == null ? NEVER : h.deadline;
        boolean isString = h == null || h.value instanceof String;
        boolean isList = h == null || h.value instanceof List;
        int what = random.nextInt(16);
        String value = number();
        if (what < 2) {
            held.put(key, new Held(value, NEVER));
            return Command.of("SET", key, value);
        } else if (what < 3) { // too large for a record
            String large = "y".repeat(3_000 + random.nextInt(5_000));
            held.put(key, new Held(large, NEVER));
            return Command.of("SET", key, large);
        } else if (what < 6) {
            long deadline = random.nextInt(10) == 0
                    ? now + 3_600_000L * random.nextInt(100)
                    : now + random.nextInt(60_000) - (last ? 2_000 : 0);
            held.computeIfPresent(key, (k, old) -> new Held(old.value, deadline));
            return Command.of("PEXPIREAT", key, deadline);
        } else if (what < 7) {
            held.computeIfPresent(key, (k, old) -> new Held(old.value, NEVER));
            return Command.of("PERSIST", key);
        } else if (what < 8) {
            held.remove(key);
            return Command.of("DEL", key);
        } else if (what < 9 && isString) {
            long deadline = now + random.nextInt(60_000);
            held.putIfAbsent(key, new Held(value, deadline));
            return Command.of("pika.set", key, value, "NX", deadline);
        } else if (what < 10) {
            held.computeIfPresent(key, (k, old) -> isString ? new Held(value, NEVER) : old);
            return Command.of("pika.set", key, value, "XX", 0);
        } else if (what < 11 && isString) {
            held.put(key, new Held((h == null ? "" : h.value) + value, deadlineBefore));
            return Command.of("APPEND", key, value);
        } else if (what < 14 && isList) {
            List<Object> list = new ArrayList<>(h == null ? List.of() : (List<?>) h.value);
            list.add(value);
            held.put(key, new Held(list, deadlineBefore));
            return Command.of("RPUSH", key, value);
        } else if (isList) {
            if (h != null) {
                List<?> rest = List.copyOf(((List<?>) h.value).subList(1, ((List<?>) h.value).size()));
                held.put(key, new Held(rest, deadlineBefore));
                held.values().removeIf(list -> list.value.equals(List.of()));
            }
            return Command.of("LPOP", key);
        }
        return command(key, last);
    }

    private String number() {
        return String.valueOf(random.nextInt(1_000));
    }
}
