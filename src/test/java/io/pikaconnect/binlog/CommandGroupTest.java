package io.pikaconnect.binlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandGroupTest {

    @ParameterizedTest
    @CsvSource({
        "3.5.0, G350",
        "3.5.1, G350",
        "3.5.2, G350",
        "3.5.3-alpha, G350",
        "3.5.3, G350",
        "3.5.4, G354",
        "3.5.4-alpha, G354",
        "3.5.5, G355",
        "3.5.6, G355",
        "3.5.10, G355",
    })
    void isDecidedByTheVersion(String version, CommandGroup group) {
        assertThat(CommandGroup.of(version)).isEqualTo(group);
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.2.0", "3.4.1", "4.0.0", "3.50.1", "3.5.x", "", "unstable"})
    void refusesOtherVersions(String version) {
        assertThatThrownBy(() -> CommandGroup.of(version))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + version + "'")
                .hasMessageContaining("pika.version");
    }

    @Test
    void wantsToKnowTheVersionExactly() {
        assertThatThrownBy(() -> CommandGroup.of("3.5")).hasMessageContaining("set pika.version to the exact version");
    }
}
