package io.pikaconnect.binlog;

import static io.pikaconnect.binlog.Arity.atLeast;
import static io.pikaconnect.binlog.Arity.between;
import static io.pikaconnect.binlog.Arity.elements;
import static io.pikaconnect.binlog.Arity.exactly;

import io.pikaconnect.change.Change;
import io.pikaconnect.change.Command;
import io.pikaconnect.pika.BinlogDialect;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Every command that the binlogs of a dialect may have, as it is logged there, with its arity, scope and rewrite
 * (binlog-commands 3).
 *
 * <p>Commands that are logged only in another form are missing here: SETEX and EXPIRE in all versions; from 3.5 on
 * MSET, RPOPLPUSH, SMOVE, BITOP, SUNIONSTORE …
 */
final class CommandTable {

    /** @param lossy what is {@link Lossy} about a command, and for which commands */
    record Row(Arity arity, Scope scope, Rewrite rewrite, Map<Lossy, Predicate<LoggedCommand>> lossy) {

        /**
         * The changes that the command makes, in order; none if its rewrite is empty.
         *
         * @throws IllegalArgumentException if an argument is not what Pika would have logged
         */
        List<Change> changes(LoggedCommand logged) {
            List<Command> commands = rewrite.apply(logged);
            return commands.isEmpty() ? List.of() : scope.changes(logged, commands);
        }

        /** @throws IllegalArgumentException if the number of arguments is wrong */
        void check(LoggedCommand logged) {
            if (!arity.fits(logged.size())) {
                throw new IllegalArgumentException(
                        "it has " + logged.size() + " arguments, but this command takes " + arity);
            }
        }

        Optional<Lossy> doubt(LoggedCommand logged) {
            for (Map.Entry<Lossy, Predicate<LoggedCommand>> doubt : lossy.entrySet()) {
                if (doubt.getValue().test(logged)) {
                    return Optional.of(doubt.getKey());
                }
            }
            return Optional.empty();
        }
    }

    private static final Map<BinlogDialect, CommandTable> TABLES = new EnumMap<>(BinlogDialect.class);

    static {
        for (BinlogDialect dialect : BinlogDialect.values()) {
            TABLES.put(dialect, new CommandTable(dialect));
        }
    }

    private final Map<String, Row> rows = new HashMap<>();

    private CommandTable(BinlogDialect dialect) {
        ofOneKey(dialect);
        ofTheWholeDb(dialect);
        if (dialect.logsSeveralKeys()) {
            ofSeveralKeys();
        } else {
            raw(exactly(2), "del", "unlink");
            // 3.8 streams
            key("xadd", atLeast(5), StreamRules::xadd);
            key("xtrim", between(4, 5), StreamRules::xtrim);
            key("xdel", elements(1), StreamRules::xdel);
        }
        if (dialect.logsSpop()) {
            Arity arity = dialect.logsSeveralKeys() ? exactly(2) : between(2, 3);
            doubtful("spop", arity, Scope.KEY, SetRules::spop, Lossy.SPOP);
        }
        if (dialect.hasOneKeySpace()) {
            ignore("sunion", "sinter", "sdiff");
        }
    }

    static CommandTable of(BinlogDialect dialect) {
        return TABLES.get(dialect);
    }

    /** @param name in lower case */
    Optional<Row> row(String name) {
        return Optional.ofNullable(rows.get(name));
    }

    /** Of all commands, in lower case. */
    Set<String> names() {
        return rows.keySet();
    }

