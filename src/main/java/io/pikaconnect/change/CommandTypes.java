package io.pikaconnect.change;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Of which type the keys of a command are, as masters log it or a record has it: one of {@link Selection#TYPES}. */
public final class CommandTypes {

    /** Commands that masters log, about a key of any type, or none. */
    public static final List<String> ANY = List.of(
            "del",
            "unlink",
            "expireat",
            "pexpireat",
            "persist",
            "flushdb",
            "flushall",
            "pkpatternmatchdel",
            "padding",
            "dummy",
            "clearreplicationid",
            "clearcache",
            "slotsmgrt-exec-wrapper",
            "exec",
            "sunion",
            "sinter",
            "sdiff");

    private static final Map<String, String> TYPES = new HashMap<>();

    static {
        put("string", "set pksetexat delvx setbit setrange incr decr setnx getset append incrby incrbyfloat decrby");
        put("string", "mset msetnx bitop pfadd pfmerge");
        put("hash", "hset hmset hsetnx hdel hincrby hincrbyfloat");
        put("list", "lpush rpush lpushx rpushx lpop rpop lrem lset ltrim linsert rpoplpush");
        put("set", "sadd srem spop smove sunionstore sinterstore sdiffstore");
        put("zset", "zadd zincrby zrem zremrangebyrank zremrangebyscore zremrangebylex zpopmin zpopmax geoadd");
        put("zset", "zunionstore zinterstore");
        put("stream", "xadd xtrim xdel xsetid");
        put(
                "string",
                String.join(
                        " ",
                        Operation.SET,
                        Operation.DELVX,
                        Operation.SETRANGE,
                        Operation.SETBIT0,
                        Operation.SETBIT,
                        Operation.BITOP));
        put("set", String.join(" ", Operation.SPOP, Operation.SREM, Operation.SETCARD));
        put("zset", Operation.ZREMRANGEBYLEX);
        put("stream", Operation.ENDSTREAM);
    }

    private CommandTypes() {}

    private static void put(String type, String commands) {
        Stream.of(commands.split(" ")).forEach(name -> TYPES.put(name, type));
    }

    /**
     * Empty if it takes a key of any type, or none.
     *
     * @param name in lower case
     */
    public static Optional<String> of(String name) {
        return Optional.ofNullable(TYPES.get(name));
    }
}
