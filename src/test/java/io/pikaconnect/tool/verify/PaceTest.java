package io.pikaconnect.tool.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PaceTest {

    @Test
    void sendsNoMoreThanThatManyCommandsASecond() {
        AtomicLong now = new AtomicLong(7);
        Pace pace = new Pace(100, now::get, now::addAndGet);
        for (int i = 0; i < 10; i++) {
            pace.take(50);
        }
        assertThat(now.get() - 7)
                .as("of the last 50 nothing is to be waited for")
                .isEqualTo(9 * 500_000_000L);
    }

    @Test
    void waitsForNothingWithoutALimit() {
        AtomicLong now = new AtomicLong();
        Pace pace = new Pace(0, now::get, now::addAndGet);
        pace.take(1_000_000);
        pace.take(1_000_000);
        assertThat(now).hasValue(0);
    }
}
