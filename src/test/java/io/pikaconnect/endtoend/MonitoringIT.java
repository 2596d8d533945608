package io.pikaconnect.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pikaconnect.change.Command;
import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RedisCluster;
import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.metrics.MetricGroup;
import io.pikaconnect.sink.SinkMetrics;
import io.pikaconnect.source.SourceMetrics;
import io.pikaconnect.tool.ChildJvm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import redis.clients.jedis.Jedis;

/** The files of docker/monitoring, with the real exporter in a real worker, and with a real Prometheus where there is one. */
class MonitoringIT {

    private static final Path FILES = Path.of("docker", "monitoring").toAbsolutePath();
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern METRIC = Pattern.compile("\\b(?:pika|kafka_connect)_[a-z_]+");

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static FakePika pika;
    private static RedisServer redis;
    private static RedisCluster cluster;
    private static Pipeline pipeline;
    private static int port;

    /** A migration that has had a discard of each connector, and a second sink, which fills a cluster. */
    @BeforeAll
    static void migrate() throws Exception {
        port = freePort();
        String agent = ChildJvm.classPath().stream()
                .map(Path::toString)
                .filter(jar -> jar.contains("jmx_prometheus_javaagent"))
                .findFirst()
                .orElseThrow();
        pika = FakePika.start(MasterSetup.REAL);
        redis = RedisServer.start();
        pika.execute(Command.of("SET", "both", "a"));
        pika.execute(Command.of("RPUSH", "both", "a"));
        pika.execute(Command.of("SET", "changed", "a"));
        pipeline = new Pipeline(
                "monitored",
                true,
                pika,
                List.of("db0"),
                Optional.of(agent + "=127.0.0.1:" + port + ":" + FILES.resolve("jmx-exporter.yaml")));
        pipeline.deploySource(Map.of("on.type.collision", "first"));
        pipeline.deploySink(redis, Map.of("on.wrong.type", "skip"));
        cluster = RedisCluster.start(3, 0);
        pipeline.deploySink(cluster.nodes().get(0), Map.of("redis.cluster", "true"));
        try (Jedis client = redis.connect()) {
            await().atMost(LIMIT).until(() -> client.exists("changed"));
            client.del("changed");
            client.rpush("changed", "behind its back");
        }
        pika.execute(Command.of("APPEND", "changed", "b"));
        await().atMost(LIMIT)
                .until(() -> names(scraped())
                        .containsAll(List.of(
                                "pika_source_discards_total",
                                "pika_sink_discards_total",
                                "pika_sink_node_scripts_total")));
    }

