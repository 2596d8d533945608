package io.pikaconnect.tool.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageAddressTest {

    @Test
    void aPortAloneIsOneOfLoopback() {
        assertThat(PageAddress.parse("8084").orElseThrow().getAddress().getHostAddress())
                .isEqualTo("127.0.0.1");
        assertThat(PageAddress.parse("127.0.0.2:80").orElseThrow().getPort()).isEqualTo(80);
        assertThat(PageAddress.parse("[::1]:80").orElseThrow().getAddress().isLoopbackAddress())
                .isTrue();
        assertThat(PageAddress.parse("off")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0:8084", "10.0.0.5:8084", "[::]:8084", "192.0.2.1:8084"})
    void anAddressThatOthersReachIsRefusedWithAnotherWay(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PageAddress.parse(text))
                .withMessageContaining(text)
                .withMessageContaining("no password")
                .withMessageContaining("ssh -L 8084:127.0.0.1:8084");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "http", "99999", "localhost", "localhost:", "::1:80", "-1"})
    void whatIsNoAddressIsNamed(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PageAddress.parse(text))
                .withMessageContaining("\"" + text + "\" is not an address");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:8084", "localhost", "localhost:9000", "[::1]:1", "127.0.0.1"})
    void namesOfTheLoopbackInterfaceMayAsk(String host) {
        assertThat(PageAddress.isLocal(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "example.com",
                "127.0.0.1.example.com",
                "localhost.example.com:8084",
                "10.0.0.5:8084",
                "localhost:8084@x"
            })
    void otherNamesMayNot(String host) {
        assertThat(PageAddress.isLocal(host)).isFalse();
    }
}
