package io.pikaconnect.demo.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.tool.Endpoint;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class BenchOptionsTest {

    private static BenchOptions options(String... namesAndValues) {
        Properties properties = new Properties();
        properties.setProperty("hub.plugins", "plugins");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            properties.setProperty(namesAndValues[i], namesAndValues[i + 1]);
        }
        return BenchOptions.of(properties);
    }

    @Test
    void withoutAnyItIsAStandInOfHalfAMillionKeysOnce() {
        BenchOptions options = options("bench.pika", "", "bench.baseline", " ");
        assertThat(options.keys()).containsExactly(500_000);
        assertThat(options.items()).isEqualTo(300_000);
        assertThat(options.exactlyOnce()).isTrue();
        assertThat(options.pika()).isEmpty();
        assertThat(options.baseline()).isEmpty();
        assertThat(options.repeat()).isOne();
        assertThat(options.waits()).isEmpty();
    }

    @Test
    void waitsAreMeasuredForEachNumberOfElementsAndForTheNamedOperations() {
        BenchOptions options = options("bench.waits", "100000,1000000", "bench.operations", ".*SPOP.*");
        assertThat(options.waits()).containsExactly(100_000, 1_000_000);
        assertThat(options.operations().matcher("500 SPOP").matches()).isTrue();
        assertThat(options.operations().matcher("DEL").matches()).isFalse();
        assertThatThrownBy(() -> options("bench.waits", "many")).hasMessageContaining("bench.waits is \"many\"");
    }

    @Test
    void eachNumberOfKeysIsMeasured() {
        assertThat(options("bench.keys", "500000, 2000000").keys()).containsExactly(500_000, 2_000_000);
    }

    @Test
    void aBaselineRunsBesideARealPika() {
        BenchOptions options = options(
                "bench.pika", "10.0.0.5:9221",
                "bench.baseline", "copy --from $PIKA_HOST",
                "bench.repeat", "3",
                "bench.fill", "true",
                "bench.eos", "false");
        assertThat(options.pika()).contains(new Endpoint("10.0.0.5", 9221, Optional.empty()));
        assertThat(options.baseline()).contains("copy --from $PIKA_HOST");
        assertThat(options.repeat()).isEqualTo(3);
        assertThat(options.fill()).isTrue();
        assertThat(options.exactlyOnce()).isFalse();
    }

    @Test
    void whatOnlyARealPikaCanDoIsRefusedWithoutOne() {
        assertThatThrownBy(() -> options("bench.baseline", "copy"))
                .hasMessageContaining("bench.baseline needs a real Pika")
                .hasMessageContaining("-Dbench.pika=host:port");
        assertThatThrownBy(() -> options("bench.fill", "true")).hasMessageContaining("bench.fill needs a real Pika");
        assertThatThrownBy(() -> options("bench.pika", "a:1", "bench.fill", "true", "bench.keys", "1,2"))
                .hasMessageContaining("bench.keys must be one number");
    }

    @Test
    void whatIsNoNumberAndNoAddressIsNamed() {
        assertThatThrownBy(() -> options("bench.keys", "500,000x")).hasMessageContaining("bench.keys is \"000x\"");
        assertThatThrownBy(() -> options("bench.repeat", "0")).hasMessageContaining("bench.repeat is \"0\"");
        assertThatThrownBy(() -> options("bench.pika", "9221")).hasMessageContaining("expected host:port");
    }
}
