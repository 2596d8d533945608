package io.pikaconnect.sink;

import io.pikaconnect.change.Command;
import io.pikaconnect.demo.pika.Database;
import io.pikaconnect.demo.pika.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Random commands of a master's clients, many of them over several keys. A key's type is the first letter of its name:
 * s(tring), l(ist), e (set), z(set); now and then a command reads a key of another type.
 */
final class SeveralKeysWrites {

    private static final int KEYS = 20;
    private static final List<String> TYPES = List.of("s", "l", "e", "z");

    private final Random random;
    private final Database master;

    /** @param master looked into for members of sets, so that commands often meet one */
    SeveralKeysWrites(Random random, Database master) {
        this.random = random;
        this.master = master;
    }

    /** What to execute in that second. */
    Command next(long second) {
        return Command.of(parts(second).toArray());
    }

    private List<Object> parts(long second) {
        return switch (random.nextInt(27)) {
            case 0, 1 -> set(second);
            case 2 -> List.of("APPEND", key("s"), value());
            case 3 -> pairs("MSET", 4);
            case 4, 5 -> pairs("MSETNX", 3);
            case 6, 7 -> bitop();
            case 8, 9 -> random.nextInt(3) == 0 ? List.of("LPOP", key("l")) : List.of("RPUSH", key("l"), value());
            case 10, 11 -> List.of("RPOPLPUSH", key("l"), key("l"));
            case 12, 13 -> sadd();
            case 14 -> smove(second);
            case 15, 16 -> sstore();
            case 17 -> List.of("SPOP", key("e"));
            case 18 -> List.of("ZADD", key("z"), random.nextInt(100) / 4.0, "m" + random.nextInt(20));
            case 19, 20 -> zstore();
            case 21, 22 -> expire();
            case 23 -> command(List.of("DEL"), limited(4, () -> source("s")));
            case 25, 26 -> srem(second);
            default -> random.nextInt(60) == 0 ? List.of("flushdb") : List.of("PERSIST", source("e"));
        };
    }

    private String key(String type) {
        return type + random.nextInt(KEYS);
    }

    /** Now and then a key of another type. */
    private String source(String type) {
        return key(random.nextInt(8) == 0 ? anyType() : type);
    }

    private String anyType() {
        return TYPES.get(random.nextInt(TYPES.size()));
    }

    private List<String> sources(String type) {
        return limited(3, () -> source(type));
    }

    private List<String> limited(int most, Supplier<String> one) {
        return Stream.generate(one).limit(1 + random.nextInt(most)).toList();
    }

    private String member() {
        return "m" + random.nextInt(200);
    }

    private String value() {
        return random.nextInt(40) == 0 ? "v".repeat(3_000 + random.nextInt(5_000)) : "" + random.nextInt(1_000);
    }

    private List<Object> set(long second) {
        return random.nextBoolean()
                ? List.of("SET", key("s"), value())
                : List.of("pksetexat", key("s"), second + random.nextInt(60), value());
    }

    private List<Object> pairs(String name, int most) {
        List<Object> command = new ArrayList<>(List.of(name));
        for (int n = 1 + random.nextInt(most); n > 0; n--) {
            command.addAll(List.of(key("s"), value()));
        }
        return command;
    }

    private List<Object> bitop() {
        String operation = List.of("AND", "or", "XOR", "NOT").get(random.nextInt(4));
        return command(
                List.of("BITOP", operation, key("s")), operation.equals("NOT") ? List.of(source("s")) : sources("s"));
    }

    private List<Object> sadd() {
        return command(List.of("SADD", key("e")), limited(random.nextInt(4) == 0 ? 100 : 8, this::member));
    }

    private List<Object> smove(long second) {
        String from = key("e");
        TreeSet<String> source = members(from, second);
        return List.of("SMOVE", from, key("e"), source.isEmpty() || random.nextInt(4) == 0 ? member() : source.last());
    }

    private List<Object> sstore() {
        String name = List.of("SUNIONSTORE", "SINTERSTORE", "SDIFFSTORE").get(random.nextInt(3));
        return command(List.of(name, key("e")), sources("e"));
    }

    /** Often one that names a member several times, which counts; never below nothing, where Redis cannot follow. */
    private List<Object> srem(long second) {
        String key = key("e");
        TreeSet<String> set = members(key, second);
        long left = count(key, second);
        List<String> named = new ArrayList<>();
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
            String member = set.isEmpty() || random.nextInt(4) == 0 ? member() : set.first();
            int times = 1 + random.nextInt(4);
            boolean there = set.contains(member);
            if (!named.contains(member) && (!there || times <= left)) {
                named.addAll(Collections.nCopies(times, member));
                left -= there ? times : 0;
                set.remove(member);
            }
        }
        Collections.shuffle(named, random);
        return command(List.of("SREM", key), named.isEmpty() ? List.of("stranger", "stranger") : named);
    }

    private List<Object> zstore() {
        List<String> sources = sources("z");
        List<Object> command = command(
                List.of(random.nextBoolean() ? "ZUNIONSTORE" : "zinterstore", key("z"), sources.size()), sources);
        if (random.nextBoolean()) {
            command.add("WEIGHTS");
            sources.forEach(source -> command.add(random.nextInt(4)));
        }
        if (random.nextBoolean()) {
            command.addAll(List.of("AGGREGATE", "max"));
        }
        return command;
    }

    /** Without any time left the key is gone at once. */
    private List<Object> expire() {
        return List.of(
                "EXPIRE",
                key(anyType()),
                random.nextInt(10) == 0 ? 3_600 * random.nextInt(100) : random.nextInt(60) - 2);
    }

    private TreeSet<String> members(String key, long second) {
        TreeSet<String> members = new TreeSet<>();
        if (ask(second, "SMEMBERS", key) instanceof Reply.Many many) {
            many.replies()
                    .forEach(member -> members.add(new String(((Reply.Bulk) member).bytes(), StandardCharsets.UTF_8)));
        }
        return members;
    }

    /** Less than there are members, once an SREM has named one twice. */
    private long count(String key, long second) {
        return ((Reply.Number) ask(second, "SCARD", key)).value();
    }

    private Reply ask(long second, String command, String key) {
        return master.execute(Command.of(command, key), second * 1000)
                .orElseThrow()
                .reply();
    }

    private static List<Object> command(List<Object> head, List<String> rest) {
        List<Object> all = new ArrayList<>(head);
        all.addAll(rest);
        return all;
    }
}
