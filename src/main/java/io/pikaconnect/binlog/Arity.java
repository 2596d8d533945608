package io.pikaconnect.binlog;

/**
 * How many arguments a command has, its name counted.
 *
 * @param head how many stand before the first element: name and key, mostly
 * @param width how many arguments make one element
 */
record Arity(int min, int max, int head, int width) {

    static final Arity ANY = atLeast(1);

    static Arity exactly(int n) {
        return new Arity(n, n, 2, 1);
    }

    static Arity between(int min, int max) {
        return new Arity(min, max, 2, 1);
    }

    static Arity atLeast(int n) {
        return new Arity(n, Integer.MAX_VALUE, 2, 1);
    }

    /** Name, key, then one element or more, of {@code width} arguments each. */
    static Arity elements(int width) {
        return new Arity(2 + width, Integer.MAX_VALUE, 2, width);
    }

    /** Name, then a key and a value, once or more. */
    static Arity pairs() {
        return new Arity(3, Integer.MAX_VALUE, 1, 2);
    }

    boolean fits(int size) {
        return size >= min && size <= max && (size - head) % width == 0;
    }

    @Override
    public String toString() {
        String count =
                min == max ? String.valueOf(min) : max == Integer.MAX_VALUE ? min + " or more" : min + " to " + max;
        return count + " arguments, its name counted"
                + (width == 1 ? "" : ", and behind the " + (head == 1 ? "name " : "key ") + width + " to an element");
    }
}
