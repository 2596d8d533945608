package io.pikaconnect.fullsync;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FullSyncTimingsTest {

    /** As the page for operators has it. */
    @Test
    void sixAttemptsInARowMayFail() {
        assertThat(FullSyncTimings.DEFAULT.attempts()).isEqualTo(6);
    }
}
