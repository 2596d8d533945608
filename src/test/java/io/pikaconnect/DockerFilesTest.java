package io.pikaconnect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The files of docker/ fit each other, the files of config/ and this build, as far as that shows without Docker. */
class DockerFilesTest {

    private static final Path DOCKER = Path.of("docker");
    private static final Path CONFIG = Path.of("config");

    @Test
    void theServicesAndTheirConnectorsFindEachOtherByName() throws IOException {
        assertThat(services()).containsOnlyKeys("kafka", "connect", "pika", "redis", "deploy", "watch");
        assertThat(services().values())
                .allSatisfy(service -> assertThat(service).doesNotContainKey("network_mode"));
        assertThat(worker())
                .containsEntry("rest.advertised.host.name", "connect")
                .containsEntry("listeners", "http://:8083");
        assertThat(environment("kafka"))
                .containsEntry(
                        "KAFKA_ADVERTISED_LISTENERS",
                        "PLAINTEXT://" + worker().getProperty("bootstrap.servers")
                                + ",HOST://127.0.0.1:${KAFKA_PORT:-9092}");
        assertThat(list(services().get("deploy").get("command")).get(0))
                .contains(replaced(ready("pika-source").path("pika.address").asText(), "pika:9221"))
                .contains(replaced(ready("redis-sink").path("redis.address").asText(), "redis:6379"))
                .contains("http://connect:8083/connectors");
    }

    @Test
    void everyServerIsPublishedOnLoopbackOnlyAtItsUsualPortOrAnother() throws IOException {
        Map<String, String> usual = Map.of("kafka", "9092", "connect", "8083", "pika", "9221", "redis", "6379");
        for (Map.Entry<String, Map<String, Object>> service : services().entrySet()) {
            String port = usual.get(service.getKey());
            List<String> expected = port == null
                    ? List.of()
                    : List.of("127.0.0.1:${" + service.getKey().toUpperCase(Locale.ROOT) + "_PORT:-" + port + "}:"
                            + port);
            assertThat(listOrNone(service.getValue().get("ports"))).isEqualTo(expected);
        }
    }

    @Test
    void whatMustOutliveAContainerIsInAVolume() throws IOException {
        assertThat(volumes("connect"))
                .containsOnlyKeys(ready("pika-source").path("snapshot.dir").asText());
        assertThat(volumes("kafka")).containsOnlyKeys(environment("kafka").get("KAFKA_LOG_DIRS"));
        assertThat(volumes("redis")).containsOnlyKeys("/data");
        assertThat(list(services().get("redis").get("command"))).containsSequence("--appendonly", "yes");
        assertThat(volumes("pika")).containsOnlyKeys("/pika/conf", "/pika/data");
        assertThat(environment("pika"))
                .containsEntry("PIKA_DB_PATH", "/pika/data/db/")
                .containsEntry("PIKA_LOG_PATH", "/pika/data/log/")
                .containsEntry("PIKA_DUMP_PATH", "/pika/data/dump/")
                .containsEntry("PIKA_DB_SYNC_PATH", "/pika/data/dbsync/");
        List<String> named = Stream.of("kafka", "connect", "pika", "redis")
                .flatMap(name -> volumes(name).values().stream())
                .toList();
        assertThat(map(compose().get("volumes"))).containsOnlyKeys(named.toArray(String[]::new));
    }

    @Test
    void aServerThatIsNotHealthyHoldsUpWhatNeedsItAndIsStartedAgain() throws IOException {
        for (String name : List.of("kafka", "connect", "pika", "redis")) {
            assertThat(services().get(name))
                    .as(name)
                    .containsKey("healthcheck")
                    .containsEntry("restart", "unless-stopped");
        }
        assertThat(conditions("connect")).isEqualTo(Map.of("kafka", "service_healthy"));
        assertThat(conditions("deploy"))
                .isEqualTo(Map.of("connect", "service_healthy", "pika", "service_healthy", "redis", "service_healthy"));
        assertThat(conditions("watch")).isEqualTo(Map.of("deploy", "service_completed_successfully"));
    }

