package io.pikaconnect.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.LogLines;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DiscardCountsTest {

    @Test
    void countsFromManyThreads() {
        DiscardCounts discards = new DiscardCounts();
        IntStream.range(0, 1_000)
                .parallel()
                .forEach(i -> discards.count(i % 2 == 0 ? "even" : "odd", () -> "number " + i));
        assertThat(discards.counts()).containsEntry("even", 500L).containsEntry("odd", 500L);
        assertThat(discards.of("neither")).isZero();
    }

    @Test
    void asksOnlyForTheTextThatItLogs() {
        DiscardCounts discards = new DiscardCounts();
        List<Integer> made = new ArrayList<>();
        for (int i = 1; i <= 5_000; i++) {
            int number = i;
            discards.count("reason", () -> {
                made.add(number);
                return "number " + number;
            });
        }
        assertThat(made).containsExactly(1, 10, 100, 1_000);
    }

    @Test
    void logsWhoseTheyAre() throws Exception {
        LogLines log = LogLines.fromNow();
        new DiscardCounts("orders db0", (reason, count) -> {}).count("reason.of.this.test", () -> "detail");
        assertThat(log.warnings("reason.of.this.test"))
                .singleElement()
                .asString()
                .contains("orders db0: ");
    }

    @Test
    void announcesEachReasonOnceWithItsCounter() {
        Map<String, LongAdder> told = new ConcurrentHashMap<>();
        DiscardCounts discards = new DiscardCounts(
                "test", (reason, count) -> assertThat(told.put(reason, count)).isNull());
        IntStream.range(0, 1_000).parallel().forEach(i -> discards.count(i % 2 == 0 ? "even" : "odd"));
        assertThat(told.keySet()).containsExactlyInAnyOrder("even", "odd");
        assertThat(told.get("even").sum()).isEqualTo(500);
    }
}
