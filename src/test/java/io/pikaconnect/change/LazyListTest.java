package io.pikaconnect.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LazyListTest {

    @Test
    void isTheListOfItsElements() {
        for (int size : new int[] {0, 1, 4_000, 4_001, 100_000}) {
            List<Integer> list = LazyList.of(size, i -> 3 * i);
            assertThat(list)
                    .isEqualTo(IntStream.range(0, size).map(i -> 3 * i).boxed().toList());
            assertThatThrownBy(() -> list.get(size)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void makesOfVeryManyOnlyWhatIsAskedFor() {
        AtomicInteger made = new AtomicInteger();
        List<Integer> list = LazyList.of(10_000_000, i -> {
            made.incrementAndGet();
            return i;
        });
        assertThat(list.subList(9_000_000, 10_000_000).get(5)).isEqualTo(9_000_005);
        assertThat(made).hasValue(1);
    }

    @Test
    void ofFewEachIsMadeOnce() {
        List<Object> list = LazyList.of(3, i -> new Object());
        assertThat(list.get(1)).isSameAs(list.get(1));
    }
}
