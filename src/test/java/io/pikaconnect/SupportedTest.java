package io.pikaconnect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pikaconnect.pika.PikaVersion;
import io.pikaconnect.source.PikaSourceConnector;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.Test;

/** What README and the plugin's manifest call supported is what the code accepts. */
class SupportedTest {

    private static final Path README = Path.of("README.md");
    private static final Path LIMITS = Path.of("src/site/markdown/limits.md");
    private static final String KAFKA = "3.9 to 4.3";

    @Test
    void readmeAndItsPageOfLimitsListTheReleasesOfPikaThatAreAccepted() throws IOException {
        assertThat(listed(README, "| Pika | Full sync | Tried with a real master |"))
                .isEqualTo(accepted());
        assertThat(listed(LIMITS, "| Pika | INFO reports | Full sync | Binlog | Known from |"))
                .isEqualTo(accepted());
    }

    private static List<String> listed(Path page, String head) throws IOException {
        return rows(page, head).stream()
                .flatMap(cells -> Arrays.stream(cells.get(0).split(", ")))
                .flatMap(SupportedTest::releases)
                .toList();
    }

    @Test
    void theManifestNamesTheFirstAndTheLastReleaseOfPika() throws IOException {
        List<String> accepted = accepted();
        assertThat(requirements())
                .contains("Pika " + accepted.get(0) + " to " + accepted.get(accepted.size() - 1) + ", classic mode");
    }

    @Test
    void readmeAndManifestNameOneRangeOfKafkasAndTheJavaThatIsCompiledFor() throws IOException {
        assertThat(Files.readString(README)).contains("(Kafka " + KAFKA + ")");
        assertThat(requirements())
                .contains("Kafka Connect " + KAFKA + " on Java " + javaCompiledFor()
                        + " or later, Linux x86-64 or arm64");
        String[] ends = KAFKA.split(" to ");
        assertThat(number(AppInfoParser.getVersion()))
                .as("the Kafka that this is compiled against")
                .isBetween(number(ends[0]), number(ends[1]));
    }

    @Test
    void theManifestPromisesNoTransformationsAndNoEncodingsThatTheSourceRefuses() throws IOException {
        JsonNode features = manifest().path("features");
        Map<String, String> routed = settings();
        routed.put("transforms", "route");
        routed.put("transforms.route.type", "org.apache.kafka.connect.transforms.RegexRouter");
        assertThat(errors(routed)).anyMatch(error -> error.contains("RegexRouter"));
        assertThat(features.path("single_message_transforms").asBoolean()).isFalse();

        Map<String, String> asJson = settings();
        asJson.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");
        assertThat(errors(asJson)).anyMatch(error -> error.contains("ByteArrayConverter"));
        assertThat(features.path("supported_encodings")).map(JsonNode::asText).containsExactly("bytes");

        assertThat(errors(settings())).noneMatch(error -> error.matches(".*(RegexRouter|ByteArrayConverter).*"));
    }

    /** Numbers around those that exist, which the code accepts. */
    private static List<String> accepted() {
        List<String> accepted = new ArrayList<>();
        for (int major = 2; major < 6; major++) {
            for (int minor = 0; minor < 10; minor++) {
                for (int patch = 0; patch < 30; patch++) {
                    String release = major + "." + minor + "." + patch;
                    try {
                        PikaVersion.parse(release);
                        accepted.add(release);
                    } catch (IllegalArgumentException e) {
                        assertThat(e).hasMessageContaining(release);
                    }
                }
            }
        }
        return accepted;
    }

    /** {@code 3.5.4}, or {@code 3.5.0 – 3.5.3}. */
    private static Stream<String> releases(String range) {
        String[] ends = range.split(" – ");
        String first = ends[0];
        String last = ends[ends.length - 1];
        String minor = first.substring(0, first.lastIndexOf('.') + 1);
        assertThat(last).as(range + " is one minor version").startsWith(minor);
        return IntStream.rangeClosed(patch(first), patch(last)).mapToObj(patch -> minor + patch);
    }

    private static int patch(String release) {
        return Integer.parseInt(release.substring(release.lastIndexOf('.') + 1));
    }

    /** The cells of the page's table with that head. */
    private static List<List<String>> rows(Path page, String head) throws IOException {
        return Files.readAllLines(page).stream()
                .dropWhile(line -> !line.equals(head))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> Arrays.stream(line.substring(1).split("\\|"))
                        .map(String::strip)
                        .toList())
                .toList();
    }

    private static JsonNode manifest() throws IOException {
        return new ObjectMapper().readTree(Files.readString(Path.of("manifest.json")));
    }

    private static List<String> requirements() throws IOException {
        List<String> requirements = new ArrayList<>();
        manifest().path("requirements").forEach(line -> requirements.add(line.asText()));
        return requirements;
    }

    /** Class files begin with {@code cafebabe}, two bytes of a minor and two of a major version: Java's + 44. */
    private static int javaCompiledFor() throws IOException {
        try (InputStream bytes = PikaSourceConnector.class.getResourceAsStream("PikaSourceConnector.class");
                DataInputStream in = new DataInputStream(bytes)) {
            in.readInt();
            in.readShort();
            return in.readShort() - 44;
        }
    }

    private static int number(String version) {
        String[] parts = version.split("\\.");
        return Integer.parseInt(parts[0]) * 1_000 + Integer.parseInt(parts[1]);
    }

    private static Map<String, String> settings() throws IOException {
        Map<String, String> settings = new TreeMap<>();
        new ObjectMapper()
                .readTree(Files.readString(Path.of("config/pika-source.json")))
                .path("config")
                .properties()
                .forEach(setting ->
                        settings.put(setting.getKey(), setting.getValue().asText()));
        settings.put("name", "pika-source");
        settings.put("pika.address", "no address, so that no master is asked");
        return settings;
    }

    private static List<String> errors(Map<String, String> settings) {
        return new PikaSourceConnector()
                .validate(settings).configValues().stream()
                        .flatMap(value -> value.errorMessages().stream())
                        .toList();
    }
}
