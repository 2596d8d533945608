package io.pikaconnect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.Position;
import io.pikaconnect.change.Resp;
import io.pikaconnect.settings.Converters;
import io.pikaconnect.settings.Problems;
import io.pikaconnect.struct.AsJson;
import io.pikaconnect.struct.StructTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;

/** What the page of records shows of structs is what the code writes and accepts. */
class StructPageTest {

    private static final Path PAGE = Path.of("src/site/markdown/records.md");
    private static final Pattern BLOCK = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);
    private static final Pattern SETTING = Pattern.compile("\"(.+?)\": \"(.+?)\"");
    private static final ObjectMapper JSON = new ObjectMapper();

    private static List<String> blocks() throws IOException {
        return BLOCK.matcher(Files.readString(PAGE))
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    @Test
    void theExampleIsWhatTheSourceWrites() throws IOException {
        byte[] key = Resp.bytes("user:1");
        byte[] raw = Resp.encode(List.of(
                Command.of("HSET", key, "name", "Ada", "lives", "3"),
                Command.of("PEXPIREAT", key, 1_795_341_501_000L)));
        ChangeHeader header =
                ChangeHeader.change(1_795_337_869_000L, 17, Position.binlog(3, 210_276, 0), 1_795_337_901_000L);
        byte[] written = AsJson.WITHOUT_SCHEMA.ofRaw(raw, key, header, Optional.empty());
        assertThat(withoutNulls(JSON.readTree(blocks().get(0)))).isEqualTo(withoutNulls(JSON.readTree(written)));
    }

    private static JsonNode withoutNulls(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode copy = JSON.createObjectNode();
            object.properties().forEach(field -> {
                if (!field.getValue().isNull()) {
                    copy.set(field.getKey(), withoutNulls(field.getValue()));
                }
            });
            return copy;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode copy = JSON.createArrayNode();
            array.forEach(element -> copy.add(withoutNulls(element)));
            return copy;
        }
        return node;
    }

    @Test
    void theTablesHaveAllFieldsWithTheirTypes() throws IOException {
        assertThat(table("| Field of a record |"))
                .isEqualTo(replaced(StructTables.types(false), "commands", "array of (below)"));
        assertThat(table("| Field of a command |")).isEqualTo(StructTables.types(true));
    }

    private static Map<String, String> replaced(Map<String, String> types, String name, String type) {
        types.replace(name, type);
        return types;
    }

    /** First cell → second cell. */
    private static Map<String, String> table(String head) throws IOException {
        Map<String, String> rows = new LinkedHashMap<>();
        Files.readAllLines(PAGE).stream()
                .dropWhile(line -> !line.startsWith(head))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> line.split("\\|"))
                .forEach(cells -> rows.put(cells[1].strip().replace("`", ""), cells[2].strip()));
        return rows;
    }

    @Test
    void theSettingsOfTheExamplesAreAccepted() throws IOException {
        Map<String, String> source = settings(blocks().get(1));
        assertThat(source).containsEntry("record.format", "struct");
        List<ConfigValue> values = new ArrayList<>();
        Converters.ofSource(source, true, new Problems(new Config(values)));
        Converters.ofSink(settings(blocks().get(2)), new Problems(new Config(values)));
        assertThat(values).allMatch(value -> value.errorMessages().isEmpty());
    }

    private static Map<String, String> settings(String block) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("key.converter", "ByteArrayConverter");
        for (MatchResult setting : SETTING.matcher(block).results().toList()) {
            settings.put(setting.group(1), setting.group(2));
        }
        return settings;
    }
}
