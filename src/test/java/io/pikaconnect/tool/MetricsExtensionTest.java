package io.pikaconnect.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.metrics.Metric;
import io.pikaconnect.metrics.MetricGroup;
import io.pikaconnect.metrics.TaskMetrics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MetricsExtensionTest {

    @Test
    void returnsWhatATaskRegistersWithItsTagsAsTheyAre() throws Exception {
        MetricGroup<String> group = new MetricGroup<>(
                "source",
                List.of("reason"),
                List.of(
                        Metric.text("phase", "Where it is.", text -> text),
                        Metric.count("keys", "keys", "How many.", text -> (long) text.length())));
        try (TaskMetrics task = TaskMetrics.of(Map.of("connector", "a,b=c"), Optional.empty())) {
            task.show(group, Map.of("reason", "\"x\""), "binlog");
            assertThat(new MetricsExtension.Metrics().all())
                    .contains(Map.of(
                            "type",
                            "source",
                            "tags",
                            Map.of("connector", "a,b=c", "reason", "\"x\""),
                            "values",
                            Map.of("phase", "binlog", "keys", "6")));
        }
        assertThat(new MetricsExtension.Metrics().all())
                .noneMatch(bean -> bean.get("tags").toString().contains("a,b=c"));
    }
}
