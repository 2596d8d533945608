package io.pikaconnect.demo;

import io.pikaconnect.change.Command;
import io.pikaconnect.demo.pika.PikaRelease;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Random commands of all types that a master logs, on keys whose names say their type, with short and long deadlines.
 * The same seed gives the same commands.
 *
 * <p>Without what no consumer can reproduce: an APPEND to a missing key where it is logged without its value, infinite
 * scores, one name with several types, a move of a list's or set's element onto itself where its pieces are logged. For
 * one thread at a time.
 */
public final class RandomWrites {

    private static final long BITS_OF_401 = 1 << 21;

    /**
     * @param names how many names each type has
     * @param flushes how many of a million commands empty the db, or delete by pattern
     * @param shortDeadlines of a hundred deadlines those of a few seconds; the others are hours away
     */
    public record Options(int names, int flushes, int shortDeadlines) {

        /** Without short deadlines. */
        public Options withLongDeadlines() {
            return new Options(names, flushes, 0);
        }

        public static final Options LIVELY = new Options(40, 500, 50);

        /** A data set that grows and lasts. */
        public static final Options LASTING = new Options(20_000, 0, 5);
    }

    private final Random random;
    private final PikaRelease release;
    private final Options options;
    private boolean severalPairs;

    public RandomWrites(long seed, PikaRelease release, Options options) {
        this.random = new Random(seed);
        this.release = release;
        this.options = options;
    }

    /** Its master takes a HSET of several pairs, {@link Unreleased#hsetOfSeveralPairs}. */
    public RandomWrites withSeveralPairs() {
        severalPairs = true;
        return this;
    }

    /** This many new keys to start with, in equal parts of each type; without deadlines. */
    public List<Command> fill(int keys) {
        return IntStream.range(0, keys).mapToObj(this::newKey).toList();
    }

    private Command newKey(int i) {
        return switch (i % 6) {
            case 0 -> Command.of("HMSET", "hash:" + i / 6, "f0", value(), "f1", value(), "n", i);
            case 1 -> Command.of("RPUSH", "list:" + i / 6, value(), value(), value());
            case 2 -> Command.of("SADD", "set:" + i / 6, "m0", "m1", "m2", "m3");
            case 3 -> Command.of("ZADD", "zset:" + i / 6, score(), "m0", score(), "m1", score(), "m2");
            case 4 -> Command.of("SET", "num:" + i / 6, i);
            default -> Command.of("SET", "str:" + i / 6, value());
        };
    }

    /** What to execute next, without anything in between; one command but for a few cases. */
    public List<Command> next() {
        int rare = random.nextInt(1_000_000);
        if (rare < options.flushes) {
            return List.of(flush());
        }
        if (release.isNew() && random.nextInt(8) == 0) {
            return ofNewReleases();
        }
        return switch (random.nextInt(14)) {
            case 0, 1, 2 -> string();
            case 3, 4 -> List.of(number());
            case 5, 6 -> List.of(hash());
            case 7, 8 -> List.of(list());
            case 9 -> List.of(set());
            case 10, 11 -> List.of(sortedSet());
            default -> List.of(deadline());
        };
    }

    /** Of the db, of a type, or by pattern. */
    private Command flush() {
        boolean typed = release.typedFlush() != PikaRelease.TypedFlush.ERROR;
        return switch (random.nextInt(6)) {
            case 0 -> Command.of("FLUSHDB");
            case 1 -> Command.of("FLUSHALL");
            case 2 -> typed ? Command.of("flushdb", random.nextBoolean() ? "hash" : "zset") : Command.of("FLUSHDB");
            default -> release == PikaRelease.V320 ? Command.of("FLUSHDB") : patternDelete();
        };
    }

    private Command patternDelete() {
        return switch (random.nextInt(3)) {
            case 0 -> pattern("str:1*", "string");
            case 1 -> pattern("*[02468]", "hash");
            default -> pattern("z?et:*", "zset");
        };
    }

