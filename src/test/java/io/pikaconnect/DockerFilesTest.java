package io.pikaconnect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The files of docker/ fit each other, the files of config/ and this build, as far as that shows without Docker. */
class DockerFilesTest {

    private static final Path DOCKER = Path.of("docker");
    private static final Path CONFIG = Path.of("config");

    @Test
    void everyServiceIsReachableAtTheAddressThatTheConnectorsAreGiven() throws IOException {
        Map<String, Map<String, Object>> services = services();
        assertThat(services).containsOnlyKeys("kafka", "connect", "pika", "redis", "deploy", "watch");
        assertThat(services.values())
                .filteredOn(service -> !service.equals(services.get("kafka")))
                .allSatisfy(service -> assertThat(service).containsEntry("network_mode", "service:kafka"));
        List<String> published = list(services.get("kafka").get("ports"));
        assertThat(published)
                .containsExactlyInAnyOrder(
                        published(worker().getProperty("bootstrap.servers")),
                        published(
                                "127.0.0.1" + worker().getProperty("listeners").replace("http://", "")),
                        published(ready("pika-source").path("pika.address").asText()),
                        published(ready("redis-sink").path("redis.address").asText()));
        assertThat(map(services.get("kafka").get("environment")))
                .containsEntry(
                        "KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://" + worker().getProperty("bootstrap.servers"));
    }

    @Test
    void whatMustOutliveAContainerIsInAVolume() throws IOException {
        Map<String, Object> compose = compose();
        assertThat(list(services().get("connect").get("volumes")))
                .containsExactly(
                        "snapshots:" + ready("pika-source").path("snapshot.dir").asText());
        List<String> named = Stream.of("kafka", "connect", "pika", "redis")
                .flatMap(name -> list(volumesOf(compose, name)).stream())
                .map(volume -> volume.replaceAll(":.*", ""))
                .toList();
        assertThat(map(compose.get("volumes"))).containsOnlyKeys(named.toArray(String[]::new));
        assertThat(map(services().get("kafka").get("environment")).get("KAFKA_LOG_DIRS"))
                .isEqualTo(list(services().get("kafka").get("volumes")).get(0).replaceAll(".*:", ""));
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
    void theFilesOfConfigAreDeployedAndWhatTheyAskOfTheWorkerIsAllowed() throws IOException {
        Map<String, Object> deploy = services().get("deploy");
        assertThat(list(deploy.get("volumes"))).containsExactly("../config:/config:ro");
        assertThat(list(deploy.get("command")).get(0))
                .contains("for name in pika-source redis-sink;", "--data @/config/$$name.json", ":8083/connectors");
        assertThat(CONFIG.resolve("pika-source.json")).exists();
        assertThat(CONFIG.resolve("redis-sink.json")).exists();
        assertThat(ready("pika-source").path("exactly.once.support").asText()).isEqualTo("requested");
        assertThat(worker())
                .containsEntry("exactly.once.source.support", "enabled")
                .containsEntry("connector.client.config.override.policy", "All");
    }

    private static String published(String address) {
        String port = address.replaceAll(".*:", "");
        assertThat(address).isEqualTo("127.0.0.1:" + port);
        return "127.0.0.1:" + port + ":" + port;
    }

    private static Object volumesOf(Map<String, Object> compose, String service) {
        return map(map(compose.get("services")).get(service)).get("volumes");
    }

    private static Map<String, Map<String, Object>> services() throws IOException {
        Map<String, Map<String, Object>> services = new TreeMap<>();
        map(compose().get("services")).forEach((name, service) -> services.put(name, map(service)));
        return services;
    }

    private static Map<String, Object> compose() throws IOException {
        try (Reader reader = Files.newBufferedReader(DOCKER.resolve("compose.yaml"))) {
            return map(new Load(LoadSettings.builder().build()).loadFromReader(reader));
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object node) {
        return (Map<String, Object>) node;
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
