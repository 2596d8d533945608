package io.pikaconnect.source;

import io.pikaconnect.binlog.CommandGroup;
import io.pikaconnect.replication.PikaVersion;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** In which form a master's version logs its commands: the one place where a version becomes a group. */
final class Dialect {

    private Dialect() {}

    /**
     * The form in which a master of that version logs, whichever release it is.
     *
     * @throws IllegalArgumentException if it depends on what is not known of the version, or no rules are known for it
     */
    static CommandGroup of(PikaVersion version) {
        try {
            return CommandGroup.of(version.text());
        } catch (IllegalArgumentException e) {
            List<PikaVersion> releases = version.releases();
            if (releases.size() == 1) {
                throw e;
            }
            throw new IllegalArgumentException(
                    "the master is a Pika " + version
                            + ", but which one it does not tell, and its binlog means different things from one to the"
                            + " other: set pika.version to " + choice(releases),
                    e);
        }
    }

    /** Whether a master of that version may log in that form, or in one that can be read with the same rules. */
    static boolean isPossible(PikaVersion version, CommandGroup group) {
        Stream<String> texts = Stream.concat(
                Stream.of(version.family().toString()),
                version.releases().stream().map(PikaVersion::text));
        return texts.map(Dialect::known).flatMap(Optional::stream).anyMatch(group::equals);
    }

    private static Optional<CommandGroup> known(String version) {
        try {
            return Optional.of(CommandGroup.of(version));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String choice(List<PikaVersion> releases) {
        String all = releases.stream().map(PikaVersion::text).collect(Collectors.joining(", "));
        int last = all.lastIndexOf(", ");
        return all.substring(0, last) + " or " + all.substring(last + 2);
    }
}
