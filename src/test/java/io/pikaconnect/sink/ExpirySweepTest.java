package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How much of Redis' time a walk over the db takes, as the page on sizing has it. */
class ExpirySweepTest {

    @Test
    void endingKeysTakesAFiftiethOfRedisTimeAtMost() {
        assertThat(1 + ExpirySweep.REST).isEqualTo(50);
    }

    @Test
    void holdingAndReleasingDeadlinesTakesAQuarterOfRedisTimeAtMost() {
        assertThat(1 + ExpirySweep.REST_WHILE_REWRITING).isEqualTo(4);
    }
}
