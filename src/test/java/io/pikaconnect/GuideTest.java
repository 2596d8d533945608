package io.pikaconnect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pikaconnect.PageShape.Section;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The guide: the same in both languages, and its examples are those of config/ and docker/. */
class GuideTest {

    static final Path ENGLISH = Path.of("src/site/markdown/guide");
    private static final Path CHINESE = Path.of("src/site/markdown/zh");
    private static final ObjectMapper JSON = new ObjectMapper();

    static List<String> pages() throws IOException {
        return names(ENGLISH);
    }

    @Test
    void eachPageIsThereInBothLanguages() throws IOException {
        assertThat(names(CHINESE)).isEqualTo(pages()).contains("index.md");
    }

    /** Whoever changes the English page finds here where the Chinese one has to follow. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("pages")
    void theChinesePageHasTheSectionsCommandsNamesLinksItemsAndRowsOfTheEnglishOne(String page) throws IOException {
        List<Section> english = PageShape.of(ENGLISH.resolve(page)).sections();
        List<Section> chinese = PageShape.of(CHINESE.resolve(page)).sections();
        for (int i = 0; i < Math.min(english.size(), chinese.size()); i++) {
            assertThat(inOneLanguage(chinese.get(i)))
                    .as("section %d of %s", i, page)
                    .isEqualTo(inOneLanguage(english.get(i)));
        }
        assertThat(chinese).as("sections").hasSameSizeAs(english);
    }

    /** The link from each index to the other language. */
    private static Section inOneLanguage(Section section) {
        TreeSet<String> links = new TreeSet<>(section.links());
        links.removeAll(List.of("../zh/index.md", "../guide/index.md"));
        return new Section(
                section.level(), section.blocks(), section.code(), links, section.items(), section.columns());
    }

    @Test
    void theChinesePagesAreInChinese() throws IOException {
        for (String page : names(CHINESE)) {
            long han = Files.readString(CHINESE.resolve(page))
                    .codePoints()
                    .filter(c -> Character.UnicodeScript.of(c) == Character.UnicodeScript.HAN)
                    .count();
            assertThat(han).as(page).isGreaterThan(100);
        }
    }

    @Test
    void theWorkersSettingsAreThoseOfDocker() throws IOException {
        List<String> blocks = PageShape.of(ENGLISH.resolve("production.md")).blocks();
        Properties advised = new Properties();
        advised.load(new StringReader(blocks.get(0)));
        Properties docker = new Properties();
        try (var in = Files.newBufferedReader(Path.of("docker/worker.properties"))) {
            docker.load(in);
        }
        assertThat(docker).containsAllEntriesOf(advised);
        assertThat(Files.readString(Path.of("src/site/markdown/sizing.md")))
                .contains("```\n" + blocks.get(1) + "```\n");
    }

    @Test
    void theWorkersOfStrimziHaveTheSettingsThatTheGuideAdvises() throws IOException {
        Properties advised = new Properties();
        advised.load(new StringReader(
                PageShape.of(ENGLISH.resolve("production.md")).blocks().get(0)));
        Map<?, ?> spec = (Map<?, ?>) documents("kubernetes.md", 0).get(0).get("spec");
        Map<?, ?> config = (Map<?, ?>) spec.get("config");
        // What is the default, and where the secrets are.
        advised.remove("connector.client.config.override.policy");
        advised.remove("config.providers.file.param.allowed.paths");
        advised.forEach((name, value) ->
                assertThat(String.valueOf(config.get(name))).as("%s", name).isEqualTo(value));
        assertThat(String.valueOf(config.get("config.providers.file.param.allowed.paths")))
                .isEqualTo("/mnt/secrets");
    }

    @Test
    void theConnectorsOfStrimziAreThoseOfConfig() throws IOException {
        for (Map<?, ?> resource : documents("kubernetes.md", 1)) {
            Map<?, ?> spec = (Map<?, ?>) resource.get("spec");
            Map<String, String> settings = new TreeMap<>();
            ((Map<?, ?>) spec.get("config")).forEach((name, value) -> settings.put("" + name, "" + value));
            settings.put("connector.class", "" + spec.get("class"));
            settings.put("tasks.max", "" + spec.get("tasksMax"));
            assertAreThoseOfConfig("" + ((Map<?, ?>) resource.get("metadata")).get("name"), settings);
        }
    }

    @Test
    void theConnectorsOfASecondPikaAreThoseOfConfig() throws IOException {
        List<String> blocks = PageShape.of(ENGLISH.resolve("several.md")).blocks();
        assertAreThoseOfConfig("pika-source", settings(JSON.readTree(blocks.get(0))));
        assertAreThoseOfConfig("redis-sink", settings(JSON.readTree(blocks.get(1))));
    }

    /** But for addresses, names and passwords, which are anybody's own. */
    private static void assertAreThoseOfConfig(String connector, Map<String, String> settings) throws IOException {
        Map<String, String> expected =
                settings(JSON.readTree(Path.of("config", connector + ".json").toFile()));
        for (String own : List.of(
                "pika.address",
                "pika.name",
                "pika.password",
                "snapshot.dir",
                "topic.prefix",
                "topics",
                "redis.address",
                "redis.database",
                "redis.password")) {
            if (expected.remove(own) != null) {
                assertThat(settings).containsKey(own);
            }
            settings.remove(own);
        }
        assertThat(settings).isEqualTo(expected);
    }

    private static Map<String, String> settings(JsonNode connector) {
        Map<String, String> settings = new TreeMap<>();
        connector.path("config").forEachEntry((setting, value) -> settings.put(setting, value.asText()));
        return settings;
    }

    private static List<Map<?, ?>> documents(String page, int block) throws IOException {
        String yaml = PageShape.of(ENGLISH.resolve(page)).blocks().get(block);
        Iterable<Object> loaded = new Load(LoadSettings.builder().build()).loadAllFromString(yaml);
        return StreamSupport.stream(loaded.spliterator(), false)
                .<Map<?, ?>>map(document -> (Map<?, ?>) document)
                .toList();
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
