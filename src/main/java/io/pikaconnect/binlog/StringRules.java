package io.pikaconnect.binlog;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Operation;
import io.pikaconnect.change.Resp;
import java.util.Arrays;
import java.util.List;

/** Rules for strings and deadlines: T-SETOPT, T-VX, T-PKSETEXAT, T-EXPIREAT, T-SETBIT, T-SETRANGE. */
final class StringRules {

    /** Above this the number of a pksetexat means milliseconds (binlog-commands 12.3). */
    private static final long MOST_SECONDS = 100_000_000_000L;

    private static final byte[] PKSETEXAT = Resp.bytes("pksetexat");
    private static final byte[] EXPIREAT = Resp.bytes("expireat");

    private StringRules() {}

    static List<Command> set(LoggedCommand set) {
        if (set.size() == 3) {
            return Rewrite.RAW.apply(set);
        }
        SetOptions options = SetOptions.of(set);
        byte[] key = set.key();
        byte[] value = set.arg(2);
        return switch (options.condition()) {
            case "" -> withDeadline(Command.of("SET", key, value), key, options.deadline());
            case "VX" ->
                List.of(Command.of(Operation.SET, key, value, "VX", options.deadline(), set.arg(options.old())));
            default ->
                List.of(
                        options.deadline() == LoggedDeadline.NONE
                                ? Command.of("SET", key, value, options.condition())
                                : Command.of(Operation.SET, key, value, options.condition(), options.deadline()));
        };
    }

    static List<Command> delvx(LoggedCommand delvx) {
        return List.of(Command.of(Operation.DELVX, delvx.key(), delvx.arg(2)));
    }

    /**
     * 3.5.5 and later log INCR and APPEND as a pksetexat without a deadline, in lower case, and the master keeps the
     * deadline (binlog-commands 12.1); in another letter case, and before 3.5.5, a client sent the pksetexat, and the
     * master removes the deadline.
     */
    static List<Command> pksetexat(LoggedCommand set) {
        long time = set.number(2);
        byte[] key = set.key();
        byte[] value = set.arg(3);
        if (time < 0) {
            return List.of(Command.of("DEL", key));
        }
        if (time > 0) {
            boolean millis = time > MOST_SECONDS && !set.dialect().cutsSeconds();
            long deadline = millis ? LoggedDeadline.ofMillis(time) : LoggedDeadline.ofPksetexat(time, set.dialect());
            return withDeadline(Command.of("SET", key, value), key, deadline);
        }
        if (!set.dialect().logsValues() || !Arrays.equals(set.arg(0), PKSETEXAT)) {
            return List.of(Command.of("SET", key, value));
        }
        if (value.length == 0 && set.dialect().losesAppends()) {
            set.count("append.lost");
        }
        return List.of(Command.of("SET", key, value, "KEEPTTL"));
    }

    /**
     * Masters log EXPIRE with 0 and PEXPIRE with less than a second in lower case, with the second of the execution:
     * the key is deleted at once. In another letter case a client sent it, and the key lives through that second.
     */
    static List<Command> expireat(LoggedCommand expireat) {
        if (expireat.number(2) == expireat.second() && Arrays.equals(expireat.arg(0), EXPIREAT)) {
            return List.of(Command.of("DEL", expireat.key()));
        }
        return List.of(LoggedDeadline.command(
                expireat.key(), LoggedDeadline.ofSecond(expireat.number(2), expireat.dialect())));
    }

    static List<Command> pexpireat(LoggedCommand pexpireat) {
        return List.of(LoggedDeadline.command(pexpireat.key(), LoggedDeadline.ofMillis(pexpireat.number(2))));
    }

    static List<Command> setbit(LoggedCommand setbit) {
        if (setbit.dialect().dropsDeadlinesOfRanges()) {
            return List.of(Command.of(Operation.SETBIT, setbit.key(), setbit.arg(2), setbit.number(3)));
        }
        return setbit.number(3) == 0
                ? List.of(Command.of(Operation.SETBIT0, setbit.key(), setbit.arg(2)))
                : Rewrite.RAW.apply(setbit);
    }

    static List<Command> setrange(LoggedCommand setrange) {
        byte[] key = setrange.key();
        byte[] value = setrange.arg(3);
        boolean dropsDeadline = setrange.dialect().dropsDeadlinesOfRanges();
        if (dropsDeadline && value.length == 0 && setrange.number(2) == 0) {
            return List.of(Command.of("SET", key, value)); // the previous value and deadline are replaced
        }
        if (dropsDeadline) {
            return List.of(Command.of(Operation.SETRANGE, key, setrange.arg(2), value, "PERSIST"));
        }
        return value.length == 0 || hasNul(value)
                ? List.of(Command.of(Operation.SETRANGE, key, setrange.arg(2), value))
                : Rewrite.RAW.apply(setrange);
    }

    private static boolean hasNul(byte[] value) {
        for (byte b : value) {
            if (b == 0) {
                return true;
            }
        }
        return false;
    }

    private static List<Command> withDeadline(Command set, byte[] key, long deadline) {
        return deadline == LoggedDeadline.NONE ? List.of(set) : List.of(set, LoggedDeadline.command(key, deadline));
    }
}
