package io.pikaconnect.pika;

import java.util.Optional;

/**
 * Commands that only development branches of Pika log, no known release. Skipping one would lose data that later
 * commands depend on.
 */
public final class ForeignCommand {

    private ForeignCommand() {}

    /**
     * Why the command cannot be replicated, if it is one of these.
     *
     * @param name in lower case
     */
    public static Optional<String> why(String name) {
        if (name.equals("manifestingest")) {
            return Optional.of(
                    "it added files to the master's data without the binlog, which therefore does not contain them."
                            + " Only a new full sync has them");
        }
        if (name.startsWith("pkh") || name.startsWith("eh")) {
            return Optional.of(
                    "it is a command on hashes with deadlines of fields (pkhash), which no release of Pika has"
                            + " and no Redis command reproduces. Keep such keys out of this Pika");
        }
        return Optional.empty();
    }
}
