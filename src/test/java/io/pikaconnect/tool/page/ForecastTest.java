package io.pikaconnect.tool.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ForecastTest {

    private static final Instant START = Instant.parse("2026-11-28T12:00:00Z");

    private final Forecast forecast = new Forecast();

    @Test
    void foreseesNothingFromAFewSeconds() {
        forecast.until(100, START, 0);
        assertThat(forecast.until(100, START.plusSeconds(7), 50)).isEmpty();
        assertThat(forecast.until(100, START.plusSeconds(10), 50)).contains(Duration.ofSeconds(10));
    }

    @Test
    void onlyTheLastMinuteCounts() {
        for (int second = 0; second <= 300; second++) {
            forecast.until(0, START.plusSeconds(second), 1_000_000 - second);
        }
        for (int second = 301; second <= 390; second++) {
            forecast.until(0, START.plusSeconds(second), 100_000 - 1_000 * (second - 300));
        }
        assertThat(forecast.until(0, START.plusSeconds(391), 9_000)).contains(Duration.ofSeconds(9));
    }

    @Test
    void whatStandsStillOrTakesForEverIsNotForetold() {
        forecast.until(100, START, 10);
        assertThat(forecast.until(100, START.plusSeconds(30), 10)).isEmpty();
        assertThat(forecast.until(1e12, START.plusSeconds(40), 11)).isEmpty();
    }
}
