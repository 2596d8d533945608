package io.pikaconnect.tool.verify;

import io.pikaconnect.tool.Words;
import java.util.List;

/**
 * What a comparison found.
 *
 * @param keys compared
 * @param expired keys that ended in Pika and that Redis still keeps for a while, as it does until the cut-over
 * @param differences how many keys differ
 * @param examples the first of them, for a person to read
 */
public record Verdict(long keys, long expired, long differences, List<String> examples) {

    public boolean isEqual() {
        return differences == 0;
    }

    @Override
    public String toString() {
        String kept = expired == 0
                ? ""
                : " " + Words.count(expired) + " more have expired in Pika and will soon expire in Redis.";
        return isEqual()
                ? "EQUAL: all " + Words.count(keys) + " keys have the same type, value and deadline on both sides."
                        + kept
                : "DIFFERENT: " + Words.count(differences) + " of " + Words.count(keys) + " keys." + kept + "\n  "
                        + String.join("\n  ", examples);
    }
}