    @AfterAll
    static void end() {
        pipeline.close();
        cluster.close();
        redis.close();
        pika.close();
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static String get(int port, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(LIMIT)
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    /** Each series with its value. */
    private static List<String> scraped() throws IOException, InterruptedException {
        return get(port, "/metrics")
                .lines()
                .filter(line -> line.startsWith("pika_") || line.startsWith("kafka_connect_"))
                .toList();
    }

    private static Set<String> names(List<String> series) {
        return series.stream()
                .map(line -> line.replaceAll("[{ ].*", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @SuppressWarnings("unchecked")
    private static List<String> alerts() throws IOException {
        Map<String, Object> all = (Map<String, Object>)
                new Load(LoadSettings.builder().build()).loadFromString(Files.readString(FILES.resolve("alerts.yaml")));
        List<Map<String, Object>> groups = (List<Map<String, Object>>) all.get("groups");
        return groups.stream()
                .flatMap(group -> ((List<Map<String, Object>>) group.get("rules")).stream())
                .map(rule -> rule.get("expr").toString())
                .toList();
    }

    private static List<String> dashboard() throws IOException {
        List<String> all = new ArrayList<>();
        new ObjectMapper()
                .readTree(FILES.resolve("grafana/dashboard.json").toFile())
                .path("panels")
                .forEach(panel -> panel.path("targets")
                        .forEach(target -> all.add(target.path("expr").asText())));
        return all;
    }

    private static List<String> expressions() throws IOException {
        return Stream.concat(alerts().stream(), dashboard().stream()).toList();
    }

    @Test
    void everyNumberIsExportedOnceUnderItsOwnName() throws Exception {
        List<String> series = scraped();
        assertThat(series.stream().map(line -> line.substring(0, line.lastIndexOf(' '))))
                .doesNotHaveDuplicates()
                .noneMatch(line -> line.contains("_objectname=")); // two under one name
        Set<String> names = names(series);
        for (MetricGroup<?> group :
                List.of(SourceMetrics.SOURCE, SinkMetrics.SINK, SinkMetrics.PARTITION, SinkMetrics.NODE)) {
            group.metrics().stream()
                    .filter(metric -> !metric.unit().equals("text"))
                    .forEach(metric -> {
                        String name = ("pika_" + group.type() + "_" + metric.name())
                                .replace('-', '_')
                                .replace("files_total", "files_in_dump"); // _total is for counters
                        assertThat(names)
                                .as(metric.name() + " of " + group.type())
                                .containsAnyOf(name, name + "_total");
                    });
        }
        assertThat(series)
                .anyMatch(line -> line.startsWith("pika_source_phase{") && line.matches(".*phase=\"binlog\".* 4[.]0"))
                .anyMatch(line ->
                        line.startsWith("pika_sink_partition_state{") && line.matches(".*state=\"open\".* 1[.]0"))
                .anyMatch(line -> line.startsWith("pika_sink_deadlines{") && line.contains("\"held\""))
                .anyMatch(line -> line.startsWith("pika_sink_node_slots{")
                        && line.contains("node=\"" + cluster.masters().get(0).address() + "\""))
                .anyMatch(line ->
                        line.startsWith("pika_source_discards_total{") && line.contains("reason=\"type.collision\""))
                .anyMatch(
                        line -> line.startsWith("pika_sink_discards_total{") && line.contains("reason=\"wrong.type\""));
        assertThat(get(port, "/metrics"))
                .contains("# TYPE pika_source_records_total counter", "# TYPE pika_source_lag_ms gauge");
    }

    @Test
    void whatAlertsAndDashboardUseIsExported() throws Exception {
        assertThat(alerts()).hasSizeGreaterThan(10);
        assertThat(dashboard()).hasSizeGreaterThan(15);
        Set<String> names = names(scraped());
        for (String expression : expressions()) {
            assertThat(METRIC.matcher(expression).results().map(found -> found.group()))
                    .as(expression)
                    .isNotEmpty()
                    .isSubsetOf(names);
        }
    }

    @Test
    @Tag("prometheus")
    void everyExpressionReturnsSomething() throws Exception {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "prometheus"))),
                "no Prometheus on the PATH");
        Path folder = Workplace.folder("prometheus");
        Files.copy(FILES.resolve("alerts.yaml"), folder.resolve("alerts.yaml"));
        Files.writeString(
                folder.resolve("prometheus.yaml"),
                Files.readString(FILES.resolve("prometheus.yaml"))
                        .replace("connect:9404", "127.0.0.1:" + port)
                        .replace("interval: 10s", "interval: 1s"));
        int web = freePort();
        Process prometheus = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + folder.resolve("prometheus.yaml"),
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + web)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("prometheus.log").toFile())
                .start();
        try {
            for (String expression : expressions()) {
                await(expression)
                        .atMost(LIMIT)
                        .ignoreException(IOException.class)
                        .until(() -> returns(web, expression));
            }
        } finally {
            prometheus.destroy();
            prometheus.waitFor(20, TimeUnit.SECONDS);
        }
    }

    /** An alert that is quiet returns nothing: so what it looks at is asked for, and what its comparison gives. */
    private static boolean returns(int web, String expression) throws IOException, InterruptedException {
        String always =
                expression.replaceAll("absent\\(([^)]*)\\)", "$1").replaceAll("(==|>=|<=|>|<) (\\d)", "$1 bool $2");
        JsonNode answer = new ObjectMapper()
                .readTree(get(web, "/api/v1/query?query=" + URLEncoder.encode(always, StandardCharsets.UTF_8)));
        return !answer.path("data").path("result").isEmpty();
    }
}
