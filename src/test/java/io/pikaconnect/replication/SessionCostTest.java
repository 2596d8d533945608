package io.pikaconnect.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a session costs the master too much, and what is logged before. */
class SessionCostTest {

    private static final long FILE = 100L << 20;
    private static final long GIB = 1L << 30;

    private final long begin = System.nanoTime();
    private boolean inFlight;
    private SessionCost hold = hold(RetentionLimits.NONE);

    private SessionCost hold(RetentionLimits limits) {
        return new SessionCost(Replicas.of(9_221).hold(limits).config(), Duration.ofSeconds(30), () -> inFlight);
    }

    private SessionCost.Verdict after(long seconds, long held) {
        return hold.look(held, FILE, begin + Duration.ofSeconds(seconds).toNanos());
    }

    /** What is logged while the time passes, look by look of ten seconds; until the session is ended, if it is. */
    private List<String> idle(long from, long to) {
        List<String> lines = new ArrayList<>();
        for (long second = from; second <= to && hold.letGo().isEmpty(); second += 10) {
            after(second, 0).warnings().forEach(lines::add);
        }
        return lines;
    }

    @Test
    void anIdleSessionIsWarnedOfOnceAndThenEnded() {
        hold = hold(new RetentionLimits(Duration.ofMinutes(5), 0));
        assertThat(idle(0, 140)).isEmpty();
        assertThat(idle(150, 290)).singleElement().asString().contains("polled", "paused?", "300000");
        assertThat(hold.letGo()).isEmpty();
        assertThat(idle(310, 400)).singleElement().asString().contains("ended", "hold.idle.ms", "resumed");
        assertThat(hold.letGo()).isPresent();
        assertThat(hold.bytes()).isZero();
    }

    @Test
    void whatIsOnItsWayToKafkaKeepsItAndTheTimeBeginsWhenItHasArrived() {
        hold = hold(new RetentionLimits(Duration.ofMinutes(5), 0));
        inFlight = true;
        assertThat(idle(0, 3_600)).isEmpty();
        inFlight = false;
        assertThat(idle(3_610, 3_700)).isEmpty();
        assertThat(idle(3_710, 3_910)).hasSize(2);
        assertThat(hold.letGo()).isPresent();
    }

    @Test
    void withoutLimitsNothingIsEnded() {
        assertThat(idle(0, 1_000_000)).isEmpty();
        assertThat(after(1, 1_000 * GIB).end()).isEmpty();
    }

    @Test
    void aLotIsWarnedOfAndAgainWhenItHasDoubled() {
        List<Long> warned = new ArrayList<>();
        for (long gib = 0; gib <= 40; gib++) {
            if (!after(gib, gib * GIB).warnings().isEmpty()) {
                warned.add(gib);
            }
        }
        assertThat(warned).containsExactly(4L, 8L, 16L, 32L);
        assertThat(after(50, GIB).warnings()).isEmpty();
        assertThat(after(51, 5 * GIB).warnings()).singleElement().asString().contains("5 GiB", "expire-logs-nums");
    }

    @Test
    void theLimitIsWarnedOfBeforeItIsReached() {
        hold = hold(new RetentionLimits(Duration.ZERO, 2 * GIB));
        hold.begins(0);
        assertThat(after(1, GIB).warnings()).isEmpty();
        assertThat(after(2, GIB + 700 * (1L << 20)).warnings())
                .singleElement()
                .asString()
                .contains("hold.max.bytes");
        assertThat(after(3, 2 * GIB).warnings()).isEmpty();
        SessionCost.Verdict over = after(4, 2 * GIB + 1);
        assertThat(over.end()).isPresent();
        assertThat(over.warnings()).singleElement().asString().contains("ended", "hold.max.bytes", "" + (2 * GIB + 1));
    }

    @Test
    void aSessionThatComesBackWithMoreIsLeftAloneWhileItWorksThatOff() {
        hold = hold(new RetentionLimits(Duration.ZERO, GIB));
        hold.begins(3 * GIB);
        assertThat(after(1, 3 * GIB).end()).isEmpty();
        assertThat(after(2, 2 * GIB).end()).isEmpty();
        assertThat(after(3, 3 * GIB + FILE + 1).end()).isPresent();
    }
}
