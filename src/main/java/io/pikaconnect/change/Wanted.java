package io.pikaconnect.change;

import java.util.Optional;

/**
 * The keys that become records; what is left out is counted by its reason.
 *
 * @param selection by name and type
 * @param longestName in bytes; a longer one is left out
 */
public record Wanted(Selection selection, int longestName) {

    /** The reason of keys that the selection leaves out. */
    public static final String FILTERED = "filtered";

    /** The reason of keys with too long a name. */
    public static final String LARGE_KEY = "large.key";

    /** Every key. */
    public static final Wanted ALL = new Wanted(Selection.ALL, Integer.MAX_VALUE);

    private static final Optional<String> BY_SELECTION = Optional.of(FILTERED);
    private static final Optional<String> BY_LENGTH = Optional.of(LARGE_KEY);

    public boolean isAll() {
        return isOfAllNames() && selection.types().isEmpty();
    }

    /** Whether no name is left out. */
    public boolean isOfAllNames() {
        return longestName == Integer.MAX_VALUE && selection.isOfAllNames();
    }

    /** The reason for which a name is left out; empty if it is wanted. */
    public Optional<String> leavesOut(byte[] key) {
        if (!selection.hasName(key)) {
            return BY_SELECTION;
        }
        return key.length > longestName ? BY_LENGTH : Optional.empty();
    }

    /** The same for a key of a type, one of {@link Selection#TYPES}. */
    public Optional<String> leavesOut(String type, byte[] key) {
        return selection.hasType(type) ? leavesOut(key) : BY_SELECTION;
    }
}
