package io.pikaconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Resp;
import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.metrics.MBeans;
import io.pikaconnect.pika.BinlogItem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What JMX and the worker's own registry show of a source task that replicates a recording. */
class SourceMetricsTest {

    private static final int PARTITIONS = 4;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String NAME = "pika.connect:type=source,connector=metrics,pika=logical,db=db0";

    @TempDir
    Path snapshots;

    private final MBeans jmx = MBeans.here();
    private RecordedMaster master;
    private ModelConnect connect;

    @BeforeEach
    void start() throws IOException {
        master = RecordedMaster.start(Recording.ofVersion("3.5.5"));
        master.writeUpTo(1_000);
        connect = new ModelConnect(settings(), PARTITIONS, true, 1);
    }

    @AfterEach
    void stop() {
        connect.stop();
        master.close();
        assertThat(jmx.names("pika.connect:type=source*,connector=metrics,*")).isEmpty();
        assertThat(connect.plugins.values()).isEmpty();
    }

    private Map<String, String> settings() {
        return TaskSettings.of(
                "metrics",
                master,
                snapshots,
                "pika.name",
                "logical",
                "topic.partitions",
                String.valueOf(PARTITIONS),
                "snapshot.chunk.elements",
                "3");
    }

    private void rounds(BooleanSupplier until) throws InterruptedException {
        Instant limit = Instant.now().plus(LIMIT);
        while (!until.getAsBoolean()) {
            connect.round();
            assertThat(Instant.now()).as("still going on; " + shown()).isBefore(limit);
        }
    }

    private Map<String, Object> shown() {
        return jmx.attributes(NAME);
    }

    private long number(String metric) {
        return ((Number) shown().get(metric)).longValue();
    }

    private boolean isThrough() {
        return "binlog".equals(shown().get("phase"))
                && shown().get("position").equals(master.end().toString());
    }

    @Test
    void theyTellTheWayFromTheDumpToTheEndOfTheBinlog() throws Exception {
        connect.start(new PollLimit(23, 100_000, 17));
        rounds(() -> shown().get("phase").equals("snapshot"));
        assertThat(shown())
                .containsEntry("connected", 1)
                .containsEntry("full-sync-bytes", dumpBytes())
                .containsEntry(
                        "full-sync-files", (long) master.recording().fileNames().size())
                .containsEntry("full-sync-files-total", number("full-sync-files"))
                .containsEntry("full-sync-attempts", 1L)
                .containsEntry("position", master.recording().position().toString());
        assertThat(number("epoch"))
                .isEqualTo(connect.storedOffset().orElseThrow().epoch().number());

        assertThat(number("snapshot-dir-free-bytes"))
                .isBetween(1L, snapshots.toFile().getTotalSpace());
        assertThat(number("snapshot-percent")).isBetween(0L, 99L);
        assertThat(number("snapshot-keys-estimated"))
                .isGreaterThanOrEqualTo(
                        keysByType().values().stream().mapToLong(n -> n).sum());

        assertThat(number("lag-bytes"))
                .isEqualTo(master.recording().position().bytesTo(master.end(), 104_857_600))
                .isPositive();
        assertThat(number("lag-ms")).isBetween(0L, LIMIT.toMillis());

        rounds(this::isThrough);
        assertThat(shown())
                .containsEntry("master-position", master.end().toString())
                .containsEntry("lag-bytes", 0L)
                .containsEntry("lag-ms", 0L)
                .containsEntry("snapshot-percent", 100L)
                .containsEntry("snapshot-remaining-ms", 0L)
                .containsEntry("items", 1_000L)
                .containsEntry("unacknowledged-records", 0L)
                .containsEntry("oldest-unacknowledged-ms", 0L)
                .containsEntry("records", connect.records())
                .containsEntry("ticks", ticks());
        assertThat(number("bytes")).isGreaterThan(100 * number("records"));
        for (Map.Entry<String, Long> type : keysByType().entrySet()) {
            assertThat(shown()).containsEntry("snapshot-" + type.getKey() + "-keys", type.getValue());
        }
        assertThat(number("snapshot-keys"))
                .isEqualTo(keysByType().values().stream().mapToLong(n -> n).sum());
    }

    @Test
    void whatIsNotSelectedIsCountedAndIsNoDiscard() throws Exception {
        connect = connect.with(connect.settingsWith("types.include", "hash"));
        connect.start(PollLimit.DEFAULT);
        rounds(this::isThrough);
        assertThat(number("filtered")).isGreaterThan(100);
        assertThat(number("snapshot-keys"))
                .isPositive()
                .isEqualTo(number("snapshot-hash-keys"))
                .isEqualTo(keysByType().get("hash"));
        assertThat(jmx.names("pika.connect:type=source-discards,connector=metrics,reason=filtered,*"))
                .isEmpty();
    }

    @Test
    void aWorkerOfKafka41HasTheSameAsMetricsOfThePlugin() throws Exception {
        connect.start(PollLimit.DEFAULT);
        rounds(this::isThrough);
        Map<String, Object> here = connect.plugins.values();
        assertThat(here.keySet()).containsAll(shown().keySet());
        assertThat(here).containsEntry("phase", "binlog").containsEntry("items", 1_000L);
    }