    @Test
    void pikaStartsWithFewFilesReadsItsStorageAndKeepsItsBinlogAsReadmeAdvises() throws IOException {
        assertThat(environment("pika")).containsEntry("PIKA_MAXCLIENTS", "1000").containsEntry("PIKA_CACHE_MODEL", "0");
        assertThat(Files.readString(Path.of("README.md")))
                .contains("expire-logs-nums " + environment("pika").get("PIKA_EXPIRE_LOGS_NUMS"));
    }

    @Test
    void tasksWaitForAWorkerThatIsGoneAsLongAsReadmeSays() throws IOException {
        long seconds = Long.parseLong(worker().getProperty("scheduled.rebalance.max.delay.ms")) / 1_000;
        assertThat(Files.readString(DOCKER.resolve("README.md")))
                .contains("up to " + seconds + " seconds more (`scheduled.rebalance.max.delay.ms`");
    }

    @Test
    void theWorkerDoesNotTrackTopicsAsSizingAdvises() throws IOException {
        assertThat(worker()).containsEntry("topic.tracking.enable", "false");
        assertThat(Files.readString(Path.of("src/site/markdown/sizing.md"))).contains("`topic.tracking.enable=false`");
    }

    @Test
    void theWorkersJvmAndTheBenchmarksHaveTheOptionsThatSizingAdvises() throws IOException {
        String options = Files.readAllLines(Path.of("src/site/markdown/sizing.md")).stream()
                .filter(line -> line.startsWith("KAFKA_JVM_PERFORMANCE_OPTS="))
                .findFirst()
                .orElseThrow();
        assertThat(Files.readAllLines(DOCKER.resolve("Dockerfile"))).contains("ENV " + options);
        String ofTheCompiler = options.substring(options.indexOf("-XX:"), options.length() - 1);
        assertThat(Files.readString(Path.of("pom.xml"))).contains(ofTheCompiler + "</bench.worker.jvm>");
    }

    @Test
    void theWorkerLoadsThePluginOfThisBuildWithTheKafkaOfThisBuild() throws IOException {
        String dockerfile = Files.readString(DOCKER.resolve("Dockerfile"));
        String version = Version.current();
        assertThat(dockerfile)
                .contains("ARG VERSION=" + version + "\n")
                .contains("COPY target/hub/pikaconnect-kafka-connect-pika-${VERSION}/ "
                        + worker().getProperty("plugin.path") + "/\n")
                .contains("COPY docker/worker.properties /etc/kafka-connect/worker.properties\n")
                .contains("connect-distributed.sh\", \"/etc/kafka-connect/worker.properties\"]")
                .contains("FROM apache/kafka:" + AppInfoParser.getVersion() + " AS kafka\n")
                .contains("apt-get install -y --no-install-recommends curl rsync")
                .contains(
                        "mkdir -p " + ready("pika-source").path("snapshot.dir").asText());
        assertThat(services().get("kafka")).containsEntry("image", "apache/kafka:" + AppInfoParser.getVersion());
        Map<String, Object> build = map(services().get("connect").get("build"));
        assertThat(DOCKER.resolve(build.get("context").toString())
                        .resolve(build.get("dockerfile").toString()))
                .exists();
        assertThat(Files.readAllLines(DOCKER.resolve("Dockerfile.dockerignore")))
                .containsExactly("*", "!docker/worker.properties", "!target/hub");
    }

    @Test
    void theImageOfTheToolHasTheArchiveOfThisBuildAndKeepsItsFolderInAVolume() throws IOException {
        assertThat(Files.readString(DOCKER.resolve("Dockerfile.tool")))
                .contains("ARG VERSION=" + Version.current() + "\n")
                .contains("ADD target/kafka-connect-pika-tool-${VERSION}.tar.gz /opt/\n")
                .contains("/opt/kafka-connect-pika-tool-${VERSION}/bin/pika2redis ")
                .contains("--home-dir /var/lib/pika2redis")
                .contains("VOLUME /var/lib/pika2redis\n");
        assertThat(Files.readString(Path.of("pom.xml")))
                .contains("<tool.name>kafka-connect-pika-tool-${project.version}</tool.name>");
        assertThat(Files.readAllLines(DOCKER.resolve("Dockerfile.tool.dockerignore")))
                .containsExactly("*", "!target/kafka-connect-pika-tool-*.tar.gz");
    }

