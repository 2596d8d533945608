package io.pikaconnect.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {

    private final Backoff backoff = Backoff.ofMillis(20, 1_000);

    @ParameterizedTest
    @CsvSource({"0, 20", "1, 20", "2, 40", "3, 80", "6, 640", "7, 1000", "8, 1000", "2147483647, 1000"})
    void everyPauseIsTwiceTheOneBeforeUpToTheLimit(int failures, long ms) {
        assertThat(backoff.after(failures)).isEqualTo(Duration.ofMillis(ms));
    }

    @ParameterizedTest
    @CsvSource({"1, 3", "4, 24", "5, 30", "64, 30"})
    void longPausesDoNotOverflow(int failures, long seconds) {
        Backoff slow = new Backoff(Duration.ofSeconds(3), Duration.ofSeconds(30));
        assertThat(slow.after(failures)).isEqualTo(Duration.ofSeconds(seconds));
    }
}
