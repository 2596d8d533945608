package io.pikaconnect.binlog;

import io.pikaconnect.change.Selection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Of which type the keys of a logged command are: one of {@link Selection#TYPES}; DEL, EXPIREAT and others take any. */
final class TypesOfCommands {

    /** They concern a key of any type, or no key. */
    static final List<String> ANY = List.of(
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
        put("stream", "xadd xtrim xdel");
    }

    private TypesOfCommands() {}

    private static void put(String type, String commands) {
        Stream.of(commands.split(" ")).forEach(name -> TYPES.put(name, type));
    }

    /** @param name in lower case */
    static Optional<String> of(String name) {
        return Optional.ofNullable(TYPES.get(name));
    }
}
