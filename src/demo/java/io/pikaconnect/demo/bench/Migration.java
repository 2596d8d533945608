package io.pikaconnect.demo.bench;

import java.util.List;
import java.util.Locale;

/**
 * One migration from its start until Redis had the last key.
 *
 * @param name who did it
 * @param keys that were to be copied
 * @param seconds from the start of the command, or of the deployment of the connectors, until Redis had the last key
 * @param copied how many keys Redis has
 * @param compared how many of them were compared
 * @param differences a text for each of those that differ
 * @param cpu who used how much CPU, for a person to read
 */
record Migration(
        String name, long keys, double seconds, long copied, int compared, List<String> differences, String cpu) {

    private static final int SHOWN = 3;

    double perSecond() {
        return keys / seconds;
    }

    /** As far as is known. */
    boolean isRight() {
        return copied == keys && differences.isEmpty();
    }

    /** Whether all is right, or what is not. */
    String verdict() {
        if (copied != keys) {
            return String.format(Locale.ROOT, "WRONG: %,d keys of %,d", copied, keys);
        } else if (!differences.isEmpty()) {
            return String.format(
                    Locale.ROOT,
                    "WRONG: of %,d keys compared, %,d differ, such as%n      %s",
                    compared,
                    differences.size(),
                    String.join("\n      ", differences.subList(0, Math.min(SHOWN, differences.size()))));
        }
        return String.format(Locale.ROOT, "%,d keys compared, all equal", compared);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%-26s %7.1f s %,10.0f keys/s   CPU a key: %s%n   %s",
                name,
                seconds,
                perSecond(),
                cpu,
                verdict());
    }
}
