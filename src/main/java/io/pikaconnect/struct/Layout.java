package io.pikaconnect.struct;

import io.pikaconnect.change.Operation;
import io.pikaconnect.struct.Parts.Bytes;
import io.pikaconnect.struct.Parts.Elements;
import io.pikaconnect.struct.Parts.Groups;
import io.pikaconnect.struct.Parts.Key;
import io.pikaconnect.struct.Parts.Maybe;
import io.pikaconnect.struct.Parts.OldOfVx;
import io.pikaconnect.struct.Parts.Real;
import io.pikaconnect.struct.Parts.Slot;
import io.pikaconnect.struct.Parts.Text;
import io.pikaconnect.struct.Parts.Trim;
import io.pikaconnect.struct.Parts.Whole;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Struct;

/**
 * Which fields have the arguments of a command. What is not here, or does not fit, has all its arguments in
 * {@code arguments}.
 *
 * @param type of the keys that the command is about; empty if it says nothing of that
 * @param parts in the order of the arguments; none if there are no fields for them
 */
record Layout(Optional<String> type, Optional<List<Part>> parts) {

    private static final Part KEY = new Key();
    private static final Part VALUE = Bytes.of("value");
    private static final Part MEMBER = Bytes.of("member");
    private static final Part OLD = Bytes.of("old");
    private static final Part MIN = Bytes.of("min");
    private static final Part MAX = Bytes.of("max");
    private static final Part OPTION = Text.of("option");
    private static final Part MAYBE_OPTION = Maybe.text("option");
    private static final Part ID = Text.of("id");
    private static final Part DELTA = Whole.of("delta");
    private static final Part OFFSET = Whole.of("offset");
    private static final Part COUNT = Whole.of("count");
    private static final Part MAYBE_COUNT = Maybe.whole("count");
    private static final Part START = Whole.of("start");
    private static final Part STOP = Whole.of("stop");
    private static final Part DEADLINE = Whole.of("deadline_ms");
    private static final Part ELEMENTS = Elements.all("elements");
    private static final Part KEYS = Elements.all("keys");

    /** As Redis adds to scores, in doubles, and to strings and fields, with more digits. */
    private static final Part TO_SCORE = Real.of("increment", false);

    private static final Part TO_DECIMAL = Real.of("increment", true);

    private static final Map<String, Layout> ALL = new LinkedHashMap<>();

    static {
        strings();
        hashes();
        lists();
        sets();
        sortedSets();
        streams();
        add("", "del unlink persist", KEY);
        add("", "pexpireat", KEY, DEADLINE);
        add("", Operation.STAGE_PIECE, new Slot(), OFFSET, VALUE);
        add("", Operation.BEGIN + " flushdb");
        add("", Operation.FLUSHTYPE, OPTION);
        add("", Operation.PATTERNDEL, VALUE, OPTION, COUNT);
    }

    private static void strings() {
        add("string", "set", KEY, VALUE, MAYBE_OPTION);
        add("string", "setnx getset append", KEY, VALUE);
        add("string", Operation.SET, KEY, VALUE, OPTION, DEADLINE, new OldOfVx());
        add("string", Operation.DELVX, KEY, OLD);
        add("string", "incr decr", KEY);
        add("string", "incrby decrby", KEY, DELTA);
        add("string", "incrbyfloat", KEY, TO_DECIMAL);
        add("string", "setrange", KEY, OFFSET, VALUE);
        add("string", Operation.SETRANGE, KEY, OFFSET, VALUE, MAYBE_OPTION);
        add("string", "setbit " + Operation.SETBIT, KEY, OFFSET, VALUE);
        add("string", Operation.SETBIT0, KEY, OFFSET);
        add("string", "pfadd", KEY, ELEMENTS);
        add("string", "pfmerge", KEYS);
        add("string", Operation.BITOP, OPTION, KEYS);
        untyped("string", "msetnx");
    }

    private static void hashes() {
        add("hash", "hset hmset hsetnx", KEY, Groups.FIELDS);
        add("hash", "hdel", KEY, ELEMENTS);
        add("hash", "hincrby", KEY, MEMBER, DELTA);
        add("hash", "hincrbyfloat", KEY, MEMBER, TO_DECIMAL);
    }

    private static void lists() {
        add("list", "rpush lpush rpushx lpushx", KEY, ELEMENTS);
        add("list", "lpop rpop", KEY, MAYBE_COUNT);
        add("list", "lrem", KEY, COUNT, VALUE);
        add("list", "lset", KEY, OFFSET, VALUE);
        add("list", "ltrim", KEY, START, STOP);
        add("list", "linsert", KEY, OPTION, MEMBER, VALUE);
        add("list", "rpoplpush", KEYS);
    }

    private static void sets() {
        add("set", "sadd srem", KEY, ELEMENTS);
        add("set", "smove", Elements.of(2, "keys"), MEMBER);
        add("set", "sunionstore sinterstore sdiffstore", KEYS);
        add("set", Operation.SETCARD, KEY, COUNT);
        untyped("set", Operation.SREM + " " + Operation.SPOP);
    }

    private static void sortedSets() {
        add("zset", "zadd", KEY, Groups.SCORES);
        add("zset", "geoadd", KEY, Groups.POINTS);
        add("zset", "zincrby", KEY, TO_SCORE, MEMBER);
        add("zset", "zrem", KEY, ELEMENTS);
        add("zset", "zremrangebyrank", KEY, START, STOP);
        add("zset", "zremrangebyscore " + Operation.ZREMRANGEBYLEX, KEY, MIN, MAX);
        add("zset", "zpopmin zpopmax", KEY, MAYBE_COUNT);
        untyped("zset", "zunionstore zinterstore");
    }

    private static void streams() {
        add("stream", "xadd", KEY, new Trim(), ID, Groups.FIELDS);
        add("stream", "xtrim", KEY, new Trim());
        add("stream", "xdel", KEY, ELEMENTS);
        add("stream", Operation.ENDSTREAM, KEY);
        untyped("stream", "xsetid");
    }

    private static void add(String type, String names, Part... parts) {
        put(type, names, Optional.of(List.of(parts)));
    }

    private static void untyped(String type, String names) {
        put(type, names, Optional.empty());
    }

    private static void put(String type, String names, Optional<List<Part>> parts) {
        Layout layout = new Layout(type.isEmpty() ? Optional.empty() : Optional.of(type), parts);
        Stream.of(names.split(" ")).forEach(name -> ALL.put(name, layout));
    }

    /** @param name in lower case */
    static Optional<Layout> of(String name) {
        return Optional.ofNullable(ALL.get(name));
    }

    /** All of them by the names of their commands, in the order of types. */
    static Map<String, Layout> all() {
        return Collections.unmodifiableMap(ALL);
    }

    /** Whether the fields have all arguments; otherwise some may be written. */
    boolean write(List<byte[]> args, byte[] key, Struct out) {
        if (parts.isEmpty()) {
            return false;
        }
        int at = 1;
        for (Part part : parts.get()) {
            at = part.write(args, at, key, out);
            if (at == Part.REFUSED) {
                return false;
            }
        }
        return at == args.size();
    }

    /** Adds the arguments after the name. */
    void read(StructView in, byte[] key, List<byte[]> args) {
        for (Part part : parts.orElse(List.of())) {
            part.read(in, key, args);
        }
    }
}