    private Command pattern(String pattern, String type) {
        return release.hasOneType()
                ? Command.of("PKPATTERNMATCHDEL", pattern)
                : Command.of("PKPATTERNMATCHDEL", pattern, type);
    }

    private String name(String type) {
        return type + ":" + random.nextInt(options.names);
    }

    private String target(String type, String source) {
        String name = name(type);
        return release.logsPieces() && name.equals(source) ? name + "b" : name;
    }

    /** Not of counters on 3.2.0, which logs them without their deadlines. */
    private String anyName() {
        return name(
                switch (random.nextInt(release == PikaRelease.V320 ? 5 : 7)) {
                    case 0 -> "str";
                    case 1 -> "hash";
                    case 2 -> "list";
                    case 3 -> "set";
                    case 4 -> "zset";
                    case 5 -> "num";
                    default -> "flt";
                });
    }

    private byte[] value() {
        byte[] value = new byte[random.nextInt(40)];
        random.nextBytes(value);
        return value;
    }

    private String word() {
        return "w" + random.nextInt(8);
    }

    private String member() {
        return "m" + random.nextInt(12);
    }

    private String score() {
        return random.nextInt(10) == 0 ? String.valueOf(random.nextGaussian()) : random.nextInt(-20, 20) + ".5";
    }

    private long seconds() {
        return random.nextInt(100) < options.shortDeadlines ? 1 + random.nextInt(4) : 5_000 + random.nextInt(100_000);
    }

    private long millis() {
        return seconds() * 1000 + random.nextInt(1_000);
    }

