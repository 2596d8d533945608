package io.pikaconnect.snapshot;

import static io.pikaconnect.snapshot.BlackwidowDumpWriter.VERSION;
import static io.pikaconnect.snapshot.DumpWriter.bytes;
import static io.pikaconnect.snapshot.Dumps.EXPIRED;
import static io.pikaconnect.snapshot.Dumps.LIVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.pikaconnect.change.Selection;
import io.pikaconnect.change.Wanted;
import io.pikaconnect.metrics.DiscardCounts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TypeCollisionTest {

    @TempDir
    Path dump;

    private final DiscardCounts discards = new DiscardCounts();

    /** The commands that carry a value, as type letter and key. */
    private List<String> taken() throws SnapshotException {
        return Dumps.commands(Dumps.read(dump, Dumps.options(1), SnapshotCursor.START, discards)).stream()
                .filter(c -> !c.startsWith("PEXPIREAT") && !c.startsWith("pika.scount"))
                .map(c -> c.split(" ")[0] + " " + c.split(" ")[1])
                .distinct()
                .toList();
    }

    @Test
    void theFirstTypeThatHoldsANameAliveWins() throws Exception {
        try (BlackwidowDumpWriter writer = new BlackwidowDumpWriter(dump)) {
            writer.string("all", "v", 0)
                    .hash("all", LIVE, "a", "1", "b", "2", "c", "3")
                    .list("all", 0, "a")
                    .zset("all", 0, "m", 1)
                    .set("all", 0, "m")
                    .list("two", LIVE, "a")
                    .set("two", 0, "m", "n")
                    .set("one", 0, "m");
        }

        assertThat(taken()).containsExactly("SET all", "RPUSH two", "SADD one");
        assertThat(discards.of("type.collision")).isEqualTo(5);
    }

    @Test
    void anExpiredKeyGivesWayToAnyTypeThatHoldsTheNameAlive() throws Exception {
        try (BlackwidowDumpWriter writer = new BlackwidowDumpWriter(dump)) {
            writer.element(PikaType.HASH, bytes("middle"), VERSION, bytes("f"), bytes("v"))
                    .meta(PikaType.HASH, bytes("middle"), 1, VERSION, -5)
                    .string("first", "v", EXPIRED)
                    .set("first", 0, "m")
                    .list("middle", LIVE, "a")
                    .zset("middle", EXPIRED, "m", 1);
        }

        assertThat(taken()).containsExactly("RPUSH middle", "SADD first");
        assertThat(discards.of("type.collision")).isEqualTo(3);
    }

    @Test
    void ofExpiredKeysTheFirstGoesOut() throws Exception {
        try (BlackwidowDumpWriter writer = new BlackwidowDumpWriter(dump)) {
            writer.hash("k", EXPIRED, "f", "v").zset("k", EXPIRED, "m", 1).set("k", EXPIRED, "m");
        }

        assertThat(taken()).containsExactly("HSET k");
        assertThat(discards.of("type.collision")).isEqualTo(2);
    }

    @Test
    void anEmptiedCollectionHoldsNothing() throws Exception {
        try (BlackwidowDumpWriter writer = new BlackwidowDumpWriter(dump)) {
            writer.hash("k", 0)
                    .list("k", 0)
                    .set("k", 0, "m")
                    .string("e", "v", EXPIRED)
                    .set("e", 0);
        }

        assertThat(taken()).containsExactly("SET e", "SADD k");
        assertThat(discards.counts()).isEmpty();
    }

    private List<String> taken(Wanted wanted) throws SnapshotException {
        SnapshotOptions options = new SnapshotOptions(100, 1_000, false, false, wanted, Dumps.REQUESTED);
        return Dumps.commands(Dumps.read(dump, options, SnapshotCursor.START, discards)).stream()
                .filter(c -> !c.startsWith("PEXPIREAT") && !c.startsWith("pika.scount"))
                .map(c -> c.split(" ")[0] + " " + c.split(" ")[1])
                .toList();
    }

    @Test
    void whatIsNotWantedIsLeftOutAndCollidesWithNothing() throws Exception {
        try (BlackwidowDumpWriter writer = new BlackwidowDumpWriter(dump)) {
            writer.string("a1", "v", 0)
                    .string("both", "v", 0)
                    .string("longer", "v", 0)
                    .hash("a2", 0, "f", "v", "g", "v")
                    .hash("b2", LIVE, "f", "v")
                    .set("a3", 0, "m")
                    .set("both", 0, "m");
        }

        Selection names = Selection.of(List.of("a*", "both", "longer"), List.of("*2"), List.of());
        assertThat(taken(new Wanted(names, 4))).containsExactly("SET a1", "SET both", "SADD a3");
        assertThat(discards.counts())
                .containsOnly(entry(Wanted.FILTERED, 2L), entry(Wanted.LARGE_KEY, 1L), entry("type.collision", 1L));
        Selection types = Selection.of(List.of(), List.of(), List.of("set", "hash"));
        assertThat(taken(new Wanted(types, Integer.MAX_VALUE)))
                .containsExactly("HSET a2", "HSET b2", "SADD a3", "SADD both");
        assertThat(discards.of("type.collision")).isEqualTo(1);
    }

    @Test
    void stopsAtACollisionWhereThatIsAskedFor() throws Exception {
        try (BlackwidowDumpWriter writer = new BlackwidowDumpWriter(dump)) {
            writer.string("k", "v", 0).set("k", 0, "m");
        }

        SnapshotOptions failing = new SnapshotOptions(100, 1_000, true, false, Dumps.REQUESTED);
        assertThatThrownBy(() -> Dumps.read(dump, failing, SnapshotCursor.START, discards))
                .isInstanceOf(SnapshotException.class)
                .hasMessageContaining("key k exists in strings and sets")
                .hasMessageContaining("on.type.collision");
    }

    /** The rule again, written down another way, on names of all lengths that many types share. */
    @Test
    void followsTheRuleOnManyNames() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<String> expected = new ArrayList<>();
        long left = 0;
        long[] kinds = {0, LIVE, EXPIRED};
        try (BlackwidowDumpWriter writer = new BlackwidowDumpWriter(dump)) {
            List<List<String>> byType = List.of(
                    new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            TreeSet<String> metas = new TreeSet<>();
            while (metas.size() < 1_500) {
                metas.add(Integer.toString(random.nextInt(1 << random.nextInt(4, 30)), 36));
            }
            for (String name : metas) {
                boolean heldAlive = false;
                boolean held = false;
                long[] deadline = new long[5];
                boolean[] there = new boolean[5];
                for (int t = 0; t < 5; t++) {
                    there[t] = random.nextInt(3) == 0;
                    deadline[t] = kinds[random.nextInt(3)];
                    heldAlive |= there[t] && deadline[t] != EXPIRED;
                }
                for (int t = 0; t < 5; t++) {
                    if (!there[t]) {
                        continue;
                    }
                    write(writer, PikaType.values()[t], name, deadline[t]);
                    boolean wins = !held && (!heldAlive || deadline[t] != EXPIRED);
                    held |= wins;
                    if (wins) {
                        byType.get(t).add(new String(PikaType.values()[t].command()) + " " + name);
                    } else {
                        left++;
                    }
                }
            }
            byType.forEach(expected::addAll);
        }

        assertThat(taken()).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(discards.counts())
                .as("seed %d", seed)
                .containsOnlyKeys("type.collision")
                .containsValue(left);
    }

    private static void write(DumpWriter writer, PikaType type, String name, long deadline) throws Exception {
        switch (type) {
            case STRING -> writer.string(name, "v", deadline);
            case HASH -> writer.hash(name, deadline, "f", "v", "g", "w");
            case LIST -> writer.list(name, deadline, "a", "b");
            case ZSET -> writer.zset(name, deadline, "m", 1);
            case SET -> writer.set(name, deadline, "m", "n");
            case STREAM -> throw new IllegalArgumentException("in no such dump");
        }
    }
}
