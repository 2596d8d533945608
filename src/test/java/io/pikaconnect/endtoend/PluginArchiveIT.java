package io.pikaconnect.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

class PluginArchiveIT {

    private static final String ROOT = "pikaconnect-kafka-connect-pika-" + PluginArchive.version() + "/";
    /** A relative one, without its anchor. */
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#]+)[^)]*\\)");

    /** A row of the table of libraries. */
    private static final Pattern LICENCE = Pattern.compile("\\| `([\\w.-]+:[\\w.-]+)` \\| ([^|]+) \\|");

    private static final String JAR = "kafka-connect-pika-" + PluginArchive.version() + ".jar";

    @Test
    void hasTheLayoutOfAConfluentHubComponent() throws IOException {
        Set<String> files = files();
        assertThat(PluginArchive.zip().getFileName()).hasToString(ROOT.replace("/", ".zip"));
        assertThat(files).allMatch(file -> file.startsWith(ROOT));
        assertThat(files)
                .contains(
                        ROOT + "manifest.json",
                        ROOT + "lib/" + JAR,
                        ROOT + "etc/pika-source.json",
                        ROOT + "etc/pika-source.properties",
                        ROOT + "etc/redis-sink.json",
                        ROOT + "etc/redis-sink.properties",
                        ROOT + "etc/redis-sink-tls.json",
                        ROOT + "etc/redis-sink-cluster.json",
                        ROOT + "etc/redis-sink-sentinel.json",
                        ROOT + "doc/README.md",
                        ROOT + "doc/LICENSE",
                        ROOT + "doc/CHANGELOG.md",
                        ROOT + "doc/sbom.json");
        assertThat(files).doesNotContain(ROOT + "etc/README.md");
        assertThat(files.stream().map(file -> file.substring(ROOT.length()).replaceAll("/.*", "")))
                .containsOnly("manifest.json", "lib", "etc", "doc");
    }

    @Test
    void linksFromReadmeToEachPageForUsersLeadToItsFileInTheArchive() throws IOException {
        Set<String> files = files();
        Path doc = Path.of(ROOT, "doc");
        for (String page : List.of(
                "README.md",
                "config/README.md",
                "docker/README.md",
                "src/demo/README.md",
                "src/site/markdown/tool.md",
                "src/site/markdown/operations.md",
                "src/site/markdown/limits.md",
                "src/site/markdown/metrics.md",
                "src/site/markdown/records.md",
                "src/site/markdown/sizing.md",
                "src/site/markdown/releases.md",
                "src/site/markdown/guide/index.md",
                "src/site/markdown/zh/index.md")) {
            assertThat(files).contains(doc.resolve(page).toString());
            Path folder = doc.resolve(page).getParent();
            LINK.matcher(text(doc.resolve(page)))
                    .results()
                    .map(link -> folder.resolve(link.group(1)).normalize().toString())
                    .forEach(target -> assertThat(files).as(page).anyMatch(file -> file.startsWith(target)));
        }
    }

    @Test
    void bringsNothingThatTheWorkerBrings() throws IOException {
        Set<String> jars = jars();
        assertThat(jars).anyMatch(jar -> jar.startsWith("rocksdbjni-"));
        assertThat(jars).anyMatch(jar -> jar.startsWith("netty-handler-"));
        assertThat(jars).anyMatch(jar -> jar.startsWith("jedis-"));
        assertThat(jars).anyMatch(jar -> jar.startsWith("protobuf-java-"));
        assertThat(jars)
                .noneMatch(
                        jar -> jar.matches("(kafka[-_](?!connect-pika).*|connect-.*|slf4j-.*|log4j.*|logback.*|scala-.*"
                                + "|junit.*|assertj.*|awaitility.*|lz4.*|snappy.*|zstd.*)\\.jar"));
    }

    @Test
    void listsEachPackedLibraryWithItsLicence() throws IOException {
        Map<String, String> licences = new TreeMap<>();
        Set<String> listed = new TreeSet<>();
        for (JsonNode library : new ObjectMapper()
                .readTree(text(Path.of(ROOT, "doc/sbom.json")))
                .path("components")) {
            listed.add(library.path("name").asText() + "-"
                    + library.path("version").asText() + ".jar");
            licences.put(
                    library.path("group").asText() + ":" + library.path("name").asText(),
                    StreamSupport.stream(library.path("licenses").spliterator(), false)
                            .map(licence -> licence.path("license"))
                            .map(licence -> licence.path("id")
                                    .asText(licence.path("name").asText()))
                            .collect(Collectors.joining(", ")));
            assertThat(library.path("hashes")).as(library.toString()).isNotEmpty();
        }
        Set<String> packed = new TreeSet<>(jars());
        packed.remove(JAR);
        assertThat(listed).isEqualTo(packed);
        Map<String, String> onThePage = new TreeMap<>();
        LICENCE.matcher(Files.readString(Path.of("src/site/markdown/releases.md")))
                .results()
                .forEach(row -> onThePage.put(row.group(1), row.group(2)));
        assertThat(licences).isEqualTo(onThePage);
    }