    @Test
    void aWorkerBeforeKafka41HasThemByJmxOnly() throws Exception {
        connect.plugins.becomesOlder();
        connect.start(PollLimit.DEFAULT);
        rounds(this::isThrough);
        assertThat(shown()).containsEntry("items", 1_000L);
    }

    @Test
    void aMasterThatIsAwayShowsAndDoesNotEndTheTask() throws Exception {
        connect.start(PollLimit.DEFAULT);
        rounds(this::isThrough);
        assertThat(shown()).containsEntry("connection-failures", 0L).containsEntry("last-connection-failure", "-");
        master.stop();
        rounds(() -> number("connected") == 0 && number("connection-failures") >= 2);
        assertThat(shown()).containsEntry("phase", "binlog");
        assertThat(number("lag-ms")).as("nobody knows what the master has now").isPositive();
        assertThat((String) shown().get("last-connection-failure")).contains("127.0.0.1:" + master.port());
        master.start();
        master.writeUpTo(1_200);
        rounds(() -> number("connected") == 1 && isThrough());
    }

    @Test
    void whatWaitsForKafkaIsCountedAndMakesTheLag() throws Exception {
        connect = new ModelConnect(settings(), PARTITIONS, false, 1);
        connect.start(PollLimit.DEFAULT);
        rounds(this::isThrough);
        master.writeUpTo(1_500);
        Instant limit = Instant.now().plus(LIMIT);
        while (number("items") < 1_500) {
            connect.pollOnly();
            assertThat(Instant.now()).isBefore(limit);
        }
        assertThat(number("unacknowledged-records")).isGreaterThanOrEqualTo(500);
        assertThat(number("lag-bytes")).isPositive();
        assertThat(number("lag-ms")).isGreaterThanOrEqualTo(number("oldest-unacknowledged-ms") - 1_000);
        rounds(this::isThrough);
        assertThat(shown()).containsEntry("lag-bytes", 0L).containsEntry("lag-ms", 0L);
    }

    @Test
    void whatIsLeftOutShowsByReason() throws Exception {
        master.close();
        master = RecordedMaster.start(withUnknownCommands(Recording.ofVersion("3.5.5"), 50, 3));
        connect = new ModelConnect(withSkipping(settings()), PARTITIONS, true, 1);
        connect.start(PollLimit.DEFAULT);
        rounds(this::isThrough);
        assertThat(shown()).containsEntry("items", 50L);
        assertThat(jmx.attributes(NAME.replace("source,", "source-discards,") + ",reason=unknown.command"))
                .isEqualTo(Map.of("discards", 3L));
        assertThat(connect.plugins.values()).containsEntry("discards{reason=unknown.command}", 3L);
    }

    @Test
    void aRestartedTaskBeginsToCountAnew() throws Exception {
        connect.start(PollLimit.DEFAULT);
        rounds(this::isThrough);
        connect.stop();
        assertThat(shown()).isEmpty();
        master.writeUpTo(1_010);
        connect.start(PollLimit.DEFAULT);
        rounds(() -> !shown().isEmpty() && isThrough());
        assertThat(shown()).containsEntry("items", 10L).containsEntry("snapshot-keys", 0L);
    }

    private static Map<String, String> withSkipping(Map<String, String> settings) {
        settings.put("on.unknown.command", "skip");
        return settings;
    }

    /** The first items, and among them so many whose command, one of three letters, is none that Pika has. */
    private static Recording withUnknownCommands(Recording recording, int count, int unknown) {
        List<BinlogItem> items = new ArrayList<>(recording.items().subList(0, count));
        int left = unknown;
        for (int i = 0; i < count && left > 0; i++) {
            byte[] bytes = items.get(i).bytes().clone();
            int command = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("$3\r\nset\r\n", 34);
            if (command > 0 && command < 40) {
                System.arraycopy(Resp.bytes("NEW"), 0, bytes, command + 4, 3);
                items.set(i, new BinlogItem(items.get(i).end(), bytes));
                left--;
            }
        }
        assertThat(left).isZero();
        return recording.withItems(items);
    }

    private long dumpBytes() throws IOException {
        long sum = 0;
        for (String name : master.recording().fileNames()) {
            sum += Files.size(master.recording().dump().resolve(name));
        }
        return sum;
    }

    private long ticks() {
        return connect.topic().stream()
                .flatMap(List::stream)
                .filter(r -> r.header().isTick())
                .count();
    }

    /** How many keys of each type the master held when it made the dump. */
    private static Map<String, Long> keysByType() throws IOException {
        try (Stream<String> lines = Files.lines(Recording.folder("3.5.5").resolve("expected-after-full-sync.jsonl"))) {
            return lines.map(line -> line.replaceFirst(".*\"type\": ?\"(\\w+)\".*", "$1"))
                    .collect(Collectors.groupingBy(type -> type, Collectors.counting()));
        }
    }
}
