package io.pikaconnect.binlog;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.LazyList;
import io.pikaconnect.change.Operation;
import io.pikaconnect.change.Resp;
import java.util.Arrays;
import java.util.List;

/** Rules for commands over several keys, which 3.2 to 3.4 log as received: T-XKEY, T-BITOP (binlog-commands 6). */
final class SeveralKeysRules {

    private SeveralKeysRules() {}

    /** DEL of several keys; a DEL of one key stays as it is. */
    static List<Command> del(LoggedCommand del) {
        return del.size() == 2
                ? Rewrite.RAW.apply(del)
                : LazyList.of(del.size() - 1, i -> Command.of(del.arg(0), del.arg(1 + i)));
    }

    static List<Command> mset(LoggedCommand mset) {
        return LazyList.of((mset.size() - 1) / 2, i -> Command.of("SET", mset.arg(1 + 2 * i), mset.arg(2 + 2 * i)));
    }

    static List<Command> bitop(LoggedCommand bitop) {
        List<byte[]> keys = bitopKeys(bitop);
        return List.of(new Command(LazyList.of(
                2 + keys.size(), i -> i == 0 ? Resp.bytes(Operation.BITOP) : i == 1 ? bitop.arg(1) : keys.get(i - 2))));
    }

    /** Pika writes the merged value again, without a deadline; Redis keeps the destination's. */
    static List<Command> pfmerge(LoggedCommand merge) {
        return List.of(merge.command(), Command.of("PERSIST", merge.key()));
    }

    /** All arguments after the name. */
    static List<byte[]> all(LoggedCommand logged) {
        return keysFrom(logged, 1, 1);
    }

    static List<byte[]> msetnxKeys(LoggedCommand msetnx) {
        return keysFrom(msetnx, 1, 2);
    }

    /**
     * The destination, then the sources; the first argument is the operation. These masters take the keys as C strings,
     * up to the first NUL byte, and log them whole: observed on 3.2.0, where the result has the short key.
     */
    static List<byte[]> bitopKeys(LoggedCommand bitop) {
        return LazyList.of(bitop.size() - 2, i -> upToNul(bitop.arg(2 + i)));
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
    static List<byte[]> sourceAndDestination(LoggedCommand move) {
        return List.of(move.arg(1), move.arg(2));
    }

    /** {@code ZUNIONSTORE destination n key… [WEIGHTS …] [AGGREGATE …]}. */
    static List<byte[]> zstoreKeys(LoggedCommand store) {
        long n = store.number(2);
        if (n < 1 || n > store.size() - 3) {
            throw new IllegalArgumentException(
                    "it announces " + n + " keys and has " + (store.size() - 3) + " arguments after that number");
        }
        return LazyList.of(1 + (int) n, i -> i == 0 ? store.key() : store.arg(2 + i));
    }

    private static List<byte[]> keysFrom(LoggedCommand logged, int first, int step) {
        return LazyList.of((logged.size() - first + step - 1) / step, i -> logged.arg(first + i * step));
    }
}
