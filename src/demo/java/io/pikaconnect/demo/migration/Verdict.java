package io.pikaconnect.demo.migration;

import java.util.List;

/**
 * What a comparison found.
 *
 * @param keys compared
 * @param expired keys that ended in Pika and that Redis still keeps for a while, as it does until the cut-over
 * @param differences how many keys differ
 * @param examples the first of them, for a person to read
 */
record Verdict(long keys, long expired, long differences, List<String> examples) {

    boolean isEqual() {
        return differences == 0;
    }

    @Override
    public String toString() {
        String kept =
                expired == 0 ? "" : String.format(" %,d more have expired in Pika and soon will in Redis.", expired);
        return isEqual()
                ? String.format("EQUAL: all %,d keys have the same type, value and deadline on both sides.", keys)
                        + kept
                : String.format("DIFFERENT: %,d of %,d keys.", differences, keys) + kept + "\n  "
                        + String.join("\n  ", examples);
    }
}