    private void ofOneKey(BinlogDialect dialect) {
        // 3.1 strings
        put("set", atLeast(3), Scope.KEY, StringRules::set, Map.of(Lossy.HYPERLOGLOG, HyperLogLogRules::isMerged));
        key("pksetexat", exactly(4), StringRules::pksetexat);
        key("delvx", exactly(3), StringRules::delvx);
        key("setbit", exactly(4), StringRules::setbit);
        key("setrange", exactly(4), StringRules::setrange);
        raw(exactly(2), "incr", "decr");
        raw(exactly(3), "setnx", "getset", "append", "incrby", "incrbyfloat", "decrby");

        // 3.2 keys and deadlines
        key("expireat", exactly(3), StringRules::expireat);
        key("pexpireat", exactly(3), StringRules::pexpireat);
        raw(exactly(2), "persist");

        // 3.3 hashes
        raw(dialect.mayLogSeveralFields() ? elements(2) : exactly(4), "hset");
        raw(exactly(4), "hsetnx", "hincrby", "hincrbyfloat");
        raw(elements(2), "hmset");
        raw(elements(1), "hdel");

        // 3.4 lists
        raw(elements(1), "lpush", "rpush", "lpushx", "rpushx");
        key("lpop", between(2, 3), ListRules::pop);
        key("rpop", between(2, 3), ListRules::pop);
        raw(exactly(4), "lrem", "lset", "ltrim");
        raw(exactly(5), "linsert");

        // 3.5 sets
        raw(elements(1), "sadd");
        key("srem", elements(1), SetRules::srem);

        // 3.6 sorted sets
        put(
                "zadd",
                elements(2),
                Scope.KEY,
                SortedSetRules::zadd,
                Map.of(Lossy.REPEATED_MEMBER, SortedSetRules::isUnclearZadd));
        key("zincrby", exactly(4), SortedSetRules::zincrby);
        key("zremrangebylex", exactly(4), SortedSetRules::zremrangebylex);
        raw(elements(1), "zrem");
        raw(exactly(4), "zremrangebyrank", "zremrangebyscore");
        raw(between(2, 3), "zpopmin", "zpopmax");

        // 3.7 geo, HyperLogLog
        put(
                "geoadd",
                elements(3),
                Scope.KEY,
                SortedSetRules::geoadd,
                Map.of(Lossy.REPEATED_MEMBER, SortedSetRules::isUnclearGeoadd));
        doubtful("pfadd", atLeast(2), Scope.KEY, HyperLogLogRules::pfadd, Lossy.HYPERLOGLOG);
    }

    private void ofSeveralKeys() {
        put("del", atLeast(2), Scope.EACH_KEY, SeveralKeysRules::del, Map.of());
        put("mset", Arity.pairs(), Scope.EACH_KEY, SeveralKeysRules::mset, Map.of());
        keys("msetnx", Arity.pairs(), Scope.keys(SeveralKeysRules::msetnxKeys));
        keys("rpoplpush", exactly(3), Scope.keys(SeveralKeysRules::sourceAndDestination));
        keys("smove", exactly(4), Scope.keys(SeveralKeysRules::sourceAndDestination));
        for (String name : List.of("sunionstore", "sinterstore", "sdiffstore")) {
            keys(name, atLeast(3), Scope.keys(SeveralKeysRules::all));
        }
        for (String name : List.of("zunionstore", "zinterstore")) {
            keys(name, atLeast(4), Scope.keys(SeveralKeysRules::zstoreKeys));
        }
        put("bitop", atLeast(4), Scope.keys(SeveralKeysRules::bitopKeys), SeveralKeysRules::bitop, Map.of());
        doubtful(
                "pfmerge", atLeast(3), Scope.keys(SeveralKeysRules::all), SeveralKeysRules::pfmerge, Lossy.HYPERLOGLOG);
    }

    private void ofTheWholeDb(BinlogDialect dialect) {
        // 3.9, and what changes nothing
        put("flushdb", between(1, 2), Scope.DATABASE, DatabaseRules::flushdb, Map.of());
        put("flushall", exactly(1), Scope.DATABASE, DatabaseRules::flushall, Map.of());
        Arity pattern = exactly(dialect.hasOneKeySpace() ? 2 : 3);
        put("pkpatternmatchdel", pattern, Scope.DATABASE, DatabaseRules::patternDelete, Map.of());
        ignore("padding", "dummy", "clearreplicationid", "clearcache", "slotsmgrt-exec-wrapper", "exec");
    }

    private void key(String name, Arity arity, Rewrite rewrite) {
        put(name, arity, Scope.KEY, rewrite, Map.of());
    }

    private void raw(Arity arity, String... names) {
        Arrays.stream(names).forEach(name -> key(name, arity, Rewrite.RAW));
    }

    private void keys(String name, Arity arity, Scope scope) {
        put(name, arity, scope, Rewrite.RAW, Map.of());
    }

    private void doubtful(String name, Arity arity, Scope scope, Rewrite rewrite, Lossy doubt) {
        put(name, arity, scope, rewrite, Map.of(doubt, logged -> true));
    }

    private void ignore(String... names) {
        Arrays.stream(names).forEach(name -> put(name, Arity.ANY, Scope.DATABASE, Rewrite.IGNORE, Map.of()));
    }

    private void put(
            String name, Arity arity, Scope scope, Rewrite rewrite, Map<Lossy, Predicate<LoggedCommand>> lossy) {
        rows.put(name, new Row(arity, scope, rewrite, lossy));
    }
}
