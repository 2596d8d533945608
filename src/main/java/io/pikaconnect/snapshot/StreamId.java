package io.pikaconnect.snapshot;

import io.pikaconnect.change.Resp;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The ID of a stream's entry: Unix milliseconds and a number within the millisecond, both unsigned. */
record StreamId(long ms, long sequence) implements Comparable<StreamId> {

    /** Bytes of an ID. */
    static final int LENGTH = 2 * Long.BYTES;

    static final StreamId ZERO = new StreamId(0, 0);

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** As it is in an entry's key: {@link #LENGTH} bytes, big-endian, so that bytes and IDs have one order. */
    static StreamId at(byte[] bytes, int at) {
        return new StreamId((long) LONG.get(bytes, at), (long) LONG.get(bytes, at + Long.BYTES));
    }

    byte[] text() {
        return Resp.bytes(toString());
    }

    @Override
    public int compareTo(StreamId o) {
        int c = Long.compareUnsigned(ms, o.ms);
        return c != 0 ? c : Long.compareUnsigned(sequence, o.sequence);
    }

    @Override
    public String toString() {
        return Long.toUnsignedString(ms) + "-" + Long.toUnsignedString(sequence);
    }
}
