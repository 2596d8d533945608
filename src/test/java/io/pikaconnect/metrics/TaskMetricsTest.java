package io.pikaconnect.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TaskMetricsTest {

    private static final MetricGroup<AtomicLong> THING = new MetricGroup<>(
            "thing",
            List.of("size"),
            List.of(
                    Metric.count("lag-ms", "ms", "How late it is.", AtomicLong::get),
                    Metric.flag("late", "Whether it is.", n -> n.get() > 0),
                    Metric.text("word", "What it says.", n -> "n" + n.get())));

    private static final String NAME = "pika.connect:type=thing,connector=c,task=0,size=";

    private final MBeans jmx = MBeans.here();
    private TaskMetrics metrics = start();

    private static TaskMetrics start() {
        Map<String, String> task = new LinkedHashMap<>();
        task.put("connector", "c");
        task.put("task", "0");
        return TaskMetrics.of(task, Optional.empty());
    }

    @AfterEach
    void end() {
        metrics.close();
        assertThat(jmx.names("pika.connect:type=thing,*")).isEmpty();
    }

    @Test
    void showsEachThingAsAnMBeanWithItsValuesAsTheyAreNow() {
        AtomicLong small = new AtomicLong();
        metrics.show(THING, Map.of("size", "small"), small);
        metrics.show(THING, Map.of("size", "large"), new AtomicLong(7));
        small.set(5);
        assertThat(jmx.attributes(NAME + "small")).isEqualTo(Map.of("lag-ms", 5L, "late", 1, "word", "n5"));
        assertThat(jmx.attributes(NAME + "large")).isEqualTo(Map.of("lag-ms", 7L, "late", 1, "word", "n7"));
    }

    @Test
    void hidesOneThingAndShowsItAgain() {
        metrics.show(THING, Map.of("size", "small"), new AtomicLong(1));
        metrics.show(THING, Map.of("size", "large"), new AtomicLong(2));
        metrics.hide(THING, Map.of("size", "small"));
        assertThat(jmx.names("pika.connect:type=thing,*")).containsExactly(NAME + "large");
        metrics.show(THING, Map.of("size", "small"), new AtomicLong(3));
        assertThat(jmx.attributes(NAME + "small")).containsEntry("lag-ms", 3L);
    }

    @Test
    void aTaskThatEndsLateLeavesItsSuccessorsMetricsAlone() {
        metrics.show(THING, Map.of("size", "small"), new AtomicLong(1));
        TaskMetrics old = metrics;
        metrics = start();
        metrics.show(THING, Map.of("size", "small"), new AtomicLong(2));
        old.show(THING, Map.of("size", "small"), new AtomicLong(3));
        old.hide(THING, Map.of("size", "small"));
        old.close();
        assertThat(jmx.attributes(NAME + "small")).containsEntry("lag-ms", 2L);
    }

    @Test
    void aValueThatCannotBeReadHurtsNeitherTheTaskNorTheOthers() {
        MetricGroup<String> broken = new MetricGroup<>(
                "thing",
                List.of("size"),
                List.of(
                        Metric.count("lag-ms", "ms", "Fails.", s -> Long.valueOf(s)),
                        Metric.text("word", "Works.", s -> s)));
        metrics.show(broken, Map.of("size", "small"), "no number");
        assertThat(jmx.attributes(NAME + "small")).isEqualTo(Map.of("word", "no number"));
    }
}
