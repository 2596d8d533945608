package io.pikaconnect.change;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.RandomAccess;

/**
 * The arguments of a command where they lie in the bytes that were read: an array of its own is made of an argument only when
 * it is asked for, and again at each call.
 */
public final class Slices extends AbstractList<byte[]> implements RandomAccess {

    private final byte[] bytes;

    /** Begin and end of each argument. */
    private final int[] places;

    Slices(byte[] bytes, int[] places) {
        this.bytes = bytes;
        this.places = places;
    }

    /** The bytes that all arguments lie in; never written to. */
    public byte[] bytes() {
        return bytes;
    }

    /** Where in {@link #bytes} an argument begins. */
    public int begin(int index) {
        return places[2 * index];
    }

    /** Where it ends. */
    public int end(int index) {
        return places[2 * index + 1];
    }

    public int length(int index) {
        return places[2 * index + 1] - places[2 * index];
    }

    @Override
    public byte[] get(int index) {
        return Arrays.copyOfRange(bytes, begin(index), end(index));
    }

    @Override
    public int size() {
        return places.length / 2;
    }
}
