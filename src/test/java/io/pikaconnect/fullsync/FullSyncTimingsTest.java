package io.pikaconnect.fullsync;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.retry.Backoff;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FullSyncTimingsTest {

    /** As the page for operators has it. */
    @Test
    void sixAttemptsInARowMayFail() {
        assertThat(FullSyncTimings.DEFAULT.attempts()).isEqualTo(6);
    }

    /** Making a small dump takes a real master moments. */
    @Test
    void aDumpThatIsReadySoonIsNotWaitedForLongerAndALongOneIsAskedForOnceASecond() {
        Backoff pauses = FullSyncTimings.DEFAULT.notReady();

        assertThat(pauses.after(1).plus(pauses.after(2))).isLessThanOrEqualTo(Duration.ofMillis(150));
        assertThat(pauses.after(10)).isEqualTo(Duration.ofSeconds(1));
    }
}
