package io.pikaconnect.struct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.storage.Converter;
import org.junit.jupiter.api.Test;

class RawOrStructConverterTest {

    private static final byte[] RAW = Resp.encode(List.of(Command.of("SET", "k", "v")));

    private final RawOrStructConverter converter = new RawOrStructConverter();

    private void configure(String... more) {
        converter.configure(
                Map.of(
                        "struct.converter",
                        JsonConverter.class.getName(),
                        "schemas.enable",
                        more.length > 0 ? more[0] : "false"),
                false);
    }

    @Test
    void rawValuesStayAsTheyAreInBothDirections() {
        configure();
        SchemaAndValue read = converter.toConnectData("t", RAW);
        assertThat(read.value()).isSameAs(RAW);
        assertThat(converter.toConnectData("t", null, RAW).value()).isSameAs(RAW);
        assertThat(converter.fromConnectData("t", read.schema(), RAW)).isSameAs(RAW);
    }

    @Test
    void ticksStayWithoutAValue() {
        for (String schemas : List.of("true", "false")) {
            configure(schemas);
            assertThat(converter.toConnectData("t", null).value()).isNull();
            assertThat(converter.fromConnectData("t", null, null)).isNull();
        }
    }

    @Test
    void everythingElseIsTheOtherConverters() {
        configure("true");
        byte[] json = converter.fromConnectData("t", Schema.STRING_SCHEMA, "x");
        assertThat(new String(json, StandardCharsets.UTF_8)).contains("\"payload\":\"x\"");
        assertThat(converter.toConnectData("t", json).value()).isEqualTo("x");
        byte[] neither = Resp.bytes("+OK");
        assertThatThrownBy(() -> converter.toConnectData("t", neither)).isInstanceOf(DataException.class);
    }

    @Test
    void theOtherConverterHasToBeNamedAndToBeThere() {
        assertThatThrownBy(() -> converter.configure(Map.of(), false))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("struct.converter");
        for (String wrong : List.of("io.example.AvroConverter", "java.lang.String")) {
            assertThatThrownBy(() -> converter.configure(Map.of("struct.converter", wrong), false))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining(wrong)
                    .hasMessageContaining("install its plugin");
        }
    }

    @Test
    void connectFindsItAsAService() {
        assertThat(ServiceLoader.load(Converter.class)).anyMatch(RawOrStructConverter.class::isInstance);
        assertThat(converter.config().names()).containsExactly("struct.converter");
        assertThat(converter.version()).isNotBlank();
    }
}
