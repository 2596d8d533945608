package io.pikaconnect.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.MasterSetup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceConnectorContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code pika.databases=*}, whose connector has to ask the master, while the master is away. */
@Timeout(120)
class AllDatabasesTest {

    @TempDir
    Path folder;

    private final PikaSourceConnector connector = new PikaSourceConnector(Duration.ofMillis(50));
    private final Context context = new Context();
    private FakePika pika;

    @BeforeEach
    void start() throws IOException {
        pika = FakePika.start(
                MasterSetup.REAL.withDatabases("db0", "db1", "db2").withPassword("right"));
        connector.initialize(context);
    }

    @AfterEach
    void stop() {
        connector.stop();
        pika.close();
    }

    private Map<String, String> settings(String... more) {
        return TaskSettings.with(
                TaskSettings.of("all", pika, folder, "pika.password", "right", "pika.databases", "*", "tasks.max", "3"),
                more);
    }

    private List<String> tasks() {
        return connector.taskConfigs(3).stream()
                .map(task -> task.get("pika.databases"))
                .toList();
    }

    private static void await(String what, java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await(what).atMost(Duration.ofSeconds(60)).until(condition);
    }

    @Test
    void aMasterThatIsThereIsAskedAtTheStart() {
        connector.start(settings());
        assertThat(tasks()).containsExactly("db0", "db1", "db2");
        assertThat(context.reconfigurations).hasValue(0);
    }

    /** Each step of the question used to have 1.6 s. */
    @Test
    void aMasterBehindASlowLinkIsAskedAtTheStart() {
        pika.mischief().answerLate(Duration.ofMillis(1_800));
        connector.start(settings());
        assertThat(tasks()).containsExactly("db0", "db1", "db2");
        assertThat(context.reconfigurations).hasValue(0);
    }

    @Test
    void aMasterThatIsAwayIsWaitedForWithATaskThatWaits() throws Exception {
        pika.stop();
        connector.start(settings());
        assertThat(tasks()).containsExactly("db0");
        assertThat(context.errors).isEmpty();
        pika.start();
        await("the tasks of the other dbs", () -> context.reconfigurations.get() == 1);
        assertThat(tasks()).containsExactly("db0", "db1", "db2");
    }

    @Test
    void dbsThatWereReplicatedKeepTheirTasksMeanwhile() throws Exception {
        context.stored.addAll(Set.of("db2", "db0"));
        pika.stop();
        connector.start(settings());
        assertThat(tasks()).containsExactly("db0", "db2");
        pika.start();
        await("the tasks of all dbs", () -> context.reconfigurations.get() == 1);
        assertThat(tasks()).containsExactly("db0", "db1", "db2");
    }

    @Test
    void whatNeedsSomebodyEndsTheConnectorWithTheRemedy() throws Exception {
        pika.stop();
        connector.start(settings("pika.password", "wrong"));
        pika.start();
        await("an error", () -> !context.errors.isEmpty());
        assertThat(context.errors.get(0)).isInstanceOf(ConnectException.class).hasMessageContaining("pika.password");
        assertThat(context.reconfigurations).hasValue(0);
    }

    @Test
    void tooFewTasksAreSaidAsSoonAsItIsKnown() throws Exception {
        pika.stop();
        connector.start(settings("tasks.max", "2"));
        pika.start();
        await("an error", () -> !context.errors.isEmpty());
        assertThat(context.errors.get(0)).hasMessageContaining("tasks.max must be at least 3");
        assertThatThrownBy(() -> new PikaSourceConnector().start(settings("tasks.max", "2")))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("tasks.max must be at least 3");
    }

    @Test
    void offsetsThatCannotBeReadNowAreNoReasonToStop() {
        context.stored.add("unreadable");
        pika.stop();
        connector.start(settings());
        assertThat(tasks()).containsExactly("db0");
    }

    @Test
    void nobodyAsksAnyMoreAfterTheStop() throws Exception {
        pika.stop();
        connector.start(settings());
        connector.stop();
        await(
                "the end of the asking thread",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().equals("pika-source-databases-all")));
        pika.start();
        assertThat(context.reconfigurations).hasValue(0);
        assertThat(context.errors).isEmpty();
    }

    /** What the connector tells Connect, and what Connect has stored. */
    private static final class Context implements SourceConnectorContext {

        private final AtomicInteger reconfigurations = new AtomicInteger();
        private final List<Exception> errors = new CopyOnWriteArrayList<>();
        private final Set<String> stored = ConcurrentHashMap.newKeySet();

        @Override
        public void requestTaskReconfiguration() {
            reconfigurations.incrementAndGet();
        }

        @Override
        public void raiseError(Exception e) {
            errors.add(e);
        }

        @Override
        public OffsetStorageReader offsetStorageReader() {
            return new OffsetStorageReader() {
                @Override
                public <T> Map<String, Object> offset(Map<String, T> partition) {
                    throw new UnsupportedOperationException();
                }

                @Override
                public <T> Map<Map<String, T>, Map<String, Object>> offsets(Collection<Map<String, T>> partitions) {
                    if (stored.contains("unreadable")) {
                        throw new ConnectException("Failed to fetch offsets.");
                    }
                    return partitions.stream()
                            .filter(p -> stored.contains(String.valueOf(p.get("db"))))
                            .collect(Collectors.toMap(p -> p, p -> Map.of("phase", "binlog")));
                }
            };
        }

        @Override
        public PluginMetrics pluginMetrics() {
            throw new UnsupportedOperationException();
        }
    }
}
