package io.pikaconnect.demo.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LatencyTest {

    @Test
    void aPercentileIsWhatThatPartOfTheWritesTookAtMost() {
        Latency latency = new Latency(
                20, IntStream.rangeClosed(1, 200).mapToDouble(i -> i).toArray());
        assertThat(latency.percentile(0.5)).isEqualTo(100);
        assertThat(latency.percentile(0.99)).isEqualTo(198);
        assertThat(latency.percentile(1)).isEqualTo(200);
        assertThat(new Latency(20, new double[] {7}).percentile(0.5)).isEqualTo(7);
    }
}
