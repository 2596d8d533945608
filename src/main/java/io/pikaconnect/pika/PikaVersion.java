package io.pikaconnect.pika;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which release of Pika a master runs, as far as it is known: {@code 3.5.5}, or only {@code 3.5}, or {@code 3.2 to
 * 3.4}. Everything that depends on the version is decided here, or by its {@link BinlogDialect}; where the release is
 * not known, the answer is safe for all that it may be.
 *
 * @param first the earliest release it may be
 * @param last the latest one
 */
public record PikaVersion(Release first, Release last) {

    private static final Pattern TEXT = Pattern.compile("v?(\\d{1,6}\\.\\d{1,6})(?:\\.(\\d{1,6})(?:[^0-9.].*)?)?");

    /** The most probable version of a master that has not reported it yet. */
    public static final PikaVersion LIKELY = anyOf(Family.V3_5);

    /** A release of which only the family is known. */
    static PikaVersion anyOf(Family family) {
        return where(release -> release.family() == family);
    }

    private static PikaVersion where(Predicate<Release> possible) {
        List<Release> releases = Releases.all().stream().filter(possible).toList();
        return new PikaVersion(releases.get(0), releases.get(releases.size() - 1));
    }

    /**
     * Reads a version as a person writes it: {@code 3.5.5}, {@code v3.5.3-alpha}, {@code 3.4}.
     *
     * @throws IllegalArgumentException if it is not a version, or not one that can be replicated
     */
    public static PikaVersion parse(String text) {
        Matcher version = TEXT.matcher(text.strip());
        if (!version.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is not a version of Pika such as 3.5.5");
        }
        PikaVersion all = where(release -> true);
        PikaVersion family = Family.of(version.group(1))
                .map(PikaVersion::anyOf)
                .orElseThrow(() -> new IllegalArgumentException(
                        "Pika " + text + " cannot be replicated, only " + all.first + " to " + all.last + " can"));
        if (version.group(2) == null) {
            return family;
        }
        Release release = new Release(family.first.family(), Integer.parseInt(version.group(2)));
        if (release.compareTo(family.last) > 0) {
            throw new IllegalArgumentException("Pika " + text + " is newer than this connector supports, up to "
                    + family.last + "; use a newer connector, or set pika.version=" + family.last
                    + " if you know that the master logs as that one does");
        }
        return new PikaVersion(release, release);
    }

    /**
     * Reads the version that a master reports in INFO.
     *
     * @throws IllegalArgumentException as {@link #parse}
     */
    public static PikaVersion reported(String text) {
        PikaVersion version = parse(text);
        return version.isExact() ? where(release -> Releases.mayReport(release, version.first.toString())) : version;
    }

    /**
     * The version as far as the response to MetaSync shows it (replication-protocol 13).
     *
     * @param ids whether it has a run id or a replication id
     * @param instances whether it names the RocksDB instances of a db
     */
    public static PikaVersion shown(boolean ids, boolean instances) {
        return instances
                ? where(r -> Releases.of(r).is(Trait.HAS_INSTANCES))
                : where(r -> Releases.of(r).is(Trait.HAS_IDS) == ids
                        && !Releases.of(r).is(Trait.HAS_INSTANCES));
    }

    /** Every release it may be, in order. */
    public List<Release> releases() {
        return Releases.all().stream()
                .filter(r -> r.compareTo(first) >= 0 && r.compareTo(last) <= 0)
                .toList();
    }

    /** Whether the release is known. */
    public boolean isExact() {
        return first.equals(last);
    }

    /** Whether both can be true of one master. */
    public boolean mayBe(PikaVersion other) {
        return first.compareTo(other.last) <= 0 && other.first.compareTo(last) <= 0;
    }

    /** The master pushes its dump with rsync to the announced address, port + 1000; since 3.5 we pull it. */
    public boolean pushesDump() {
        return all(Trait.PUSHES_DUMP);
    }

    /** Whether its items may come with a term in their position, or without one. */
    public boolean maySendTerms(boolean terms) {
        return rows().anyMatch(row -> row.is(Trait.SENDS_TERMS) == terms);
    }

    /** The master sends a keepalive only while everything it sent is acknowledged (replication-protocol 7.5). */
    public boolean keepaliveMeansAcknowledged() {
        return all(Trait.KEEPALIVE_MEANS_ACKNOWLEDGED);
    }

    /** A command may be in the dump and again in the binlog after the dump's position (replication-protocol 10.3). */
    public boolean mayRepeatAfterDump() {
        return any(Trait.REPEATS_AFTER_DUMP);
    }

    /** The master tells replicas apart by address and port written together (replication-protocol 11, row 7). */
    public boolean confusesReplicas() {
        return any(Trait.CONFUSES_REPLICAS);
    }

    /**
     * The master cannot read past an empty record, which it may itself have written (replication-protocol 11, row 10).
     */
    public boolean stopsAtEmptyRecord() {
        return all(Trait.STOPS_AT_EMPTY_RECORD);
    }

    private boolean any(Trait trait) {
        return rows().anyMatch(row -> row.is(trait));
    }

    private boolean all(Trait trait) {
        return rows().allMatch(row -> row.is(trait));
    }

    Stream<Releases> rows() {
        return releases().stream().map(Releases::of).distinct();
    }

    @Override
    public String toString() {
        if (isExact()) {
            return first.toString();
        }
        PikaVersion families = where(
                r -> r.family().compareTo(first.family()) >= 0 && r.family().compareTo(last.family()) <= 0);
        boolean whole = families.first.equals(first) && families.last.equals(last);
        if (whole) {
            return first.family() == last.family()
                    ? first.family().toString()
                    : first.family() + " to " + last.family();
        }
        return first + (releases().size() == 2 ? " or " : " to ") + last;
    }
}
