package io.pikaconnect.sink;

import io.pikaconnect.change.Operation;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** A command's name, and what the sink has to know about it before the command goes to Redis. */
final class CommandName {

    private static final Set<String> WHOLE_DB =
            Set.of("flushdb", "flushall", "swapdb", Operation.BEGIN, Operation.FLUSHTYPE, Operation.PATTERNDEL);

    /** Commands that set a deadline in another way would bypass the stream's clock. */
    private static final Set<String> OTHER_DEADLINES =
            Set.of("expire", "pexpire", "expireat", "setex", "psetex", "getex", "pksetexat");

    /** The first argument of these is not the record's key. */
    private static final Set<String> FREE_KEYS =
            Set.of("bitop", Operation.BITOP, Operation.STAGE_PIECE, Operation.RUN_STAGED);

    /** Every key of these is compared with the clock; the script knows which arguments are keys. */
    private static final Set<String> CROSS_KEY = Set.of(
            "rpoplpush",
            "smove",
            "bitop",
            "pfmerge",
            "sunionstore",
            "sinterstore",
            "sdiffstore",
            "zunionstore",
            "zinterstore",
            "msetnx");

    /** After one of these the key holds a value of a type that may have a deadline. */
    private static final Set<String> BEFORE_DEADLINE = Set.of("set", "hset", "rpush", "sadd", "zadd");

    /** Others of which there are many, so that they are looked up and not made for each command. */
    private static final Set<String> FREQUENT = Set.of(
            "append",
            "del",
            "decr",
            "decrby",
            "hdel",
            "hincrby",
            "hmset",
            "incr",
            "incrby",
            "lpop",
            "lpush",
            "lrem",
            "ltrim",
            "persist",
            "pexpireat",
            "pfadd",
            "rpop",
            "setbit",
            "setnx",
            "setrange",
            "srem",
            "xadd",
            "zincrby",
            "zrem");

    /** By hash, each in the first place from its own on that was free; a power of two, and never full. */
    private static final CommandName[] KNOWN = new CommandName[256];

    static {
        Stream.of(WHOLE_DB, OTHER_DEADLINES, FREE_KEYS, CROSS_KEY, BEFORE_DEADLINE, FREQUENT)
                .flatMap(Set::stream)
                .distinct()
                .map(CommandName::new)
                .forEach(name -> KNOWN[place(name.bytes, 0, name.bytes.length)] = name);
    }

    /** As what RESTORE may create the value that a command of this name begins. */
    enum Restored {
        NOTHING,
        HASH,
        LIST,
        SORTED_SET,
        SET
    }

    private final String text;
    private final byte[] bytes;
    private final boolean operation;
    private final boolean concernsWholeDb;
    private final boolean hasOtherDeadline;
    private final boolean hasFreeKeys;
    private final boolean mayHaveOtherKeys;
    private final boolean mayBeforeDeadline;
    private final Restored restored;

    private CommandName(String text) {
        this.text = text;
        this.bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        this.operation = text.equals("pexpireat") || text.startsWith("pika.") || CROSS_KEY.contains(text);
        this.concernsWholeDb = WHOLE_DB.contains(text);
        this.hasOtherDeadline = OTHER_DEADLINES.contains(text);
        this.hasFreeKeys = FREE_KEYS.contains(text);
        this.mayHaveOtherKeys = hasFreeKeys || CROSS_KEY.contains(text);
        this.mayBeforeDeadline = BEFORE_DEADLINE.contains(text);
        this.restored = switch (text) {
            case "hset" -> Restored.HASH;
            case "rpush" -> Restored.LIST;
            case "zadd" -> Restored.SORTED_SET;
            case "sadd" -> Restored.SET;
            default -> Restored.NOTHING;
        };
    }

    /** The name as it was typed, in whatever case. */
    static CommandName of(byte[] typed) {
        return of(typed, 0, typed.length);
    }

    /** The same, where it is a part of an array. */
    static CommandName of(byte[] typed, int begin, int end) {
        CommandName known = KNOWN[place(typed, begin, end)];
        return known != null
                ? known
                : new CommandName(
                        new String(typed, begin, end - begin, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT));
    }

    /** Where that name is among the known ones, or would be. */
    private static int place(byte[] name, int begin, int end) {
        int hash = end - begin;
        for (int i = begin; i < end; i++) {
            hash = 31 * hash + (name[i] | 0x20);
        }
        int place = hash & KNOWN.length - 1;
        while (KNOWN[place] != null && !KNOWN[place].is(name, begin, end)) {
            place = place + 1 & KNOWN.length - 1;
        }
        return place;
    }

    private boolean is(byte[] typed, int begin, int end) {
        if (end - begin != bytes.length) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            byte b = typed[begin + i];
            if ((b >= 'A' && b <= 'Z' ? b | 0x20 : b) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    boolean is(String other) {
        return text.equals(other);
    }

    /** In lower case; shared, and never written to. */
    byte[] bytes() {
        return bytes;
    }

    /** Whether the script has an operation of this name. */
    boolean isOperation() {
        return operation;
    }

    boolean concernsWholeDb() {
        return concernsWholeDb;
    }

    /** Whether it sets a deadline in a way that would bypass the stream's clock. */
    boolean hasOtherDeadline() {
        return hasOtherDeadline;
    }

    /** Whether its first argument may be another key than the record's. */
    boolean hasFreeKeys() {
        return hasFreeKeys;
    }

    /** Whether it may be about other keys than the record's. */
    boolean mayHaveOtherKeys() {
        return mayHaveOtherKeys;
    }

    /** Whether the script joins it with the deadline that follows it. */
    boolean mayBeforeDeadline() {
        return mayBeforeDeadline;
    }

    Restored restored() {
        return restored;
    }

    @Override
    public String toString() {
        return text;
    }
}
