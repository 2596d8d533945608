package io.pikaconnect.demo.pika;

import io.pikaconnect.change.Resp;
import io.pikaconnect.demo.pika.Keyspace.Held;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Commands on strings (binlog-commands 3.1). */
final class StringCommands {

    private static final byte[] EMPTY = {};
    private static final MathContext DIGITS = new MathContext(17);
    private static final long LAST_SECOND = Integer.MAX_VALUE;

    private StringCommands() {}

    static void addTo(CommandTable table) {
        table.read("get", 2, c -> Replies.bulk(strings(c).get(c.key())));
        table.read("mget", -2, StringCommands::mget);
        table.read("strlen", 2, c -> new Reply.Number(strings(c).get(c.key()).orElse(EMPTY).length));
        table.own("set", -3, StringCommands::set);
        table.own("setnx", 3, StringCommands::setnx);
        table.own("setex", 4, c -> setex(c, c.number(2) * 1000));
        table.own("psetex", 4, c -> setex(c, c.number(2)));
        table.raw("pksetexat", 4, StringCommands::pksetexat);
        table.raw("getset", 3, StringCommands::getset);
        table.own("append", 3, StringCommands::append);
        table.own("incr", 2, c -> add(c, 1, c.release().logsValues()));
        table.own("incrby", 3, c -> add(c, c.number(2), c.release().logsValues()));
        table.own("decr", 2, c -> add(c, -1, false));
        table.own("decrby", 3, c -> add(c, Math.negateExact(c.number(2)), false));
        table.own("incrbyfloat", 3, StringCommands::incrbyfloat);
        table.raw("setrange", 4, StringCommands::setrange);
        table.own("mset", -3, StringCommands::mset);
        table.own("msetnx", -3, StringCommands::msetnx);
        table.raw("delvx", 3, StringCommands::delvx);
    }

    private static Keyspace<byte[]> strings(Call call) {
        return call.store().only(call.store().strings, call.key());
    }

    private static Reply mget(Call call) {
        return new Reply.Many(call.keysFrom(1).stream()
                .map(k -> Replies.bulk(call.store().strings.get(k)))
                .toList());
    }

    /** A time to live in ms as the release keeps it: counted in seconds up to 4.0.0, and then none where it is below one. */
    private static void deadline(Call call, Held<byte[]> held, long ttlMs) {
        if (call.release().keepsMillis()) {
            held.deadline(call.store().now() + ttlMs);
        } else if (ttlMs >= 1000) {
            held.deadline(call.endOf(call.store().second() + ttlMs / 1000));
        }
    }

    private static Reply set(Call call) {
        String condition = "";
        byte[] old = EMPTY;
        Optional<Long> ttl = Optional.empty();
        boolean inSeconds = true;
        for (int i = 3; i < call.size(); i++) {
            String option = call.upper(i);
            if (option.equals("NX") || option.equals("XX")) {
                condition = option;
                continue;
            }
            if (++i == call.size()) {
                throw Failed.syntax();
            }
            switch (option) {
                case "VX" -> {
                    condition = option;
                    old = call.arg(i);
                }
                case "EX", "PX" -> {
                    inSeconds = option.equals("EX");
                    ttl = Optional.of(call.number(i) * (inSeconds ? 1000 : 1));
                }
                default -> throw Failed.syntax();
            }
        }
        if (ttl.isPresent() && ttl.get() <= 0) {
            throw Failed.because("invalid expire time");
        }
        if (condition.isEmpty() && ttl.isPresent()) {
            return setex(call, ttl.get(), inSeconds);
        }
        Optional<byte[]> now = (condition.equals("NX") ? call.store().strings : strings(call)).get(call.key());
        boolean sets = switch (condition) {
            case "NX" -> call.release().hasOneType() ? !exists(call, call.key()) : now.isEmpty();
            case "XX" -> now.isPresent();
            case "VX" -> {
                byte[] wanted = old;
                yield now.filter(v -> Arrays.equals(v, wanted)).isPresent();
            }
            default -> true;
        };
        if (sets) {
            Held<byte[]> held = call.store().setString(call.key(), call.arg(2));
            ttl.ifPresent(ms -> deadline(call, held, ms));
        }
        call.logRaw();
        return condition.equals("VX") ? Reply.of(sets) : sets ? Reply.OK : Reply.NIL;
    }

