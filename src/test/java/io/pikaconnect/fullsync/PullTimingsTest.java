package io.pikaconnect.fullsync;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PullTimingsTest {

    /** As the page for operators has it. */
    @Test
    void sixAttemptsInARowMayFail() {
        assertThat(PullTimings.DEFAULT.attempts()).isEqualTo(6);
    }
}
