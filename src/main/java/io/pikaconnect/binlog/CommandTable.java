package io.pikaconnect.binlog;

import static io.pikaconnect.binlog.Shape.atLeast;
import static io.pikaconnect.binlog.Shape.between;
import static io.pikaconnect.binlog.Shape.elements;
import static io.pikaconnect.binlog.Shape.exactly;

import io.pikaconnect.change.Command;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every command that a Pika 3.5 binlog can hold, in the form it has there, with its shape and rule (binlog-commands 3).
 *
 * <p>What 3.5 logs in another form only (SETEX, EXPIRE, MSET, RPOPLPUSH, SMOVE, BITOP, SUNIONSTORE …) is missing here.
 */
final class CommandTable {

    /** What a command changes. */
    enum Reach {
        KEY,
        DATABASE,
        NOTHING
    }

    record Row(Shape shape, Reach reach, Rule rule) {

        /**
         * @throws IllegalArgumentException when the number of arguments is wrong
         */
        void check(Logged logged) {
            if (!shape.fits(logged.size())) {
                throw new IllegalArgumentException(
                        "it has " + logged.size() + " arguments, but this command takes " + shape);
            }
        }
    }

    /** Commands that this version of the connector cannot translate, and what they belong to. */
    enum Untranslated {
        STREAM("streams"),
        HYPERLOGLOG("HyperLogLogs"),
        SPOP("SPOP, whose members are not in the binlog");

        private final String what;

        Untranslated(String what) {
            this.what = what;
        }

        @Override
        public String toString() {
            return what;
        }
    }

    private static final Map<String, Untranslated> UNTRANSLATED = Map.of(
            "xadd", Untranslated.STREAM,
            "xtrim", Untranslated.STREAM,
            "xdel", Untranslated.STREAM,
            "pfadd", Untranslated.HYPERLOGLOG,
            "pfmerge", Untranslated.HYPERLOGLOG,
            "spop", Untranslated.SPOP);

    private static final Map<String, Row> ROWS = new CommandTable().rows;

    private final Map<String, Row> rows = new HashMap<>();

    private CommandTable() {
        // 3.1 strings
        key("set", atLeast(3), StringRules::set);
        key("pksetexat", exactly(4), StringRules::pksetexat);
        key("delvx", exactly(3), StringRules::delvx);
        key("setbit", exactly(4), StringRules::setbit);
        key("setrange", exactly(4), StringRules::setrange);
        raw(exactly(2), "incr", "decr");
        raw(exactly(3), "setnx", "getset", "append", "incrby", "incrbyfloat", "decrby");
        // 3.2 keys and deadlines
        key("expireat", exactly(3), StringRules::expireat);
        key("pexpireat", exactly(3), StringRules::pexpireat);
        raw(exactly(2), "del", "unlink", "persist");
        // 3.3 hashes
        raw(exactly(4), "hset", "hsetnx", "hincrby", "hincrbyfloat");
        raw(elements(2), "hmset");
        raw(elements(1), "hdel");
        // 3.4 lists
        raw(elements(1), "lpush", "rpush", "lpushx", "rpushx");
        key("lpop", between(2, 3), CommandTable::pop);
        key("rpop", between(2, 3), CommandTable::pop);
        raw(exactly(4), "lrem", "lset", "ltrim");
        raw(exactly(5), "linsert");
        // 3.5 sets
        raw(elements(1), "sadd", "srem");
        // 3.6 sorted sets
        key("zadd", elements(2), SortedSetRules::zadd);
        key("zincrby", exactly(4), SortedSetRules::zincrby);
        key("zremrangebylex", exactly(4), SortedSetRules::zremrangebylex);
        raw(elements(1), "zrem");
        raw(exactly(4), "zremrangebyrank", "zremrangebyscore");
        raw(between(2, 3), "zpopmin", "zpopmax");
        // 3.7 geo
        key("geoadd", elements(3), SortedSetRules::geoadd);
        // 3.9 whole db, and what changes nothing
        database("flushdb", between(1, 2), DatabaseRules::flushdb);
        database("flushall", exactly(1), DatabaseRules::flushall);
        database("pkpatternmatchdel", exactly(3), DatabaseRules::patternDelete);
        ignore("padding", "dummy", "clearreplicationid", "clearcache", "slotsmgrt-exec-wrapper", "exec");
    }

    /** @param name in lower case */
    static Optional<Row> row(String name) {
        return Optional.ofNullable(ROWS.get(name));
    }

    /** @param name in lower case */
    static Optional<Untranslated> untranslated(String name) {
        return Optional.ofNullable(UNTRANSLATED.get(name));
    }

    private void key(String name, Shape shape, Rule rule) {
        rows.put(name, new Row(shape, Reach.KEY, rule));
    }

    private void raw(Shape shape, String... names) {
        for (String name : names) {
            key(name, shape, Rule.RAW);
        }
    }

    private void database(String name, Shape shape, Rule rule) {
        rows.put(name, new Row(shape, Reach.DATABASE, rule));
    }

    private void ignore(String... names) {
        for (String name : names) {
            rows.put(name, new Row(Shape.ANY, Reach.NOTHING, Rule.IGNORE));
        }
    }

    /** T-POPN: a count of 0 pops nothing. */
    private static List<Command> pop(Logged pop) {
        return pop.size() == 3 && pop.number(2) == 0 ? List.of() : Rule.RAW.apply(pop);
    }
}
