package io.pikaconnect.struct;

import static org.assertj.core.api.Assertions.assertThat;

import io.apicurio.registry.utils.converter.avro.AvroData;
import io.apicurio.registry.utils.converter.avro.AvroDataConfig;
import io.pikaconnect.change.Command;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Structs through Avro, as Apicurio's converter makes it, without its registry. */
class AvroTest {

    private static final AvroData AVRO = new AvroData(new AvroDataConfig(Map.of()));
    private static final Schema SCHEMA = AVRO.fromConnectSchema(RecordSchema.RECORD);

    static Stream<String> commands() {
        return Stream.concat(StructTest.samples().stream(), StructTest.others().stream());
    }

    private static byte[] written(Struct struct) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        new GenericDatumWriter<>(SCHEMA).write(AVRO.fromConnectData(RecordSchema.RECORD, struct), encoder);
        encoder.flush();
        return out.toByteArray();
    }

    private static SchemaAndValue read(byte[] bytes) throws IOException {
        Object record =
                new GenericDatumReader<>(SCHEMA).read(null, DecoderFactory.get().binaryDecoder(bytes, null));
        return AVRO.toConnectData(SCHEMA, record);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void aCommandIsReadBack(String text) throws IOException {
        Command command = StructTest.command(text);
        byte[] bytes = written(StructTest.struct(StructTest.KEY, command));
        assertThat(StructDecoder.commands(read(bytes).value(), StructTest.KEY)).isEqualTo(List.of(command));
    }

    @Test
    void theSchemaHasItsNamesAndVersionInAvroToo() throws IOException {
        assertThat(SCHEMA.getFullName()).isEqualTo("io.pikaconnect.Record");
        assertThat(SCHEMA.toString())
                .contains("\"io.pikaconnect\"")
                .contains("\"Command\"")
                .contains("\"Score\"");
        byte[] bytes = written(StructTest.struct(StructTest.KEY, StructTest.command("set K B")));
        assertThat(read(bytes).schema().version()).isEqualTo(RecordSchema.VERSION);
        assertThat(bytes).hasSizeLessThan(120);
    }
}
