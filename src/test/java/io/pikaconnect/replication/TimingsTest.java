package io.pikaconnect.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The times and numbers that the page for operators names. */
class TimingsTest {

    private static final Duration MASTER_FORGETS_AFTER = Duration.ofSeconds(180);

    @Test
    void anAddressThatIsTakenIsWaitedForUntilTheMasterWouldHaveForgottenUs() {
        assertThat(Timings.DEFAULT.takenLimit())
                .isEqualTo(Duration.ofMinutes(5))
                .isGreaterThan(MASTER_FORGETS_AFTER);
    }

    @Test
    void theMasterIsLookedAtEveryTwoSeconds() {
        assertThat(Timings.DEFAULT.ask()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void aSessionThatBringsNothingOfWhatThereIsEndsAfterAMinute() {
        assertThat(Timings.DEFAULT.arrival()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void aPositionIsTriedTenTimes() {
        assertThat(Timings.DEFAULT.positionTries()).isEqualTo(10);
    }

    @Test
    void pausesGrowFromThreeSecondsToThirty() {
        assertThat(Timings.DEFAULT.retry().after(1)).isEqualTo(Duration.ofSeconds(3));
        assertThat(Timings.DEFAULT.retry().after(2)).isEqualTo(Duration.ofSeconds(6));
        assertThat(Timings.DEFAULT.retry().after(100)).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void fourGibibytesOfBinlogAreMuch() {
        assertThat(SessionCost.MUCH).isEqualTo(4L * 1024 * 1024 * 1024);
    }

    @Test
    void sixtyFourItemsAreEnoughToCompare() {
        assertThat(LastItems.ENOUGH).isEqualTo(64);
    }
}
