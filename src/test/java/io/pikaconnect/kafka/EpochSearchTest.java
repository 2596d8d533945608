package io.pikaconnect.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Writer;
import io.pikaconnect.kafka.EpochSearch.Found;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EpochSearchTest {

    private static final int PARTITIONS = 3;

    private final ModelRecords topic = new ModelRecords(PARTITIONS);
    private long now = 1_000_000;

    @Test
    void findsNothingInAnEmptyTopic() {
        assertThat(newest()).isEmpty();
    }

    @Test
    void findsTheOnlyEpochWhileItsSnapshotIsStillComing() {
        long epoch = now;
        Map<Integer, Long> barriers = beginning(epoch);
        snapshot(epoch);
        assertThat(newest()).contains(new Found(epoch, false, barriers, Optional.empty()));
    }

    @Test
    void findsNothingBeforeTheFirstEpochHasItsBarriers() {
        topic.begin(now);
        assertThat(newest()).isEmpty();
        topic.barrier(0, now, now);
        assertThat(newest()).isEmpty();
    }

    @Test
    void beginsAtTheNewestOfSeveralCompleteEpochs() {
        complete(now);
        now += 50_000;
        complete(now);
        now += 50_000;
        long epoch = now;
        Map<Integer, Long> barriers = complete(epoch);
        assertThat(newest()).contains(new Found(epoch, true, barriers, Optional.empty()));
    }

    @Test
    void passesOverANewerEpochThatIsNotComplete() {
        long epoch = now;
        Map<Integer, Long> barriers = complete(epoch);
        now += 50_000;
        beginning(now);
        snapshot(now);
        assertThat(newest()).contains(new Found(epoch, true, barriers, Optional.empty()));
        topic.binlog(1, now, now, now); // the others have nothing after their snapshot yet
        assertThat(newest()).contains(new Found(epoch, true, barriers, Optional.empty()));
    }

    @Test
    void passesOverAnEpochThatHasNothingButItsBeginTicks() {
        long epoch = now;
        Map<Integer, Long> barriers = complete(epoch);
        now += 50_000;
        topic.begin(now);
        assertThat(newest()).contains(new Found(epoch, true, barriers, Optional.empty()));
    }

    @Test
    void beginsAtTheNewestWhereSeveralWereGivenUpAndNoneIsComplete() {
        beginning(now);
        snapshot(now);
        now += 50_000;
        long epoch = now;
        Map<Integer, Long> barriers = beginning(epoch);
        assertThat(newest()).contains(new Found(epoch, false, barriers, Optional.empty()));
    }

    @Test
    void takesATickWithATimeForTheEndOfAPartitionsSnapshot() {
        long epoch = now;
        Map<Integer, Long> barriers = beginning(epoch);
        for (int p = 0; p < PARTITIONS; p++) {
            topic.tick(p, epoch, 0, ++now);
        }
        assertThat(newest()).contains(new Found(epoch, false, barriers, Optional.empty()));
        for (int p = 0; p < PARTITIONS; p++) {
            topic.tick(p, epoch, now, ++now);
        }
        assertThat(newest()).contains(new Found(epoch, true, barriers, Optional.empty()));
    }

    @Test
    void isNotMisledByAMasterWhoseClockIsHoursBehind() {
        complete(now);
        now += 50_000;
        long epoch = now;
        Map<Integer, Long> barriers = beginning(epoch);
        snapshot(epoch);
        for (int p = 0; p < PARTITIONS; p++) {
            topic.binlog(p, epoch, now - 10_000_000, ++now);
        }
        assertThat(newest()).contains(new Found(epoch, true, barriers, Optional.empty()));
    }

    @Test
    void doesNotBeginAtAnEpochWhoseHeadWasCutOff() {
        long epoch = now;
        Map<Integer, Long> barriers = complete(epoch);
        topic.cut(1, barriers.get(1) + 1);
        assertThat(newest()).isEmpty();
    }

    @Test
    void beginsBeforeWhereTwoSourcesMet() {
        topic.by(new Writer("first", "", "", 0, ""));
        long epoch = now;
        Map<Integer, Long> barriers = complete(epoch);
        topic.by(new Writer("second", "", "", 0, ""));
        now += 50_000;
        long second = now;
        complete(second);
        assertThat(newest())
                .contains(new Found(epoch, true, barriers, Optional.of(new Writer("first", "", "", 0, ""))));
        assertThat(new EpochSearch(topic).newestOf("first").map(Found::epoch)).contains(epoch);
        assertThat(new EpochSearch(topic).newestOf("second").map(Found::epoch)).contains(second);
        assertThat(new EpochSearch(topic).newestOf("third")).isEmpty();
    }

    @Test
    void beginsAtASuccessorsEpoch() {
        topic.by(new Writer("first", "", "", 0, ""));
        complete(now);
        Writer second = new Writer("second", "", "", 0, "first");
        topic.by(second);
        now += 50_000;
        long epoch = now;
        Map<Integer, Long> barriers = complete(epoch);
        assertThat(newest()).contains(new Found(epoch, true, barriers, Optional.of(second)));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void findsInRandomTopicsWhatTheirWriterKnows(long seed) {
        Random random = new Random(seed);
        Optional<Found> expected = Optional.empty();
        for (int i = random.nextInt(6); i >= 0; i--) {
            long epoch = now += 1 + random.nextInt(100_000);
            int reached = random.nextInt(3);
            if (reached == 0) {
                topic.begin(epoch);
                continue;
            }
            Map<Integer, Long> barriers = beginning(epoch);
            for (int n = random.nextInt(300); n > 0; n--) {
                topic.snapshot(random.nextInt(PARTITIONS), epoch, now += random.nextInt(3));
            }
            boolean complete = reached == 2;
            for (int n = complete ? random.nextInt(300) : 0; n > 0; n--) {
                int p = random.nextInt(PARTITIONS);
                topic.binlog(p, epoch, now - random.nextInt(5_000), now += random.nextInt(3));
                if (random.nextBoolean()) {
                    topic.marker(p);
                }
            }
            for (int p = 0; complete && p < PARTITIONS; p++) {
                topic.tick(p, epoch, now, ++now);
            }
            Found found = new Found(epoch, complete, barriers, Optional.empty());
            expected = complete || expected.isEmpty() || !expected.get().complete() ? Optional.of(found) : expected;
        }
        assertThat(newest()).as("seed %d", seed).isEqualTo(expected);
    }

    private Map<Integer, Long> complete(long epoch) {
        Map<Integer, Long> barriers = beginning(epoch);
        snapshot(epoch);
        for (int p = 0; p < PARTITIONS; p++) {
            topic.binlog(p, epoch, now, ++now);
            topic.marker(p);
        }
        return barriers;
    }

    private Map<Integer, Long> beginning(long epoch) {
        topic.begin(epoch);
        Map<Integer, Long> barriers = new TreeMap<>();
        for (int p = 0; p < PARTITIONS; p++) {
            topic.marker(p);
            barriers.put(p, topic.barrier(p, epoch, ++now));
        }
        return barriers;
    }

    private void snapshot(long epoch) {
        for (int i = 0; i < 20; i++) {
            topic.snapshot(i % PARTITIONS, epoch, ++now);
        }
    }

    private Optional<Found> newest() {
        return new EpochSearch(topic).newest();
    }
}