    static boolean exists(Call call, Bytes key) {
        return call.store().byType().values().stream().anyMatch(space -> space.isLive(key));
    }

    private static Reply setnx(Call call) {
        boolean sets = call.release().hasOneType()
                ? !exists(call, call.key())
                : !call.store().strings.isLive(call.key());
        if (sets) {
            call.store().setString(call.key(), call.arg(2));
        }
        if (call.release().logsSetnx()) {
            call.log("setnx", call.arg(1), call.arg(2));
        } else if (sets) {
            call.log("set", call.arg(1), call.arg(2));
        }
        return Reply.of(sets);
    }

    private static Reply setex(Call call, long ttlMs) {
        return setex(call, ttlMs, !call.text(0).toLowerCase(Locale.ROOT).startsWith("p"));
    }

    /** @param inSeconds the client gave seconds; then the item holds seconds, too */
    private static Reply setex(Call call, long ttlMs, boolean inSeconds) {
        boolean millis = call.release().keepsMillis();
        if (ttlMs < (millis ? 1 : 1000)) {
            throw Failed.because("invalid expire time in '" + call.text(0) + "' command");
        }
        byte[] value = call.arg(call.upper(0).equals("SET") ? 2 : 3);
        Held<byte[]> held = call.store().setString(call.key(), value);
        deadline(call, held, ttlMs);
        boolean isSet = call.upper(0).equals("SET");
        long at = millis && !inSeconds && !isSet
                ? (call.store().now() + ttlMs) / (call.release().logsMillisOfPsetex() ? 1 : 1000)
                : call.store().second() + ttlMs / 1000;
        call.log("pksetexat", call.arg(1), at, value);
        return Reply.OK;
    }

    private static Reply pksetexat(Call call) {
        long second = call.number(2);
        if (second >= LAST_SECOND) {
            throw Failed.because("value is not an integer or out of range");
        }
        Held<byte[]> held = call.store().setString(call.key(), call.arg(3));
        if (second != 0) {
            held.deadline(call.release().cutsMillisOfPksetexat() ? 1 : Math.max(1, call.endOf(second)));
        }
        return Reply.OK;
    }

    private static Reply getset(Call call) {
        Optional<byte[]> old = strings(call).get(call.key());
        call.store().setString(call.key(), call.arg(2));
        return old.filter(v -> v.length > 0).map(v -> (Reply) new Reply.Bulk(v)).orElse(Reply.NIL);
    }

    /**
     * Whole values are logged without a deadline up to 3.5, although the master keeps it (binlog-commands 12.1).
     *
     * @param knows whether it is logged with its deadline
     */
    private static void logValue(Call call, Held<byte[]> held, byte[] value, boolean knows) {
        long second = knows && held.deadline() != Keyspace.NEVER ? held.deadline() / 1000 : 0;
        call.log("pksetexat", call.arg(1), second, value);
    }

    private static Reply append(Call call) {
        Keyspace<byte[]> strings = strings(call);
        boolean isNew = !strings.isLive(call.key());
        Held<byte[]> held = strings.orNew(call.key(), () -> EMPTY);
        byte[] added = call.arg(2);
        byte[] value = Arrays.copyOf(held.value(), held.value().length + added.length);
        System.arraycopy(added, 0, value, held.value().length, added.length);
        held.replace(value);
        if (!call.release().logsValues()) {
            call.logRaw();
        } else {
            boolean loses = isNew && !call.release().logsFirstAppend(); // 12.2
            logValue(call, held, loses ? EMPTY : value, call.release().logsDeadlineOfAppend());
        }
        return new Reply.Number(value.length);
    }