    @Test
    void theFilesOfConfigAreDeployedAndWhatTheyAskOfTheWorkerIsAllowed() throws IOException {
        Map<String, Object> deploy = services().get("deploy");
        assertThat(list(deploy.get("volumes"))).containsExactly("../config:/config:ro");
        assertThat(list(deploy.get("command")).get(0))
                .contains("for file in pika-source $$SINK;", " /config/$$file.json |", "--data @- ");
        assertThat(environment("deploy")).containsEntry("SINK", "redis-sink");
        assertThat(CONFIG.resolve("pika-source.json")).exists();
        assertThat(CONFIG.resolve("redis-sink.json")).exists();
        assertThat(ready("pika-source").path("exactly.once.support").asText()).isEqualTo("requested");
        assertThat(worker())
                .containsEntry("exactly.once.source.support", "enabled")
                .containsEntry("connector.client.config.override.policy", "All");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tls", "sentinel", "cluster"})
    void eachOtherTargetHasItsFileOfConfigDeployedAndTheFilesThatThisNames(String target) throws IOException {
        Map<String, Object> services =
                map(compose("compose." + target + ".yaml").get("services"));
        String sink = "redis-sink-" + target;
        assertThat(map(map(services.get("deploy")).get("environment"))).containsEntry("SINK", sink);
        JsonNode config = ready(sink);
        String deploy = list(services().get("deploy").get("command")).get(0);
        String addresses = config.path("redis.address").asText() + ","
                + config.path("redis.sentinel.addresses").asText();
        for (String address : addresses.split(",")) {
            if (!address.isEmpty()) {
                Matcher replaced = Pattern.compile(
                                "s/" + Pattern.quote(address.replace(".", "\\.")) + "/([\\w-]+):\\d+/")
                        .matcher(deploy);
                assertThat(replaced.find()).as(address).isTrue();
                assertThat(Stream.concat(services.keySet().stream(), services().keySet().stream()))
                        .contains(replaced.group(1));
            }
        }
        String folder = worker().getProperty("config.providers.file.param.allowed.paths");
        assertThat(list(map(services.get("connect")).get("volumes"))).containsExactly("for-connect:" + folder + ":ro");
        assertThat(list(map(services.get("secrets")).get("volumes")))
                .contains("./secrets.sh:/secrets.sh:ro", "for-connect:/for-connect");
        String copied = Files.readString(DOCKER.resolve("secrets.sh"))
                .replaceFirst("(?s).*\\ncp ([^\n]+) \"\\$for_connect\"\\n.*", "$1");
        List<String> named = Pattern.compile(folder + "/([\\w.]+)")
                .matcher(config.toString())
                .results()
                .map(file -> file.group(1))
                .toList();
        assertThat(named).isNotEmpty();
        assertThat(copied.split(" ")).containsAll(named);
    }

    @Test
    void theUserOfTheExampleWithTlsHasTheRightsThatOperationsLists() throws IOException {
        Matcher rights = Pattern.compile("An ACL user for the sink needs `([^`]+)`")
                .matcher(Files.readString(Path.of("src/site/markdown/operations.md")));
        assertThat(rights.find()).isTrue();
        assertThat(Files.readString(DOCKER.resolve("secrets.sh")))
                .contains("user default off")
                .contains("'" + rights.group(1) + "'");
        assertThat(ready("redis-sink-tls").path("redis.username").asText()).isEqualTo("sink");
    }

    @Test
    void theUserOfTheExampleOfAClusterHasTheRightsThatOperationsLists() throws IOException {
        Matcher rights = Pattern.compile("In a cluster the sink's ACL user needs, on every node, `([^`]+)`")
                .matcher(Files.readString(Path.of("src/site/markdown/operations.md")));
        assertThat(rights.find()).isTrue();
        assertThat(Files.readString(DOCKER.resolve("secrets.sh")))
                .contains("user node on >%s ~* &* +@all")
                .contains("'" + rights.group(1) + "' > cluster.acl");
    }

    @Test
    void eachNodeOfTheClusterHasANameOfTheCertificateAndAnAddressOfItsOwn() throws IOException {
        Map<String, Object> services = map(compose("compose.cluster.yaml").get("services"));
        String secrets = Files.readString(DOCKER.resolve("secrets.sh"));
        String create = list(map(services.get("cluster")).get("command")).get(0);
        List<String> nodes = services.keySet().stream()
                .filter(name -> name.startsWith("redis"))
                .toList();
        assertThat(nodes).hasSize(6);
        for (String name : nodes) {
            Map<String, Object> node = map(services.get(name));
            assertThat(map(node.get("environment"))).containsEntry("NAME", name);
            assertThat(secrets).contains("DNS:" + name + ",");
            String address =
                    (String) map(map(node.get("networks")).get("default")).get("ipv4_address");
            assertThat(create).contains("$$NETWORK" + address.substring(address.lastIndexOf('.')) + ":6379");
        }
    }

    @Test
    void prometheusFindsTheWorkersExporterAndBothFindTheirFiles() throws IOException {
        Map<String, Object> services = map(compose("compose.monitoring.yaml").get("services"));
        assertThat(map(map(services.get("connect")).get("environment")).get("KAFKA_OPTS"))
                .isEqualTo("-javaagent:/opt/monitoring/jmx_prometheus_javaagent.jar=9404"
                        + ":/etc/kafka-connect/jmx-exporter.yaml");
        assertThat(Files.readString(DOCKER.resolve("monitoring/prometheus.yaml")))
                .contains("[\"connect:9404\"]");
        assertThat(Files.readString(Path.of("pom.xml")))
                .contains("<includeArtifactIds>jmx_prometheus_javaagent</includeArtifactIds>")
                .contains("<outputDirectory>${project.build.directory}/monitoring</outputDirectory>");
        for (Object service : services.values()) {
            list(map(service).get("volumes")).stream()
                    .filter(volume -> volume.startsWith("./"))
                    .forEach(volume ->
                            assertThat(DOCKER.resolve(volume.split(":")[0])).isRegularFile());
            listOrNone(map(service).get("ports"))
                    .forEach(port -> assertThat(port).startsWith("127.0.0.1:"));
        }
    }

    /** As a command of sed writes that the one stands in place of the other. */
    private static String replaced(String address, String by) {
        return "s/" + address.replace(".", "\\.") + "/" + by + "/";
    }

    private static Map<String, Object> environment(String service) throws IOException {
        return map(services().get(service).get("environment"));
    }

    /** Name of the volume, by the place where it is mounted. */
    private static Map<Object, String> volumes(String service) {
        try {
            Map<Object, String> volumes = new TreeMap<>();
            for (String volume : list(services().get(service).get("volumes"))) {
                String[] parts = volume.split(":");
                volumes.put(parts[1], parts[0]);
            }
            return volumes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a service waits for, by the service that it needs. */
    private static Map<String, Object> conditions(String service) throws IOException {
        Map<String, Object> conditions = new TreeMap<>();
        map(services().get(service).get("depends_on"))
                .forEach((name, dependency) ->
                        conditions.put(name, map(dependency).get("condition")));
        return conditions;
    }

    private static Map<String, Map<String, Object>> services() throws IOException {
        Map<String, Map<String, Object>> services = new TreeMap<>();
        map(compose().get("services")).forEach((name, service) -> services.put(name, map(service)));
        return services;
    }

    private static Map<String, Object> compose() throws IOException {
        return compose("compose.yaml");
    }

    private static Map<String, Object> compose(String file) throws IOException {
        try (Reader reader = Files.newBufferedReader(DOCKER.resolve(file))) {
            return map(new Load(LoadSettings.builder().build()).loadFromReader(reader));
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object node) {
        return (Map<String, Object>) node;
    }

    private static List<String> listOrNone(Object node) {
        return node == null ? List.of() : list(node);
    }

    private static List<String> list(Object node) {
        return ((List<?>) node).stream().map(Object::toString).toList();
    }

    private static Properties worker() throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(DOCKER.resolve("worker.properties"))) {
            properties.load(reader);
        }
        return properties;
    }

    private static JsonNode ready(String name) throws IOException {
        return new ObjectMapper()
                .readTree(CONFIG.resolve(name + ".json").toFile())
                .path("config");
    }
}
