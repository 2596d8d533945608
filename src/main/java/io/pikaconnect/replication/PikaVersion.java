package io.pikaconnect.replication;

import io.pikaconnect.replication.ReplicationProto.Response;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which release of Pika a master is, as far as it is known: {@code 3.5.5}, or only {@code 3.5}, or {@code 3.2 to 3.4}.
 * Whatever depends on the version is asked here or at its {@link #family}; where the release is not known, the answer is
 * the one that is safe for all it may be.
 *
 * @param first the earliest family it may belong to
 * @param last the latest one
 * @param patch the third number; empty if it is not known, as always where there are several families
 */
public record PikaVersion(Family first, Family last, OptionalInt patch) {

    private static final Pattern TEXT = Pattern.compile("v?(\\d{1,6}\\.\\d{1,6})(?:\\.(\\d{1,6})(?:[^0-9.].*)?)?");

    private static final PikaVersion WITHOUT_IDS = new PikaVersion(Family.V3_2, Family.V3_4, OptionalInt.empty());

    private static final PikaVersion FIRST = exact(Family.V3_2, 0);
    private static final PikaVersion LAST = exact(Family.V4_0, Family.V4_0.latest());

    /** What the server of 4.0.1 says in INFO, too. */
    private static final PikaVersion V4_0_0 = exact(Family.V4_0, 0);

    /** A release of which only the family is known. */
    static PikaVersion anyOf(Family family) {
        return new PikaVersion(family, family, OptionalInt.empty());
    }

    private static PikaVersion exact(Family family, int patch) {
        return new PikaVersion(family, family, OptionalInt.of(patch));
    }

    /**
     * Reads a version as somebody who knows it writes it: {@code 3.5.5}, {@code v3.5.3-alpha}, {@code 3.4}.
     *
     * @throws IllegalArgumentException if it is none, or not one to replicate from
     */
    public static PikaVersion parse(String text) {
        Matcher version = TEXT.matcher(text.strip());
        if (!version.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is not a version of Pika such as 3.5.5");
        }
        Family family = Family.of(version.group(1))
                .orElseThrow(() -> new IllegalArgumentException(
                        "Pika " + text + " cannot be replicated, only " + FIRST + " to " + LAST + " can"));
        if (version.group(2) == null) {
            return anyOf(family);
        }
        int patch = Integer.parseInt(version.group(2));
        if (patch > family.latest()) {
            PikaVersion known = exact(family, family.latest());
            throw new IllegalArgumentException("Pika " + text + " is newer than what this connector knows, " + known
                    + "; look for a newer connector, or set pika.version=" + known
                    + " where the master is known to log as that one does");
        }
        return exact(family, patch);
    }

    /**
     * Reads what a master says of itself in INFO.
     *
     * @throws IllegalArgumentException as {@link #parse}
     */
    static PikaVersion reported(String text) {
        PikaVersion version = parse(text);
        return version.equals(V4_0_0) ? anyOf(Family.V4_0) : version;
    }

    /** What the answer to MetaSync shows (replication-protocol 13). */
    static PikaVersion shown(Response.MetaSync answer) {
        if (answer.getDbsInfoList().stream().anyMatch(Response.MetaSync.DbInfo::hasDbInstanceNum)) {
            return anyOf(Family.V4_0);
        }
        return answer.hasRunId() || answer.hasReplicationId() ? anyOf(Family.V3_5) : WITHOUT_IDS;
    }

    /** The family; the earliest where several are possible. */
    public Family family() {
        return first;
    }

    /** Every release it may be, with all three numbers known. */
    public List<PikaVersion> releases() {
        return patch.isPresent()
                ? List.of(this)
                : Stream.of(Family.values())
                        .filter(f -> f.compareTo(first) >= 0 && f.compareTo(last) <= 0)
                        .flatMap(f -> IntStream.rangeClosed(0, f.latest()).mapToObj(p -> exact(f, p)))
                        .toList();
    }

    /** Whether both can be said of one master. */
    public boolean mayBe(PikaVersion other) {
        boolean families = first.compareTo(other.last) <= 0 && other.first.compareTo(last) <= 0;
        return families && (patch.isEmpty() || other.patch.isEmpty() || patch.equals(other.patch));
    }

    private boolean isFrom(Family family, int release) {
        return first == family ? patch.orElse(0) >= release : first.compareTo(family) > 0;
    }

    /** The master sends a keepalive only while everything it sent is acknowledged (replication-protocol 7.5). */
    boolean keepaliveMeansAcknowledged() {
        return isFrom(Family.V3_3, 4);
    }

    /** A command may be in the dump and come once more behind its position (replication-protocol 10.3). */
    public boolean mayRepeatAfterDump() {
        return first == Family.V4_0 ? patch.orElse(0) == 0 : !isFrom(Family.V3_5, 5);
    }

    /** The master tells replicas apart by address and port written together (replication-protocol 11, row 7). */
    boolean confusesReplicas() {
        return last.compareTo(Family.V3_3) >= 0 && !isFrom(Family.V3_5, 3);
    }

    /** The master does not get over an empty record, which it writes itself (replication-protocol 11, row 10). */
    boolean stopsAtEmptyRecord() {
        return first == Family.V3_3 && patch.isPresent() && patch.getAsInt() < 6;
    }

    /** As {@link #parse} reads it, where the family is known. */
    public String text() {
        String families = first == last ? first.toString() : first + " to " + last;
        return patch.isPresent() ? families + "." + patch.getAsInt() : families;
    }

    @Override
    public String toString() {
        return text();
    }
}
