package io.pikaconnect.pika;

import static io.pikaconnect.pika.BinlogDialect.PIKA_3_2_0;
import static io.pikaconnect.pika.BinlogDialect.PIKA_3_2_4;
import static io.pikaconnect.pika.BinlogDialect.PIKA_3_3_6;
import static io.pikaconnect.pika.BinlogDialect.PIKA_3_5_0;
import static io.pikaconnect.pika.BinlogDialect.PIKA_3_5_2;
import static io.pikaconnect.pika.BinlogDialect.PIKA_3_5_4;
import static io.pikaconnect.pika.BinlogDialect.PIKA_3_5_5;
import static io.pikaconnect.pika.BinlogDialect.PIKA_3_5_6;
import static io.pikaconnect.pika.BinlogDialect.PIKA_4_0_0;
import static io.pikaconnect.pika.BinlogDialect.PIKA_4_0_1;
import static io.pikaconnect.pika.BinlogDialect.PIKA_4_0_2;
import static io.pikaconnect.pika.BinlogDialect.PIKA_4_0_3;
import static io.pikaconnect.pika.Family.V3_2;
import static io.pikaconnect.pika.Family.V3_3;
import static io.pikaconnect.pika.Family.V3_4;
import static io.pikaconnect.pika.Family.V3_5;
import static io.pikaconnect.pika.Family.V4_0;
import static io.pikaconnect.pika.Trait.AUTHENTICATES_CONNECTIONS;
import static io.pikaconnect.pika.Trait.CONFUSES_REPLICAS;
import static io.pikaconnect.pika.Trait.HAS_IDS;
import static io.pikaconnect.pika.Trait.HAS_INSTANCES;
import static io.pikaconnect.pika.Trait.KEEPALIVE_MEANS_ACKNOWLEDGED;
import static io.pikaconnect.pika.Trait.PUSHES_DUMP;
import static io.pikaconnect.pika.Trait.REPEATS_AFTER_DUMP;
import static io.pikaconnect.pika.Trait.SENDS_TERMS;
import static io.pikaconnect.pika.Trait.STOPS_AT_EMPTY_RECORD;
import static io.pikaconnect.pika.Trait.SUMS_PIECES;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The table of the releases of Pika: a row for each range of them that are alike in everything that matters here. A row
 * has what they log, what they report as their version, and their traits. Everything else in the connector asks
 * {@link PikaVersion} and {@link BinlogDialect}, which ask this table. Rows are in order and leave no gap within a
 * family; the next release of Pika is a new row.
 */
