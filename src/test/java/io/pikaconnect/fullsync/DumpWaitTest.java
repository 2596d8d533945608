package io.pikaconnect.fullsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DumpWaitTest {

    private final DumpWait wait = new DumpWait(new FullSyncProgress(), "orders/db0 of 10.0.0.5:9221");

    @Test
    void aLongWaitIsMentionedWithTheConnectorAndWhatToLookAt() {
        assertThat(wait.mention(Duration.ofMinutes(2))).isEmpty();
        assertThat(wait.mention(Duration.ofMinutes(4)).orElseThrow())
                .startsWith("orders/db0 of 10.0.0.5:9221: ")
                .contains("for 4 min", "bgsave", "dump-path");
    }

    @Test
    void itIsMentionedAgainNowAndThen() {
        assertThat(wait.mention(Duration.ofMinutes(4))).isPresent();
        assertThat(wait.mention(Duration.ofMinutes(6))).isEmpty();
        assertThat(wait.mention(Duration.ofMinutes(8)).orElseThrow()).contains("for 8 min");
    }
}