    private static Reply add(Call call, long by, boolean logsValue) {
        Keyspace<byte[]> strings = strings(call);
        byte[] old = strings.get(call.key()).orElse(EMPTY);
        long sum;
        try {
            sum = Math.addExact(Call.number(old), by);
        } catch (ArithmeticException e) {
            throw Failed.because("increment or decrement would overflow");
        }
        counted(call, Resp.bytes(Long.toString(sum)), logsValue);
        return new Reply.Number(sum);
    }

    private static Reply incrbyfloat(Call call) {
        BigDecimal old = strings(call).get(call.key()).map(Call::decimal).orElse(BigDecimal.ZERO);
        byte[] sum = Resp.bytes(plain(old.add(Call.decimal(call.arg(2)))));
        counted(call, sum, call.release().logsValues());
        return new Reply.Bulk(sum);
    }

    private static void counted(Call call, byte[] value, boolean logsValue) {
        Held<byte[]> held = call.store().strings.orNew(call.key(), () -> EMPTY);
        held.replace(value);
        if (call.release().logsCountersAsSet()) {
            call.log("set", call.arg(1), value);
        } else if (logsValue) {
            logValue(call, held, value, call.release().keepsMillis());
        } else {
            call.logRaw();
        }
    }

    /** A number as the servers print it: 17 digits, no exponent, no zeros at the end. */
    static String plain(BigDecimal number) {
        BigDecimal shown = number.round(DIGITS).stripTrailingZeros();
        return shown.signum() == 0 ? "0" : shown.toPlainString();
    }

    /** The value is cut at its first zero byte, and the bytes of its whole length are replaced (binlog-commands 7.2). */
    private static Reply setrange(Call call) {
        long at = call.number(2);
        if (at < 0 || at > 512L * 1024 * 1024) {
            throw Failed.because("offset is out of range");
        }
        int offset = (int) at;
        byte[] value = call.arg(3);
        Held<byte[]> held = strings(call).orNew(call.key(), () -> EMPTY);
        byte[] old = held.value();
        int cut = 0;
        while (cut < value.length && value[cut] != 0) {
            cut++;
        }
        boolean keeps = call.release().keepsDeadlinesOfRanges();
        boolean empties = !keeps && offset == 0 && value.length == 0;
        int tail = empties ? 0 : Math.max(0, old.length - offset - value.length);
        byte[] changed = new byte[offset + cut + tail];
        System.arraycopy(old, 0, changed, 0, Math.min(offset, old.length));
        System.arraycopy(value, 0, changed, offset, cut);
        System.arraycopy(old, old.length - tail, changed, offset + cut, tail);
        held.replace(changed);
        if (!keeps) {
            held.deadline(Keyspace.NEVER);
        }
        return new Reply.Number(changed.length);
    }

    private static void pairs(Call call) {
        if (call.size() % 2 == 0) {
            throw Failed.because("wrong number of arguments for '" + call.text(0) + "' command");
        }
    }

    private static void setAll(Call call) {
        for (int i = 1; i < call.size(); i += 2) {
            call.store().setString(call.key(i), call.arg(i + 1));
            if (call.release().logsPieces()) {
                call.log("set", call.arg(i), call.arg(i + 1));
            }
        }
    }

    private static Reply mset(Call call) {
        pairs(call);
        setAll(call);
        if (!call.release().logsPieces()) {
            call.logRaw();
        }
        return Reply.OK;
    }

    private static Reply msetnx(Call call) {
        pairs(call);
        List<Bytes> keys = new ArrayList<>();
        for (int i = 1; i < call.size(); i += 2) {
            keys.add(call.key(i));
        }
        boolean sets = keys.stream()
                .noneMatch(k -> call.release().hasOneType()
                        ? exists(call, k)
                        : call.store().strings.isLive(k));
        if (sets) {
            setAll(call);
        }
        if (!call.release().logsPieces()) {
            call.logRaw();
        }
        return Reply.of(sets);
    }

    private static Reply delvx(Call call) {
        Optional<byte[]> now = strings(call).get(call.key());
        boolean deletes = now.filter(v -> Arrays.equals(v, call.arg(2))).isPresent();
        if (deletes) {
            call.store().strings.remove(call.key());
        }
        return new Reply.Number(deletes ? 1 : now.isPresent() ? -1 : 0);
    }
}