enum Releases {
    V3_2_0(V3_2, 0, 3, logs(PIKA_3_2_0), PUSHES_DUMP, REPEATS_AFTER_DUMP),
    V3_2_4(V3_2, 4, 9, logs(PIKA_3_2_4), PUSHES_DUMP, REPEATS_AFTER_DUMP),
    V3_3_0(
            V3_3,
            0,
            3,
            logs(PIKA_3_2_4),
            PUSHES_DUMP,
            REPEATS_AFTER_DUMP,
            SENDS_TERMS,
            CONFUSES_REPLICAS,
            STOPS_AT_EMPTY_RECORD),
    V3_3_4(
            V3_3,
            4,
            5,
            logs(PIKA_3_2_4),
            PUSHES_DUMP,
            REPEATS_AFTER_DUMP,
            SENDS_TERMS,
            CONFUSES_REPLICAS,
            STOPS_AT_EMPTY_RECORD,
            KEEPALIVE_MEANS_ACKNOWLEDGED),
    V3_3_6(
            V3_3,
            6,
            6,
            logs(PIKA_3_3_6),
            PUSHES_DUMP,
            REPEATS_AFTER_DUMP,
            SENDS_TERMS,
            CONFUSES_REPLICAS,
            KEEPALIVE_MEANS_ACKNOWLEDGED),
    V3_4_0(
            V3_4,
            0,
            2,
            logs(PIKA_3_3_6),
            PUSHES_DUMP,
            REPEATS_AFTER_DUMP,
            SENDS_TERMS,
            CONFUSES_REPLICAS,
            KEEPALIVE_MEANS_ACKNOWLEDGED),
    V3_5_0(
            V3_5,
            0,
            1,
            logs(PIKA_3_5_0),
            REPEATS_AFTER_DUMP,
            HAS_IDS,
            SENDS_TERMS,
            CONFUSES_REPLICAS,
            KEEPALIVE_MEANS_ACKNOWLEDGED),
    V3_5_2(
            V3_5,
            2,
            2,
            logs(PIKA_3_5_2),
            REPEATS_AFTER_DUMP,
            HAS_IDS,
            SENDS_TERMS,
            CONFUSES_REPLICAS,
            KEEPALIVE_MEANS_ACKNOWLEDGED),
    V3_5_3(V3_5, 3, 3, logs(PIKA_3_5_2), REPEATS_AFTER_DUMP, HAS_IDS, SENDS_TERMS, KEEPALIVE_MEANS_ACKNOWLEDGED),
    V3_5_4(V3_5, 4, 4, logs(PIKA_3_5_4), REPEATS_AFTER_DUMP, HAS_IDS, SENDS_TERMS, KEEPALIVE_MEANS_ACKNOWLEDGED),
    V3_5_5(V3_5, 5, 5, logs(PIKA_3_5_5), HAS_IDS, SENDS_TERMS, KEEPALIVE_MEANS_ACKNOWLEDGED),
    V3_5_6(V3_5, 6, 6, logs(PIKA_3_5_6), HAS_IDS, SENDS_TERMS, KEEPALIVE_MEANS_ACKNOWLEDGED),
    V4_0_0(
            V4_0,
            0,
            0,
            logs(PIKA_4_0_0),
            REPEATS_AFTER_DUMP,
            HAS_IDS,
            HAS_INSTANCES,
            SENDS_TERMS,
            KEEPALIVE_MEANS_ACKNOWLEDGED),
    V4_0_1(
            V4_0,
            1,
            1,
            logs(PIKA_4_0_1, PIKA_4_0_0).reporting("4.0.0"),
            HAS_IDS,
            HAS_INSTANCES,
            SENDS_TERMS,
            KEEPALIVE_MEANS_ACKNOWLEDGED),
    V4_0_2(V4_0, 2, 2, logs(PIKA_4_0_1, PIKA_4_0_2), HAS_IDS, HAS_INSTANCES, SENDS_TERMS, KEEPALIVE_MEANS_ACKNOWLEDGED),
    V4_0_3(
            V4_0,
            3,
            3,
            logs(PIKA_4_0_3, PIKA_4_0_2).reporting("4.0.3", "4.0.2"),
            HAS_IDS,
            HAS_INSTANCES,
            SENDS_TERMS,
            KEEPALIVE_MEANS_ACKNOWLEDGED),
    V4_0_4(
            V4_0,
            4,
            4,
            logs(PIKA_4_0_3, PIKA_4_0_2).reporting("4.0.4", "4.0.2"),
            HAS_IDS,
            HAS_INSTANCES,
            SENDS_TERMS,
            KEEPALIVE_MEANS_ACKNOWLEDGED,
            SUMS_PIECES,
            AUTHENTICATES_CONNECTIONS);

    /**
     * How a release can be recognized.
     *
     * @param dialects its dialect; then those that apply where it cannot be told from other releases
     * @param reported the versions that its INFO may report; its own if this is empty
     */
    private record Shows(List<BinlogDialect> dialects, Set<String> reported) {

        Shows reporting(String... versions) {
            return new Shows(dialects, Set.of(versions));
        }
    }

    private final Family family;
    private final int first;
    private final int last;
    private final Shows shows;
    private final Set<Trait> traits;

    Releases(Family family, int first, int last, Shows shows, Trait... traits) {
        this.family = family;
        this.first = first;
        this.last = last;
        this.shows = shows;
        this.traits = Set.of(traits);
    }

    private static Shows logs(BinlogDialect... dialects) {
        return new Shows(List.of(dialects), Set.of());
    }

    /** All known releases, in order. */
    static List<Release> all() {
        return Stream.of(values()).flatMap(Releases::releases).toList();
    }

    /** The row of a known release. */
    static Releases of(Release release) {
        return Stream.of(values()).filter(row -> row.holds(release)).findFirst().orElseThrow();
    }

    private boolean holds(Release release) {
        return release.family() == family && release.patch() >= first && release.patch() <= last;
    }

    private Stream<Release> releases() {
        return IntStream.rangeClosed(first, last).mapToObj(patch -> new Release(family, patch));
    }

    /** Whether one of these releases may report that version in INFO. */
    static boolean mayReport(Release release, String version) {
        Set<String> reported = of(release).shows.reported;
        return reported.isEmpty() ? release.toString().equals(version) : reported.contains(version);
    }

    /** Its dialect; then those that apply where it cannot be told from other releases. */
    List<BinlogDialect> dialects() {
        return shows.dialects;
    }

    boolean is(Trait trait) {
        return traits.contains(trait);
    }
}
