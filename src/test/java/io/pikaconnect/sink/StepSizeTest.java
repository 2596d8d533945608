package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class StepSizeTest {

    private final StepSize size = new StepSize(500);

    @Test
    void hasNoLimitWhileStepsSucceed() {
        size.succeeded();
        assertThat(size.limit()).isEmpty();
    }

    @Test
    void isHalfOfWhatFailedDownToOne() {
        size.halve(40);
        assertThat(size.limit()).isEqualTo(OptionalInt.of(20));
        size.halve(100);
        assertThat(size.limit()).isEqualTo(OptionalInt.of(10));
        for (int i = 0; i < 10; i++) {
            size.halve(100);
        }
        assertThat(size.limit()).isEqualTo(OptionalInt.of(1));
    }

    @Test
    void growsAgainUntilThereIsNoLimit() {
        size.halve(4);
        for (int i = 0; i < 8; i++) {
            size.succeeded();
        }
        assertThat(size.limit()).isEmpty();
    }
}
