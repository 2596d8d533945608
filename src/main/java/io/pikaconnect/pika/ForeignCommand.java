package io.pikaconnect.pika;

import java.util.Optional;

/**
 * Commands that development branches of Pika log, and no release that is known. Leaving one out would lose what later
 * commands build on.
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
                    "it took files into the master's data past the binlog, which therefore does not hold them."
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
