package io.pikaconnect.sink;

import io.pikaconnect.change.Command;
import io.pikaconnect.content.Content;
import io.pikaconnect.demo.BinlogItems;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A master of 3.2 to 3.4 that executes random commands, many of them over several keys, logs them as it does, and knows
 * what it holds. A key's type is the first letter of its name: s(tring), l(ist), e (set), z(set); what reads a key of
 * another type finds nothing there, as in Pika's separate key spaces.
 */
final class OldMaster {

    private static final long NEVER = -1;
    private static final int KEYS = 20;

    /** @param uncounted so many members of a set its master does not count, and so it is gone with that many left */
    private record Held(Object value, long deadline, int uncounted) {

        Held until(long other) {
            return new Held(value, other, uncounted);
        }
    }

    int spops;
    int misses;

    private final Random random;
    private final TreeMap<String, Held> held = new TreeMap<>();
    private BinlogPosition end = new BinlogPosition(3, 4_000);
    private long second;

    OldMaster(Random random, long second) {
        this.random = random;
        this.second = second;
    }

    /** The time goes on; a key lives through the whole second of its deadline. */
    void at(long now) {
        second = now;
        held.values().removeIf(h -> h.deadline != NEVER && h.deadline < second);
    }

    long second() {
        return second;
    }

    Content content() {
        TreeMap<String, Content.Entry> entries = new TreeMap<>();
        held.forEach((key, h) -> entries.put(
                key,
                new Content.Entry(
                        type(key),
                        comparable(h.value),
                        h.deadline == NEVER ? OptionalLong.empty() : OptionalLong.of(h.deadline))));
        return new Content(entries);
    }

    private static String type(String key) {
        return switch (key.charAt(0)) {
            case 's' -> "string";
            case 'l' -> "list";
            case 'e' -> "set";
            default -> "zset";
        };
    }

    private static Object comparable(Object value) {
        if (value instanceof TreeSet<?> set) {
            return List.copyOf(set);
        }
        if (value instanceof Map<?, ?> scores) {
            TreeMap<Object, Long> bits = new TreeMap<>();
            scores.forEach((member, score) -> bits.put(member, Double.doubleToLongBits((Double) score)));
            return bits;
        }
        return value;
    }

    /** One command, executed and logged. */
    BinlogItem execute() {
        List<Object> command = switch (random.nextInt(27)) {
            case 0, 1 -> set();
            case 2 -> append();
            case 3 -> mset();
            case 4, 5 -> msetnx();
            case 6, 7 -> bitop();
            case 8, 9 -> push();
            case 10, 11 -> rpoplpush();
            case 12, 13 -> sadd();
            case 14 -> smove();
            case 15, 16 -> sstore();
            case 17 -> spop();
            case 25, 26 -> srem();
            case 18 -> zadd();
            case 19, 20 -> zstore();
            case 21, 22 -> expireat();
            case 23 -> del();
            default -> random.nextInt(60) == 0 ? flush() : persist();
        };
        held.values().removeIf(h -> h.deadline != NEVER && h.deadline < second);
        BinlogItem item = BinlogItems.command(end, second, Command.of(command.toArray()));
        end = item.end();
        return item;
    }

    private String key(String type) {
        return type + random.nextInt(KEYS);
    }

    /** Now and then a key of another type. */
    private String source(String type) {
        return key(random.nextInt(8) == 0 ? List.of("s", "l", "e", "z").get(random.nextInt(4)) : type);
    }

    private List<String> sources(String type) {
        return Stream.generate(() -> source(type)).limit(1 + random.nextInt(3)).toList();
    }

    private String value() {
        return random.nextInt(40) == 0 ? "v".repeat(3_000 + random.nextInt(5_000)) : "" + random.nextInt(1_000);
    }

    private long deadline(String key) {
        return held.containsKey(key) ? held.get(key).deadline : NEVER;
    }

    private Object value(String key) {
        return held.containsKey(key) ? held.get(key).value : null;
    }

    private String string(String key) {
        return value(key) instanceof String s ? s : null;
    }

    private List<String> list(String key) {
        List<String> copy = new ArrayList<>();
        if (value(key) instanceof List<?> list) {
            list.forEach(e -> copy.add((String) e));
        }
        return copy;
    }

    private TreeSet<String> members(String key) {
        TreeSet<String> copy = new TreeSet<>();
        if (value(key) instanceof TreeSet<?> set) {
            set.forEach(e -> copy.add((String) e));
        }
        return copy;
    }

    private TreeMap<String, Double> scores(String key) {
        TreeMap<String, Double> copy = new TreeMap<>();
        if (value(key) instanceof TreeMap<?, ?> map) {
            map.forEach((m, s) -> copy.put((String) m, (Double) s));
        }
        return copy;
    }

