package io.pikaconnect.source;

import io.pikaconnect.binlog.CommandGroup;
import io.pikaconnect.replication.PikaVersion;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** In which form a master's version logs its commands. */
final class Dialect {

    private Dialect() {}

    /**
     * The one form that all releases have which the master may be.
     *
     * @throws IllegalArgumentException if they have several, or one of them has none that is known
     */
    static CommandGroup of(PikaVersion version) {
        Set<CommandGroup> possible = possible(version);
        if (possible.size() > 1) {
            throw new IllegalArgumentException("the master is a Pika " + version
                    + ", but which one it does not tell, and its binlog means different things from one to the other: set"
                    + " pika.version to " + choice(version.releases()));
        }
        return possible.iterator().next();
    }

    /** Whether the master may log in that form. */
    static boolean isPossible(PikaVersion version, CommandGroup group) {
        return possible(version).contains(group);
    }

    private static Set<CommandGroup> possible(PikaVersion version) {
        Set<CommandGroup> groups = EnumSet.noneOf(CommandGroup.class);
        version.releases().forEach(r -> groups.add(CommandGroup.of(r.text())));
        return groups;
    }

    private static String choice(List<PikaVersion> releases) {
        String all = releases.stream().map(PikaVersion::text).collect(Collectors.joining(", "));
        int last = all.lastIndexOf(", ");
        return last < 0 ? all : all.substring(0, last) + " or " + all.substring(last + 2);
    }
}
