package io.pikaconnect.binlog;

/**
 * How many arguments a command has, its name included.
 *
 * @param head how many precede the first element: name and key, mostly
 * @param width arguments per element
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

    /** Name, key, then at least one element of {@code width} arguments. */
    static Arity elements(int width) {
        return new Arity(2 + width, Integer.MAX_VALUE, 2, width);
    }

    /** Name, then at least one pair of key and value. */
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
        return count + " arguments, its name included"
                + (width == 1 ? "" : ", and after the " + (head == 1 ? "name " : "key ") + width + " to an element");
    }
}
