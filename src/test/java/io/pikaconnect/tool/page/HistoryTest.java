package io.pikaconnect.tool.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class HistoryTest {

    private final History history = new History();

    static Point point(long time, double keys) {
        return new Point(
                time,
                OptionalDouble.of(keys),
                OptionalDouble.of(1),
                OptionalDouble.of(2),
                OptionalDouble.empty(),
                OptionalDouble.of(3),
                OptionalDouble.of(4));
    }

    @Test
    void keepsAnHourAndNoMoreThanAPointEveryTwoSeconds() {
        for (int second = 1; second <= 10_000; second++) {
            history.add(point(second, second));
        }
        assertThat(history.after(0)).hasSize(1_801);
        assertThat(history.after(0).get(0).time()).isEqualTo(6_399);
        assertThat(history.after(9_990))
                .extracting(Point::time)
                .containsExactly(9_991L, 9_993L, 9_995L, 9_997L, 9_999L);
    }

    @Test
    void beginsAgainWhenTheClockIsSetBack() {
        history.add(point(5_000, 1));
        history.add(point(100, 2));
        assertThat(history.after(0)).extracting(Point::time).containsExactly(100L);
    }
}
