package io.pikaconnect.demo.pika;

import io.pikaconnect.demo.pika.Keyspace.Held;
import java.util.Arrays;
import java.util.List;

/** Commands on the bits of strings (binlog-commands 3.7). */
final class BitCommands {

    private static final byte[] EMPTY = {};

    private BitCommands() {}

    static void addTo(CommandTable table) {
        table.read("getbit", 3, BitCommands::getbit);
        table.raw("setbit", 4, BitCommands::setbit);
        table.own("bitop", -4, BitCommands::bitop);
    }

    private static long offset(Call call) {
        long offset = call.number(2);
        if (offset < 0 || offset >= call.release().bits()) {
            throw Failed.because("bit offset is not an integer or out of range");
        }
        return offset;
    }

    private static Keyspace<byte[]> strings(Call call) {
        return call.store().only(call.store().strings, call.key());
    }

    /** Its offset has no limit of the release's. */
    private static Reply getbit(Call call) {
        byte[] value = strings(call).get(call.key()).orElse(EMPTY);
        long at = call.number(2);
        if (at < 0) {
            throw Failed.because("bit offset is not an integer or out of range");
        }
        return Reply.of(at / 8 < value.length && (value[(int) (at / 8)] & mask(at)) != 0);
    }

    private static int mask(long bit) {
        return 1 << 7 - bit % 8;
    }

    /** Clearing a bit after the end changes nothing, unlike in Redis (binlog-commands 7.2). */
    private static Reply setbit(Call call) {
        long at = offset(call);
        long bit = call.number(3);
        if (bit != 0 && bit != 1) {
            throw Failed.because("bit is not an integer or out of range");
        }
        byte[] old = strings(call).get(call.key()).orElse(EMPTY);
        if (at / 8 >= old.length && bit == 0) {
            return Reply.of(false);
        }
        Held<byte[]> held = call.store().strings.orNew(call.key(), () -> EMPTY);
        int index = (int) (at / 8);
        byte[] value = Arrays.copyOf(old, Math.max(old.length, index + 1));
        boolean was = (value[index] & mask(at)) != 0;
        value[index] = (byte) (bit == 1 ? value[index] | mask(at) : value[index] & ~mask(at));
        held.replace(value);
        if (was == (bit == 0) && !call.release().keepsDeadlinesOfRanges()) {
            held.deadline(Keyspace.NEVER);
        }
        return Reply.of(was);
    }

    /** One that fails for a source of another type is logged as if its result were empty (binlog-commands 12.8). */
    private static Keyspace<byte[]> strings(Call call, Bytes source) {
        try {
            return call.store().only(call.store().strings, source);
        } catch (Failed e) {
            call.log("set", call.arg(2), EMPTY);
            throw e;
        }
    }

    private static Reply bitop(Call call) {
        String operator = call.upper(1);
        List<byte[]> sources = call.keysFrom(3).stream()
                .map(k -> strings(call, k).get(k).orElse(EMPTY))
                .toList();
        if (!List.of("AND", "OR", "XOR", "NOT").contains(operator) || operator.equals("NOT") && sources.size() != 1) {
            throw Failed.syntax();
        }
        byte[] result = new byte[sources.stream().mapToInt(s -> s.length).max().orElse(0)];
        for (int i = 0; i < result.length; i++) {
            int b = at(sources.get(0), i);
            for (byte[] source : sources.subList(1, sources.size())) {
                int other = at(source, i);
                b = operator.equals("AND") ? b & other : operator.equals("OR") ? b | other : b ^ other;
            }
            result[i] = (byte) (operator.equals("NOT") ? ~b : b);
        }
        call.store().setString(call.key(2), result);
        if (call.release().logsPieces()) {
            call.log("set", call.arg(2), result);
        } else {
            call.logRaw();
        }
        return new Reply.Number(result.length);
    }

    private static int at(byte[] bytes, int i) {
        return i < bytes.length ? bytes[i] : 0;
    }
}
