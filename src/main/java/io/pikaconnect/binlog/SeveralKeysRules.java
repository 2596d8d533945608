package io.pikaconnect.binlog;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Operation;
import io.pikaconnect.change.Resp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Rules for commands over several keys, which 3.2 to 3.4 log as they came: T-XKEY, T-BITOP (binlog-commands 6). */
final class SeveralKeysRules {

    private SeveralKeysRules() {}

    /** DEL of several keys; one of one key stays the very command. */
    static List<Command> del(Logged del) {
        return del.size() == 2
                ? Rule.RAW.apply(del)
                : keysFrom(del, 1, 1).stream()
                        .map(key -> Command.of(del.arg(0), key))
                        .toList();
    }

    static List<Command> mset(Logged mset) {
        List<Command> sets = new ArrayList<>();
        for (int i = 1; i < mset.size(); i += 2) {
            sets.add(Command.of("SET", mset.arg(i), mset.arg(i + 1)));
        }
        return sets;
    }

    static List<Command> bitop(Logged bitop) {
        List<byte[]> args = new ArrayList<>();
        args.add(Resp.bytes(Operation.BITOP));
        args.add(bitop.arg(1));
        args.addAll(bitopKeys(bitop));
        return List.of(new Command(args));
    }

    /** Pika writes the merged value anew, without a deadline; Redis keeps the destination's. */
    static List<Command> pfmerge(Logged merge) {
        return List.of(merge.command(), Command.of("PERSIST", merge.key()));
    }

    /** All arguments behind the name. */
    static List<byte[]> all(Logged logged) {
        return keysFrom(logged, 1, 1);
    }

    static List<byte[]> msetnxKeys(Logged msetnx) {
        return keysFrom(msetnx, 1, 2);
    }

    /**
     * The destination, then the sources; the first argument is the operation. These masters take the names as C does, up
     * to the first NUL byte, and log them whole: seen on 3.2.0, where the result lies under the short name.
     */
    static List<byte[]> bitopKeys(Logged bitop) {
        return keysFrom(bitop, 2, 1).stream().map(SeveralKeysRules::upToNul).toList();
    }

    private static byte[] upToNul(byte[] key) {
        for (int i = 0; i < key.length; i++) {
            if (key[i] == 0) {
                return Arrays.copyOf(key, i);
            }
        }
        return key;
    }

    /** {@code SMOVE source destination member}, {@code RPOPLPUSH source destination}. */
    static List<byte[]> sourceAndDestination(Logged move) {
        return List.of(move.arg(1), move.arg(2));
    }

    /** {@code ZUNIONSTORE destination n key… [WEIGHTS …] [AGGREGATE …]}. */
    static List<byte[]> zstoreKeys(Logged store) {
        long n = store.number(2);
        if (n < 1 || n > store.size() - 3) {
            throw new IllegalArgumentException(
                    "it announces " + n + " keys and has " + (store.size() - 3) + " arguments behind that number");
        }
        List<byte[]> keys = new ArrayList<>();
        keys.add(store.key());
        keys.addAll(store.command().args().subList(3, 3 + (int) n));
        return Collections.unmodifiableList(keys);
    }

    private static List<byte[]> keysFrom(Logged logged, int first, int step) {
        List<byte[]> keys = new ArrayList<>();
        for (int i = first; i < logged.size(); i += step) {
            keys.add(logged.arg(i));
        }
        return keys;
    }
}
