package io.pikaconnect.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalInt;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.5:9221, 10.0.0.5, 9221",
        "pika-0.pika.svc:9221, pika-0.pika.svc, 9221",
        "[::1]:9221, ::1, 9221",
        "[fd00::5]:9221, fd00::5, 9221",
        "[fe80::1%eth0]:9221, fe80::1%eth0, 9221",
        "fd00::5:9221, fd00::5, 9221",
        "2001:db8:0:0:0:0:0:5:9221, 2001:db8:0:0:0:0:0:5, 9221",
    })
    void anAddressHasHostAndPort(String text, String host, int port) {
        assertThat(HostPort.whole("key", text)).isEqualTo(new HostPort(host, OptionalInt.of(port)));
    }

    @ParameterizedTest
    @CsvSource({
        "fd00::5, fd00::5, -1",
        "[fd00::5], fd00::5, -1",
        "[fd00::5]:19221, fd00::5, 19221",
        "host, host, -1",
        ":19221, '', 19221",
    })
    void aPartMayBeLeftOut(String text, String host, int port) {
        assertThat(HostPort.part("key", text))
                .isEqualTo(new HostPort(host, port < 0 ? OptionalInt.empty() : OptionalInt.of(port)));
    }

    @Test
    void nothingIsNothing() {
        assertThat(HostPort.part("key", "")).isEqualTo(HostPort.NOTHING);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[fd00::5]",
                "[fd00::5:9221",
                "fd00::5]:9221",
                "[host]:9221",
                "[fd00::5::]:1",
                "[]:9221",
                "a:b:9221"
            })
    void whatIsNoAddressIsRefused(String text) {
        assertThatThrownBy(() -> HostPort.whole("key", text))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("key");
    }
}
