package io.pikaconnect.binlog;

import static io.pikaconnect.binlog.Shape.atLeast;
import static io.pikaconnect.binlog.Shape.between;
import static io.pikaconnect.binlog.Shape.elements;
import static io.pikaconnect.binlog.Shape.exactly;

import io.pikaconnect.change.Change;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.LazyList;
import io.pikaconnect.change.Operation;
import io.pikaconnect.change.Resp;
import io.pikaconnect.pika.BinlogDialect;
import io.pikaconnect.pika.HyperLogLog;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Every command that the binlog of a group of versions can hold, in the form it has there, with its shape and rule
 * (binlog-commands 3).
 *
 * <p>What is logged in another form only is missing here: SETEX and EXPIRE in all versions; from 3.5 on MSET, RPOPLPUSH,
 * SMOVE, BITOP, SUNIONSTORE …
 */
final class CommandTable {

    /** @param doubts what is doubtful about a command, if anything */
    record Row(Shape shape, Reach reach, Rule rule, Map<Doubt, Predicate<Logged>> doubts) {

        /**
         * What it changes, in order; nothing, if its rule gives nothing.
         *
         * @throws IllegalArgumentException when an argument is not what Pika would have logged
         */
        List<Change> changes(Logged logged) {
            List<Command> commands = rule.apply(logged);
            return commands.isEmpty() ? List.of() : reach.changes(logged, commands);
        }

        /**
         * @throws IllegalArgumentException when the number of arguments is wrong
         */
        void check(Logged logged) {
            if (!shape.fits(logged.size())) {
                throw new IllegalArgumentException(
                        "it has " + logged.size() + " arguments, but this command takes " + shape);
            }
        }

        Optional<Doubt> doubt(Logged logged) {
            return doubts.entrySet().stream()
                    .filter(d -> d.getValue().test(logged))
                    .map(Map.Entry::getKey)
                    .findFirst();
        }
    }

    private static final Map<BinlogDialect, CommandTable> TABLES = new EnumMap<>(BinlogDialect.class);

    static {
        for (BinlogDialect group : BinlogDialect.values()) {
            TABLES.put(group, new CommandTable(group));
        }
    }

    private final Map<String, Row> rows = new HashMap<>();

    private CommandTable(BinlogDialect group) {
        ofOneKey(group);
        ofTheWholeDb(group);
        if (group.logsSeveralKeys()) {
            ofSeveralKeys();
        } else {
            raw(exactly(2), "del", "unlink");
            // 3.8 streams
            key("xadd", atLeast(5), StreamRules::xadd);
            key("xtrim", between(4, 5), StreamRules::xtrim);
            key("xdel", elements(1), StreamRules::xdel);
        }
        if (group.logsSpop()) {
            Shape shape = group.logsSeveralKeys() ? exactly(2) : between(2, 3);
            doubtful("spop", shape, Reach.KEY, CommandTable::spop, Doubt.SPOP);
        }
        if (group.hasOneKeySpace()) {
            ignore("sunion", "sinter", "sdiff");
        }
    }

    static CommandTable of(BinlogDialect group) {
        return TABLES.get(group);
    }

    /** @param name in lower case */
    Optional<Row> row(String name) {
        return Optional.ofNullable(rows.get(name));
    }

    private void ofOneKey(BinlogDialect group) {
        // 3.1 strings
        put("set", atLeast(3), Reach.KEY, StringRules::set, Map.of(Doubt.HYPERLOGLOG, CommandTable::isHyperLogLog));
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
        raw(group.mayLogSeveralFields() ? elements(2) : exactly(4), "hset");
        raw(exactly(4), "hsetnx", "hincrby", "hincrbyfloat");
        raw(elements(2), "hmset");
        raw(elements(1), "hdel");

        // 3.4 lists
        raw(elements(1), "lpush", "rpush", "lpushx", "rpushx");
        key("lpop", between(2, 3), CommandTable::pop);
        key("rpop", between(2, 3), CommandTable::pop);
        raw(exactly(4), "lrem", "lset", "ltrim");
        raw(exactly(5), "linsert");

        // 3.5 sets
        raw(elements(1), "sadd");
        key("srem", elements(1), CommandTable::srem);

        // 3.6 sorted sets
        put(
                "zadd",
                elements(2),
                Reach.KEY,
                SortedSetRules::zadd,
                Map.of(Doubt.REPEATED_MEMBER, SortedSetRules::isUnclearZadd));
        key("zincrby", exactly(4), SortedSetRules::zincrby);
        key("zremrangebylex", exactly(4), SortedSetRules::zremrangebylex);
        raw(elements(1), "zrem");
        raw(exactly(4), "zremrangebyrank", "zremrangebyscore");
        raw(between(2, 3), "zpopmin", "zpopmax");

        // 3.7 geo, HyperLogLog
        put(
                "geoadd",
                elements(3),
                Reach.KEY,
                SortedSetRules::geoadd,
                Map.of(Doubt.REPEATED_MEMBER, SortedSetRules::isUnclearGeoadd));
        doubtful("pfadd", atLeast(2), Reach.KEY, CommandTable::pfadd, Doubt.HYPERLOGLOG);
    }

