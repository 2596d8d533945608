package io.pikaconnect.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.sink.RedisSinkConnector;
import io.pikaconnect.source.PikaSourceConnector;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How user interfaces see the settings of both connectors. */
class SettingsTableTest {

    static Stream<ConfigDef> tables() {
        return Stream.of(new PikaSourceConnector().config(), new RedisSinkConnector().config());
    }

    @ParameterizedTest
    @MethodSource("tables")
    void everySettingHasAGroupAPlaceInItANameForPeopleAndAWidth(ConfigDef table) {
        Map<String, List<Integer>> places = new TreeMap<>();
        assertThat(table.configKeys().values()).allSatisfy(key -> {
            assertThat(key.group).as(key.name).isNotBlank();
            assertThat(key.displayName).as(key.name).isNotBlank().isNotEqualTo(key.name);
            assertThat(key.width).as(key.name).isNotEqualTo(Width.NONE);
            places.computeIfAbsent(key.group, g -> new java.util.ArrayList<>()).add(key.orderInGroup);
        });
        assertThat(places.values()).allSatisfy(orders -> assertThat(orders).doesNotHaveDuplicates());
        assertThat(table.configKeys().values().stream().map(key -> key.displayName))
                .doesNotHaveDuplicates();
        assertThat(table.groups()).hasSize(places.size());
    }

    @ParameterizedTest
    @MethodSource("tables")
    void aSettingOfAFewWordsOffersThem(ConfigDef table) {
        assertThat(table.configKeys().values())
                .filteredOn(key -> key.name.startsWith("on.") || key.type == Type.BOOLEAN)
                .isNotEmpty()
                .allSatisfy(key -> {
                    assertThat(key.recommender).as(key.name).isNotNull();
                    List<Object> offered = key.recommender.validValues(key.name, Map.of());
                    assertThat(offered).as(key.name).hasSizeGreaterThan(1).contains(key.defaultValue);
                });
    }

    @Test
    void whatIsOfferedShowsInTheAnswerToAValidation() {
        Map<String, ConfigValue> values = new RedisSinkConnector()
                .config().validate(Map.of()).stream().collect(Collectors.toMap(ConfigValue::name, v -> v));
        assertThat(values.get("on.conflict").recommendedValues()).containsExactly("fail", "skip", "overwrite");
    }

    @Test
    void aSettingWithoutAPlaceIsNotForgotten() {
        ConfigDef table = new ConfigDef()
                .define("a", Type.INT, 1, Importance.LOW, "")
                .define("b", Type.INT, 1, Importance.LOW, "");
        Layout layout = new Layout().group("g").show("a", "A", Width.SHORT);
        assertThatThrownBy(() -> layout.arrange(table))
                .hasMessageContaining("[a, b]")
                .hasMessageContaining("[a]");
    }

    @ParameterizedTest
    @MethodSource("tables")
    void theFirstWordOfEverySettingIsKnownToBelongToThisPlugin(ConfigDef table) {
        UnknownSettings unknown =
                UnknownSettings.ofSink(new RedisSinkConnector().config().names());
        for (String setting : table.names()) {
            if (!setting.startsWith("kafka.")) {
                Config config = new Config(new java.util.ArrayList<>());
                String word = setting.replaceAll("\\..*", "");
                unknown.check(List.of(word + ".something.that.nobody.knows"), new Problems(config));
                assertThat(config.configValues()).as(word).hasSize(1);
            }
        }
    }
}
