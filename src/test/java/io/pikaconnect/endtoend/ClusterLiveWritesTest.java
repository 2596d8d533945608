package io.pikaconnect.endtoend;

import io.pikaconnect.demo.NeedsRsync;
import io.pikaconnect.demo.pika.PikaRelease;
import io.pikaconnect.sink.ClusterFixture;
import io.pikaconnect.sink.TroubledCluster;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * As {@link LiveWritesTest}, into a Redis Cluster of three masters with a replica each, and the replay into another one. Its
 * nodes fail over and crash, and slots are moved, if the seed is odd.
 *
 * <p>One release whose dump is pulled and one that pushes it, with one seed; or {@code -Dreleases=3.3.6,3.5.5} each with
 * exactly-once and without; {@code -Dseeds=5} for more; {@code -Dseed} repeats one that failed.
 */
class ClusterLiveWritesTest {

    private static final long FIRST = Long.getLong("seed", System.nanoTime() % 1_000_000_000);
    private static final String WANTED = System.getProperty("releases", "");
    private static final int KEYS = 150;
    private static final int WRITES = WANTED.isEmpty() ? 1_500 : 5_000;

    static Stream<Arguments> pulled() {
        return trials(true);
    }

    @ParameterizedTest(name = "{0}, exactly-once {1}, seed {2}", allowZeroInvocations = true)
    @MethodSource("pulled")
    void theClusterHoldsWhatTheMasterHolds(PikaRelease release, boolean exactlyOnce, long seed) throws Exception {
        trial(release, exactlyOnce, seed);
    }

    static Stream<Arguments> pushed() {
        return trials(false);
    }

    @NeedsRsync
    @ParameterizedTest(name = "{0}, exactly-once {1}, seed {2}", allowZeroInvocations = true)
    @MethodSource("pushed")
    void theClusterHoldsWhatAMasterThatPushesItsDumpHolds(PikaRelease release, boolean exactlyOnce, long seed)
            throws Exception {
        trial(release, exactlyOnce, seed);
    }

    private static void trial(PikaRelease release, boolean exactlyOnce, long seed) throws Exception {
        System.out.println(
                "live writes into a cluster, " + release + ", seed " + seed + ", exactly-once " + exactlyOnce);
        boolean[] isFirst = {true};
        LiveWritesTest.trial(
                release,
                seed,
                exactlyOnce,
                () -> {
                    boolean troubled = isFirst[0] && seed % 2 != 0;
                    isFirst[0] = false;
                    return troubled ? new TroubledCluster(seed) : new ClusterFixture();
                },
                KEYS,
                WRITES);
    }

    private static Stream<Arguments> trials(boolean pulled) {
        if (WANTED.isEmpty()) {
            return Stream.of(Arguments.of(pulled ? PikaRelease.V355 : PikaRelease.V336, FIRST % 4 < 2, FIRST));
        }
        List<String> wanted = List.of(WANTED.split(","));
        return Arrays.stream(PikaRelease.values())
                .filter(release -> release.isPulled() == pulled && wanted.contains(release.number()))
                .flatMap(release -> Stream.of(true, false)
                        .flatMap(once -> LongStream.range(FIRST, FIRST + Integer.getInteger("seeds", 1))
                                .mapToObj(seed -> Arguments.of(release, once, seed))));
    }
}