    private Command deadline() {
        String name = anyName();
        long now = System.currentTimeMillis();
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> Command.of("EXPIRE", name, seconds());
            case 3, 4 -> Command.of("pexpire", name, millis());
            case 5, 6 -> Command.of("EXPIREAT", name, now / 1000 + seconds());
            case 7 -> // which 4.0.1 reads as a time long ago
                release.keepsMillis() ? Command.of("UNLINK", name) : Command.of("PEXPIREAT", name, now + millis());
            case 8 -> Command.of("EXPIRE", name, random.nextInt(2) - 1);
            case 9 -> Command.of(release.logsPieces() && random.nextBoolean() ? "UNLINK" : "DEL", name, anyName());
            default -> Command.of("Persist", name);
        };
    }

    private List<Command> string() {
        String name = name("str");
        Command one = switch (random.nextInt(20)) {
            case 0, 1, 2 -> Command.of("SET", name, value());
            case 3 -> Command.of("set", name, word(), "EX", seconds());
            case 4 -> Command.of("SET", name, value(), "px", millis());
            case 5 -> Command.of("SET", name, word(), random.nextBoolean() ? "NX" : "XX");
            case 6 -> Command.of("SET", name, word(), "nx", "EX", seconds());
            case 7 -> Command.of("SET", name, word(), "XX", "PX", millis());
            case 8 -> Command.of("SET", name, word(), "VX", word());
            case 9 -> Command.of("SETNX", name, value());
            case 10 -> Command.of("SETEX", name, seconds(), value());
            case 11 -> Command.of("PSETEX", name, millis(), value());
            case 12 -> Command.of("GETSET", name, word());
            case 13 -> Command.of("SETBIT", name, random.nextInt(600), random.nextInt(2));
            case 14 -> Command.of("SETRANGE", name, random.nextInt(50), "ab\0cd".substring(random.nextInt(5)));
            case 15 -> Command.of("MSET", name, value(), name("str"), word());
            case 16 -> Command.of("MSETNX", name, value(), name("str"), word());
            case 17 -> Command.of("BITOP", operator(), name, name("str"), name("str"));
            case 18 -> Command.of("DELVX", name, word());
            default -> Command.of("APPEND", name, word());
        };
        return one.name().equals("append") && release.logsValues()
                ? List.of(Command.of("SET", name, value()), one)
                : List.of(one);
    }

    /** What is logged in another form from 3.5.6 and 4.0.2 on, or is possible only since then. */
    private List<Command> ofNewReleases() {
        String text = name("str");
        return switch (random.nextInt(10)) {
            case 0 -> List.of(Command.of("SETEX", text, seconds(), value()), Command.of("APPEND", text, word()));
            case 1 ->
                release.logsFirstAppend()
                        ? List.of(Command.of("DEL", text), Command.of("APPEND", text, word()))
                        : List.of(Command.of("SET", text, value()), Command.of("APPEND", text, word()));
            case 2 -> List.of(Command.of("PSETEX", text, millis(), value()));
            case 3 -> {
                String member = member();
                yield List.of(Command.of("ZADD", name("zset"), score(), member, score(), member(), score(), member));
            }
            case 4 -> {
                String member = member();
                yield List.of(
                        Command.of("GEOADD", name("zset"), 10, 20.5, member, -30.25, 40, member(), 50, 6, member));
            }
            case 5 -> List.of(Command.of("SETBIT", bits(), bit(), 1));
            case 6 -> List.of(Command.of("BITOP", operator(), bits(), bits(), text));
            case 7 -> List.of(Command.of("DEL", bits()));
            case 8 ->
                release.cutsMillisOfPksetexat()
                        ? List.of(Command.of("SINTER", name("set"), name("set")))
                        : List.of(Command.of("PKSETEXAT", text, System.currentTimeMillis() / 1000 + seconds(), word()));
            default ->
                severalPairs
                        ? List.of(Command.of("HSET", name("hash"), "f0", value(), "f" + random.nextInt(12), value()))
                        : List.of(Command.of("SUNION", name("set"), name("set")));
        };
    }

    /** Of a few, since they are large. */
    private String bits() {
        return "bits:" + random.nextInt(3);
    }

    /** One of four beyond what a string of 4.0.1 may have, if this release lets it. */
    private long bit() {
        boolean far = release.bits() > BITS_OF_401 && random.nextInt(4) == 0;
        return (far ? BITS_OF_401 : 0) + random.nextInt(1_000);
    }

    private String operator() {
        return List.of("AND", "OR", "XOR").get(random.nextInt(3));
    }

    private Command number() {
        String name = name("num");
        return switch (random.nextInt(10)) {
            case 0 -> Command.of("SET", name, random.nextInt(1000));
            case 1 ->
                release == PikaRelease.V320
                        ? Command.of("INCR", name)
                        : Command.of("SETEX", name, seconds(), random.nextInt(1000));
            case 2, 3 -> Command.of("INCR", name);
            case 4 -> Command.of("INCRBY", name, random.nextInt(-50, 50));
            case 5 -> Command.of("DECR", name);
            case 6 -> Command.of("DECRBY", name, random.nextInt(50));
            case 7 -> Command.of("GETSET", name, random.nextInt(1000));
            case 8 -> Command.of("DEL", name);
            default -> Command.of("INCRBYFLOAT", name("flt"), random.nextInt(-50, 50) * 0.25);
        };
    }

    private Command hash() {
        String name = name("hash");
        return switch (random.nextInt(8)) {
            case 0, 1 -> Command.of("HSET", name, "f" + random.nextInt(12), value());
            case 2 -> Command.of("HMSET", name, "f0", value(), "f" + random.nextInt(12), value());
            case 3 -> Command.of("HSETNX", name, "f" + random.nextInt(12), value());
            case 4, 5 -> Command.of("HDEL", name, "f" + random.nextInt(12), "f" + random.nextInt(12));
            case 6 -> Command.of("HINCRBY", name, "n", random.nextInt(-50, 50));
            default -> Command.of("HINCRBYFLOAT", name, "x", random.nextInt(-50, 50) * 0.5);
        };
    }

    private Command list() {
        String name = name("list");
        return switch (random.nextInt(14)) {
            case 0, 1 -> Command.of("RPUSH", name, word(), value());
            case 2, 3 -> Command.of("LPUSH", name, word(), word(), word());
            case 4 -> Command.of(random.nextBoolean() ? "LPUSHX" : "RPUSHX", name, word());
            case 5 -> Command.of("LPOP", name);
            case 6 -> Command.of("RPOP", name);
            case 7 -> release.logsPieces() ? Command.of("LPOP", name, random.nextInt(4)) : Command.of("LPOP", name);
            case 8 -> Command.of("LINSERT", name, random.nextBoolean() ? "BEFORE" : "after", word(), word());
            case 9 -> Command.of("LREM", name, random.nextInt(-2, 3), word());
            case 10 -> Command.of("LSET", name, random.nextInt(-4, 4), word());
            case 11 -> Command.of("LTRIM", name, random.nextInt(2), random.nextInt(-3, 12));
            default -> Command.of("RPOPLPUSH", name, target("list", name));
        };
    }

    private Command set() {
        String name = name("set");
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> Command.of("SADD", name, member(), member(), member());
            case 3 -> removal(name);
            case 4 -> pop(name);
            case 5 -> Command.of("SMOVE", name, target("set", name), member());
            case 6 -> Command.of("SUNIONSTORE", name, name("set"), name("set"));
            case 7 -> Command.of("SINTERSTORE", name, name("set"), name("set"));
            case 8 -> Command.of("SDIFFSTORE", name, name("set"), name("set"));
            default -> Command.of("SADD", name, value());
        };
    }

    /** Up to 3.4 one that names a member twice may leave a set with less than no members, which Redis cannot hold. */
    private Command removal(String name) {
        String one = member();
        String other = member();
        return release.logsPieces() || !one.equals(other)
                ? Command.of("SREM", name, one, other)
                : Command.of("SREM", name, one);
    }

    private Command pop(String name) {
        return release.logsPieces() && random.nextBoolean()
                ? Command.of("SPOP", name, 1 + random.nextInt(3))
                : Command.of("SPOP", name);
    }

    private Command sortedSet() {
        String name = name("zset");
        return switch (random.nextInt(14)) {
            case 0, 1, 2 -> Command.of("ZADD", name, score(), member(), score(), member());
            case 3, 4 -> Command.of("ZINCRBY", name, random.nextInt(-5, 5) + 0.5, member());
            case 5 -> Command.of("ZREM", name, member(), member());
            case 6 -> Command.of("ZREMRANGEBYRANK", name, random.nextInt(-3, 3), random.nextInt(-3, 3));
            case 7 -> Command.of("ZREMRANGEBYSCORE", name, "(" + random.nextInt(-20, 20), random.nextInt(-20, 20));
            case 8 -> Command.of("ZREMRANGEBYLEX", name, "[" + member(), "(" + member());
            case 9 -> release == PikaRelease.V320 ? Command.of("ZREM", name, member()) : Command.of("ZPOPMIN", name);
            case 10 ->
                release == PikaRelease.V320 ? Command.of("ZREM", name, member()) : Command.of("ZPOPMAX", name, 2);
            case 11 -> zstore("ZUNIONSTORE", name);
            case 12 -> zstore("ZINTERSTORE", name);
            default ->
                Command.of("GEOADD", name, random.nextInt(-180, 180) + 0.25, random.nextInt(-80, 80) + 0.125, member());
        };
    }

    private Command zstore(String command, String name) {
        List<Object> parts = new ArrayList<>(List.of(command, name, 2, name("zset"), name("zset")));
        if (random.nextBoolean()) {
            parts.addAll(List.of("WEIGHTS", 2, "0.5"));
        }
        if (random.nextBoolean()) {
            parts.addAll(List.of("AGGREGATE", random.nextBoolean() ? "MIN" : "max"));
        }
        return Command.of(parts.toArray());
    }
}