    private int uncounted(String key) {
        return held.containsKey(key) ? held.get(key).uncounted : 0;
    }

    /** The key as changed; it keeps its deadline, and is gone when it is empty. */
    private void keep(String key, Object value) {
        put(key, new Held(value, deadline(key), uncounted(key)));
    }

    /** A new key in its place. */
    private void put(String key, Object value, long deadline) {
        put(key, new Held(value, deadline, 0));
    }

    private void put(String key, Held now) {
        boolean empty = now.value instanceof Collection<?> c && c.size() == now.uncounted
                || now.value instanceof Map<?, ?> m && m.isEmpty();
        if (empty) {
            held.remove(key);
        } else {
            held.put(key, now);
        }
    }

    private List<Object> set() {
        String key = key("s");
        String value = value();
        if (random.nextBoolean()) {
            put(key, value, NEVER);
            return List.of("SET", key, value);
        }
        long deadline = second + random.nextInt(60);
        put(key, value, deadline);
        return List.of("pksetexat", key, deadline, value);
    }

    private List<Object> append() {
        String key = key("s");
        String value = value();
        keep(key, (string(key) == null ? "" : string(key)) + value);
        return List.of("APPEND", key, value);
    }

    private List<Object> mset() {
        List<Object> command = new ArrayList<>(List.of("MSET"));
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
            String key = key("s");
            String value = value();
            put(key, value, NEVER);
            command.addAll(List.of(key, value));
        }
        return command;
    }

    private List<Object> msetnx() {
        List<Object> command = new ArrayList<>(List.of("MSETNX"));
        Map<String, String> wanted = new TreeMap<>();
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            String key = key("s");
            String value = value();
            wanted.put(key, value);
            command.addAll(List.of(key, value));
        }
        if (wanted.keySet().stream().noneMatch(held::containsKey)) {
            wanted.forEach((key, value) -> put(key, value, NEVER));
        }
        return command;
    }

    private List<Object> bitop() {
        String operation = List.of("AND", "or", "XOR", "NOT").get(random.nextInt(4));
        String destination = key("s");
        List<String> sources = operation.equals("NOT") ? List.of(source("s")) : sources("s");
        List<String> values =
                sources.stream().map(k -> string(k) == null ? "" : string(k)).toList();
        int length = values.stream().mapToInt(String::length).max().orElseThrow();
        StringBuilder result = new StringBuilder();
        for (int i = 0; i < length; i++) {
            int at = i;
            int bits = values.stream()
                    .map(v -> at < v.length() ? (int) v.charAt(at) : 0)
                    .reduce((a, b) -> operation.equals("AND") ? a & b : operation.equals("or") ? a | b : a ^ b)
                    .orElseThrow();
            result.append((char) (operation.equals("NOT") ? ~bits & 0xff : bits));
        }
        put(destination, result.toString(), NEVER);
        return command(List.of("BITOP", operation, destination), sources);
    }

    private List<Object> push() {
        String key = key("l");
        String value = value();
        List<String> list = list(key);
        if (random.nextInt(3) == 0) {
            if (!list.isEmpty()) {
                list.remove(0);
                keep(key, list);
            }
            return List.of("LPOP", key);
        }
        list.add(value);
        keep(key, list);
        return List.of("RPUSH", key, value);
    }

    private List<Object> rpoplpush() {
        String from = key("l");
        String to = key("l");
        List<String> source = list(from);
        if (!source.isEmpty()) {
            String moved = source.remove(source.size() - 1);
            List<String> destination = from.equals(to) ? source : list(to);
            destination.add(0, moved);
            if (!from.equals(to)) {
                keep(from, source);
            }
            keep(to, destination);
        }
        return List.of("RPOPLPUSH", from, to);
    }

    private List<Object> sadd() {
        String key = key("e");
        List<String> members = Stream.generate(() -> "m" + random.nextInt(200))
                .limit(1 + random.nextInt(random.nextInt(4) == 0 ? 100 : 8))
                .toList();
        TreeSet<String> set = members(key);
        set.addAll(members);
        keep(key, set);
        return command(List.of("SADD", key), members);
    }

    /** Often one that names a member several times, which counts; never below nothing, where Redis cannot follow. */
    private List<Object> srem() {
        String key = key("e");
        TreeSet<String> set = members(key);
        int counted = set.size() - uncounted(key);
        List<String> named = new ArrayList<>();
        int removed = 0;
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
            String member = set.isEmpty() || random.nextInt(4) == 0 ? "m" + random.nextInt(200) : set.first();
            int times = 1 + random.nextInt(4);
            if (!named.contains(member) && (!set.contains(member) || removed + times <= counted)) {
                named.addAll(Collections.nCopies(times, member));
                removed += set.remove(member) ? times : 0;
            }
        }
        if (named.isEmpty()) {
            return List.of("SREM", key, "stranger", "stranger");
        }
        int before = members(key).size();
        if (held.containsKey(key)) {
            put(key, new Held(set, deadline(key), uncounted(key) + removed - (before - set.size())));
        }
        Collections.shuffle(named, random);
        return command(List.of("SREM", key), named);
    }

    private List<Object> smove() {
        String from = key("e");
        String to = key("e");
        TreeSet<String> source = members(from);
        String member = source.isEmpty() || random.nextInt(4) == 0 ? "m" + random.nextInt(200) : source.last();
        if (!from.equals(to) && source.remove(member)) {
            TreeSet<String> destination = members(to);
            destination.add(member);
            keep(from, source);
            keep(to, destination);
        }
        return List.of("SMOVE", from, to, member);
    }

    private List<Object> sstore() {
        String name = List.of("SUNIONSTORE", "SINTERSTORE", "SDIFFSTORE").get(random.nextInt(3));
        String destination = key("e");
        List<String> sources = sources("e");
        TreeSet<String> result = members(sources.get(0));
        for (String source : sources.subList(1, sources.size())) {
            switch (name) {
                case "SUNIONSTORE" -> result.addAll(members(source));
                case "SINTERSTORE" -> result.retainAll(members(source));
                default -> result.removeAll(members(source));
            }
        }
        put(destination, result, NEVER);
        return command(List.of(name, destination), sources);
    }

    /** By the generator of the C++ library, seeded with the second; the index counts in byte order. */
    private List<Object> spop() {
        String key = key("e");
        TreeSet<String> set = members(key);
        spops++;
        if (set.isEmpty()) {
            misses++;
        } else {
            long drawn = 16_807L * (second % 2_147_483_647L) % 2_147_483_647L;
            set.remove(List.copyOf(set).get((int) (drawn % Math.min(set.size() - uncounted(key), 50))));
            keep(key, set);
        }
        return List.of("SPOP", key);
    }

    private List<Object> zadd() {
        String key = key("z");
        String member = "m" + random.nextInt(20);
        double score = random.nextInt(100) / 4.0;
        TreeMap<String, Double> scores = scores(key);
        scores.put(member, score);
        keep(key, scores);
        return List.of("ZADD", key, score, member);
    }

    private List<Object> zstore() {
        boolean union = random.nextBoolean();
        String destination = key("z");
        List<String> sources = sources("z");
        List<Object> command = new ArrayList<>();
        command.addAll(List.of(union ? "ZUNIONSTORE" : "zinterstore", destination, sources.size()));
        command.addAll(sources);
        List<Integer> weights = sources.stream().map(s -> 1).collect(Collectors.toList());
        if (random.nextBoolean()) {
            weights.replaceAll(w -> random.nextInt(4));
            command.add("WEIGHTS");
            command.addAll(weights);
        }
        BinaryOperator<Double> aggregate = Double::sum;
        if (random.nextBoolean()) {
            command.addAll(List.of("AGGREGATE", "max"));
            aggregate = Double::max;
        }
        TreeMap<String, Double> result = new TreeMap<>();
        for (int i = 0; i < sources.size(); i++) {
            double weight = weights.get(i);
            TreeMap<String, Double> scores = scores(sources.get(i));
            if (!union && i > 0) {
                result.keySet().retainAll(scores.keySet());
            }
            for (Map.Entry<String, Double> e : scores.entrySet()) {
                if (union || i == 0 || result.containsKey(e.getKey())) {
                    result.merge(e.getKey(), e.getValue() * weight, aggregate);
                }
            }
        }
        put(destination, result, NEVER);
        return command;
    }

    /** {@code EXPIRE}, as it is logged; without any time left the key is gone at once. */
    private List<Object> expireat() {
        String key = key(List.of("s", "l", "e", "z").get(random.nextInt(4)));
        long deadline =
                random.nextInt(10) == 0 ? second + 3_600L * random.nextInt(100) : second + random.nextInt(60) - 2;
        held.computeIfPresent(key, (k, h) -> deadline <= second ? null : h.until(deadline));
        return List.of("expireat", key, deadline);
    }

    private List<Object> persist() {
        String key = source("e");
        held.computeIfPresent(key, (k, h) -> h.until(NEVER));
        return List.of("PERSIST", key);
    }

    private List<Object> del() {
        List<String> keys =
                Stream.generate(() -> source("s")).limit(1 + random.nextInt(4)).toList();
        held.keySet().removeAll(keys);
        return command(List.of("DEL"), keys);
    }

    private List<Object> flush() {
        held.clear();
        return List.of("flushdb");
    }

    private static List<Object> command(List<Object> head, List<String> rest) {
        List<Object> all = new ArrayList<>(head);
        all.addAll(rest);
        return all;
    }
}
