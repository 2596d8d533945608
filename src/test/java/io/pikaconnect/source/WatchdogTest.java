package io.pikaconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WatchdogTest {

    @Test
    void looksAgainWhateverALookEndsWith() throws Exception {
        CountDownLatch looks = new CountDownLatch(3);
        Runnable failing = () -> {
            looks.countDown();
            throw new OutOfMemoryError("Java heap space");
        };
        try (Watchdog ignored = Watchdog.every(Duration.ofMillis(5), failing)) {
            assertThat(looks.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }
}