    @Test
    void runsOnLinuxOfBothArchitecturesAndBothLibcs() throws IOException {
        String rocksdb = jars().stream()
                .filter(jar -> jar.startsWith("rocksdbjni-"))
                .findFirst()
                .orElseThrow();
        assertThat(entriesOf(rocksdb).keySet())
                .contains(
                        "librocksdbjni-linux64.so",
                        "librocksdbjni-linux64-musl.so",
                        "librocksdbjni-linux-aarch64.so",
                        "librocksdbjni-linux-aarch64-musl.so");
    }

    @Test
    void namesItsPluginsAsServicesAndHasTheirClassesButNoneOfTheDemo() throws IOException {
        Map<String, byte[]> entries = entriesOf(JAR);
        Map<String, String> services = Map.of(
                "source.SourceConnector", "io.pikaconnect.source.PikaSourceConnector",
                "sink.SinkConnector", "io.pikaconnect.sink.RedisSinkConnector",
                "storage.Converter", "io.pikaconnect.struct.RawOrStructConverter");
        services.forEach((service, plugin) -> {
            byte[] text = entries.get("META-INF/services/org.apache.kafka.connect." + service);
            assertThat(text).as(service).isNotNull();
            assertThat(new String(text, StandardCharsets.UTF_8).strip()).isEqualTo(plugin);
            assertThat(entries).containsKey(plugin.replace('.', '/') + ".class");
        });
        assertThat(entries.keySet()).noneMatch(entry -> entry.startsWith("io/pikaconnect/demo/"));
    }

    @Test
    void manifestSpeaksOfThisVersion() throws IOException {
        JsonNode manifest;
        try (ZipFile zip = new ZipFile(PluginArchive.zip().toFile());
                InputStream in = zip.getInputStream(zip.getEntry(ROOT + "manifest.json"))) {
            manifest = new ObjectMapper().readTree(in);
        }
        assertThat(manifest.path("version").asText()).isEqualTo(PluginArchive.version());
        assertThat(manifest.path("owner").path("username").asText() + "-"
                        + manifest.path("name").asText())
                .isEqualTo("pikaconnect-kafka-connect-pika");
        assertThat(manifest.path("component_types")).map(JsonNode::asText).containsExactly("source", "sink");
        assertThat(manifest.toString()).doesNotContain("${");
    }

    @Test
    void isTheSameAsTheFolderTheOtherTestsLoad() throws IOException {
        Set<String> folder;
        try (Stream<Path> unpacked = Files.walk(PluginArchive.plugins())) {
            folder = unpacked.filter(Files::isRegularFile)
                    .map(file -> PluginArchive.plugins().relativize(file).toString())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
        assertThat(folder).isEqualTo(files());
    }

    @Test
    void theReadyConfigurationsSayTheSameForRestAndForAStandaloneWorker() throws IOException {
        for (String name : List.of("pika-source", "redis-sink")) {
            Map<String, String> json = ReadyConfiguration.json(name);
            json.put("name", ReadyConfiguration.nameInJson(name));
            assertThat(ReadyConfiguration.properties(name)).isEqualTo(json).containsEntry("name", name);
        }
    }

    private static String text(Path file) throws IOException {
        try (ZipFile zip = new ZipFile(PluginArchive.zip().toFile());
                InputStream in = zip.getInputStream(zip.getEntry(file.toString()))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Set<String> files() throws IOException {
        try (ZipFile zip = new ZipFile(PluginArchive.zip().toFile())) {
            return zip.stream()
                    .filter(entry -> !entry.isDirectory())
                    .map(ZipEntry::getName)
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Set<String> jars() throws IOException {
        return files().stream()
                .filter(file -> file.startsWith(ROOT + "lib/"))
                .map(file -> file.substring((ROOT + "lib/").length()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Entries of one of the archive's jars; contents only of what is small. */
    private static Map<String, byte[]> entriesOf(String jar) throws IOException {
        Map<String, byte[]> entries = new TreeMap<>();
        List<String> small = List.of("META-INF/services/");
        try (ZipFile zip = new ZipFile(PluginArchive.zip().toFile());
                ZipInputStream in = new ZipInputStream(zip.getInputStream(zip.getEntry(ROOT + "lib/" + jar)))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                boolean read = small.stream().anyMatch(entry.getName()::startsWith);
                entries.put(entry.getName(), read ? in.readAllBytes() : new byte[0]);
            }
        }
        return entries;
    }
}
