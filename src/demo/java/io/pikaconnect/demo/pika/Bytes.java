package io.pikaconnect.demo.pika;

import io.pikaconnect.change.Escaped;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes with an equality and an order, which is that of RocksDB; they are never written to. */
public record Bytes(byte[] array) implements Comparable<Bytes> {

    public static Bytes of(String text) {
        return new Bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int compareTo(Bytes o) {
        return Arrays.compareUnsigned(array, o.array);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Bytes b && Arrays.equals(array, b.array);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(array);
    }

    @Override
    public String toString() {
        return Escaped.text(array);
    }
}
