package io.pikaconnect.binlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandGroupTest {

    @ParameterizedTest
    @CsvSource({
        "3.2.0, G32A",
        "3.2.3, G32A",
        "3.2.4, G32B",
        "3.2.9-1, G32B",
        "3.3.0, G32B",
        "3.3.5, G32B",
        "3.3.6, G33",
        "3.4.0, G33",
        "3.4.1, G33",
        "3.4, G33",
        "3.5.0, G350",
        "3.5.1, G350",
        "3.5.2, G352",
        "3.5.3-alpha, G352",
        "3.5.3, G352",
        "3.5.4, G354",
        "3.5.4-alpha, G354",
        "3.5.5, G355",
        "3.5.6, G355",
        "3.5.10, G355",
        "4.0, G40",
        "4.0.0, G40",
        "4.0.1, G401",
    })
    void isDecidedByTheVersion(String version, CommandGroup group) {
        assertThat(CommandGroup.of(version)).isEqualTo(group);
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.1.2", "2.3.6", "3.6.0", "4.0.2", "4.1.0", "5.0.0", "3.50.1", "3.5.x", "", "unstable"})
    void refusesOtherVersions(String version) {
        assertThatThrownBy(() -> CommandGroup.of(version))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + version + "'")
                .hasMessageContaining("pika.version");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.2", "3.3", "3.5"})
    void wantsToKnowTheVersionExactlyWhereItsLineDiffers(String version) {
        assertThatThrownBy(() -> CommandGroup.of(version))
                .hasMessageContaining("set pika.version to the exact version");
    }
}
