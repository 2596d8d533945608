package io.pikaconnect.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutageTest {

    private final Outage outage = new Outage();

    private static long at(Duration time) {
        return time.toNanos();
    }

    @Test
    void isLoggedWhenItBeginsAndThenOnceAMinute() {
        List<String> lines = new ArrayList<>();
        for (int second = 0; second <= 600; second += 3) {
            outage.failed("no connection", at(Duration.ofSeconds(second))).ifPresent(lines::add);
        }
        assertThat(lines).hasSize(11);
        assertThat(lines.get(0)).isEqualTo("no connection; trying again until it works");
        assertThat(lines.get(1)).contains("no connection", "60 s", "21 attempts");
        assertThat(lines.get(10)).contains("no connection", "10 min");
    }

    @Test
    void itsEndIsLoggedAndTheNextBeginsAnotherOne() {
        assertThat(outage.over(0)).isEmpty();
        outage.failed("no connection", at(Duration.ofHours(1)));
        outage.failed("no connection", at(Duration.ofHours(4)));
        assertThat(outage.over(at(Duration.ofHours(5)))).contains("answers again after 4 h and 2 failed attempts");
        assertThat(outage.over(at(Duration.ofHours(5)))).isEmpty();
        assertThat(outage.failed("refused", at(Duration.ofHours(5)))).contains("refused; trying again until it works");
    }
}