    private void ofSeveralKeys() {
        put("del", atLeast(2), Reach.EACH_KEY, SeveralKeysRules::del, Map.of());
        put("mset", Shape.pairs(), Reach.EACH_KEY, SeveralKeysRules::mset, Map.of());
        keys("msetnx", Shape.pairs(), Reach.keys(SeveralKeysRules::msetnxKeys));
        keys("rpoplpush", exactly(3), Reach.keys(SeveralKeysRules::sourceAndDestination));
        keys("smove", exactly(4), Reach.keys(SeveralKeysRules::sourceAndDestination));
        for (String name : List.of("sunionstore", "sinterstore", "sdiffstore")) {
            keys(name, atLeast(3), Reach.keys(SeveralKeysRules::all));
        }
        for (String name : List.of("zunionstore", "zinterstore")) {
            keys(name, atLeast(4), Reach.keys(SeveralKeysRules::zstoreKeys));
        }
        put("bitop", atLeast(4), Reach.keys(SeveralKeysRules::bitopKeys), SeveralKeysRules::bitop, Map.of());
        doubtful(
                "pfmerge", atLeast(3), Reach.keys(SeveralKeysRules::all), SeveralKeysRules::pfmerge, Doubt.HYPERLOGLOG);
    }

    private void ofTheWholeDb(BinlogDialect group) {
        // 3.9, and what changes nothing
        put("flushdb", between(1, 2), Reach.DATABASE, DatabaseRules::flushdb, Map.of());
        put("flushall", exactly(1), Reach.DATABASE, DatabaseRules::flushall, Map.of());
        Shape pattern = exactly(group.hasOneKeySpace() ? 2 : 3);
        put("pkpatternmatchdel", pattern, Reach.DATABASE, DatabaseRules::patternDelete, Map.of());
        ignore("padding", "dummy", "clearreplicationid", "clearcache", "slotsmgrt-exec-wrapper", "exec");
    }

    private void key(String name, Shape shape, Rule rule) {
        put(name, shape, Reach.KEY, rule, Map.of());
    }

    private void raw(Shape shape, String... names) {
        Arrays.stream(names).forEach(name -> key(name, shape, Rule.RAW));
    }

    private void keys(String name, Shape shape, Reach reach) {
        put(name, shape, reach, Rule.RAW, Map.of());
    }

    private void doubtful(String name, Shape shape, Reach reach, Rule rule, Doubt doubt) {
        put(name, shape, reach, rule, Map.of(doubt, logged -> true));
    }

    private void ignore(String... names) {
        Arrays.stream(names).forEach(name -> put(name, Shape.ANY, Reach.DATABASE, Rule.IGNORE, Map.of()));
    }

    private void put(String name, Shape shape, Reach reach, Rule rule, Map<Doubt, Predicate<Logged>> doubts) {
        rows.put(name, new Row(shape, reach, rule, doubts));
    }

    /** T-POPN: a count of 0 pops nothing. */
    private static List<Command> pop(Logged pop) {
        return pop.size() == 3 && pop.number(2) == 0 ? List.of() : Rule.RAW.apply(pop);
    }

    /** Seen on 3.2.0 to 4.0.1: a member that is named twice is taken off the set's count twice, as Redis would not do. */
    private static List<Command> srem(Logged srem) {
        Distinct distinct = Distinct.of(srem.command().args(), 2, 1);
        if (distinct.members() == srem.size() - 2) {
            return Rule.RAW.apply(srem);
        }
        srem.count("srem.repeated");
        return List.of(new Command(LazyList.of(2 + 2 * distinct.members(), i -> {
            if (i < 2) {
                return i == 0 ? Resp.bytes(Operation.SREM) : srem.key();
            }
            int member = (i - 2) / 2;
            return i % 2 == 0
                    ? srem.arg(distinct.first()[member])
                    : Resp.bytes(Integer.toString(distinct.times()[member]));
        })));
    }

    /** T-SPOP: up to 3.4 one member, later a number of them; by the second in which the master popped. */
    private static List<Command> spop(Logged spop) {
        if (spop.group().logsSeveralKeys()) {
            return List.of(Command.of(Operation.SPOP, spop.key(), spop.second()));
        }
        long count = spop.size() == 3 ? spop.number(2) : 1;
        return count <= 0 ? List.of() : List.of(Command.of(Operation.SPOP, spop.key(), spop.second(), count));
    }

    /** T-HLL: Pika writes the value anew, without a deadline, and empties it where no element is named. */
    private static List<Command> pfadd(Logged pfadd) {
        return pfadd.size() == 2
                ? List.of(Command.of("DEL", pfadd.key()), pfadd.command())
                : List.of(pfadd.command(), Command.of("PERSIST", pfadd.key()));
    }

    /** What PFMERGE is logged as from 3.5 on. */
    private static boolean isHyperLogLog(Logged set) {
        return !set.group().logsSeveralKeys() && HyperLogLog.looksLikeOne(set.arg(2));
    }
}
