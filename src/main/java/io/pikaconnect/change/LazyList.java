package io.pikaconnect.change;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.function.IntFunction;

/** A list whose elements are made whenever they are requested, so that of millions only those in use are in memory. */
public final class LazyList<T> extends AbstractList<T> implements RandomAccess {

    /** A list of at most this many is made at once: then each element is the same object at every call. */
    private static final int FEW = Command.MAX_ARGS;

    private final int size;
    private final IntFunction<T> element;

    private LazyList(int size, IntFunction<T> element) {
        this.size = size;
        this.element = element;
    }

    /** @param element makes the element of an index; the same for the same index, and without side effects */
    public static <T> List<T> of(int size, IntFunction<T> element) {
        if (size > FEW) {
            return new LazyList<>(size, element);
        }
        List<T> few = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            few.add(element.apply(i));
        }
        return few;
    }

    @Override
    public T get(int index) {
        return element.apply(Objects.checkIndex(index, size));
    }

    @Override
    public int size() {
        return size;
    }
}
