package io.pikaconnect.replication;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.embedded.EmbeddedChannel;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.ReplicationProto.Response;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of replication-protocol 14. */
class TestVectorsTest {

    private static final BinlogPosition ZERO = BinlogPosition.ZERO;

    private final Requests requests = new Requests("127.0.0.1", 40_000, "db0");

    @Test
    void requestsHaveExactlyTheBytesOfTheTestVectors() {
        assertFrame(requests.metaSync(Optional.empty()), "00000015080112110a0f0a093132372e302e302e3110c0b802");
        assertFrame(
                requests.metaSync(Optional.of("secret")),
                "0000001d080112190a0f0a093132372e302e302e3110c0b8021206736563726574");
        assertFrame(
                requests.trySync(ZERO),
                "0000002408021a200a0f0a093132372e302e302e3110c0b80212070a0364623010001a0408001000");
        assertFrame(
                requests.dbSync(0), "00000024080322200a0f0a093132372e302e302e3110c0b80212070a0364623010001a0408001000");
        assertFrame(
                requests.firstBinlogSync(0, ZERO),
                "0000002c08042a280a0f0a093132372e302e302e3110c0b802120364623018002204080010002a040800100030003801");
        assertFrame(
                requests.acknowledgement(0, new BinlogPosition(0, 69), new BinlogPosition(0, 614)),
                "0000002d08042a290a0f0a093132372e302e302e3110c0b802120364623018002204080010452a05080010e60430003800");
        assertFrame(
                requests.ping(0),
                "0000002c08042a280a0f0a093132372e302e302e3110c0b802120364623018002204080010002a040800100030003800");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "080110021a2a417574682077697468206d6173746572206572726f722c20496e76616c6964206d617374657261757468",
                "080210013214080112070a0364623010001a05080010e6042000",
                "080210021a0c4442206e6f7420666f756e64320c080412080a046e6f64621000",
                "080410013a170a070a036462301000120808001000180020001a002000",
                "080410013a130a070a0364623010001204080010001a002000",
                "08011001220b080112070a036462301001",
                "080310012a0b0a070a0364623010001001"
            })
    void answersAreReadWithoutUnknownFieldsAndWrittenBackTheSame(String hex) throws Exception {
        byte[] bytes = HexFormat.of().parseHex(hex);
        Response response = Response.parseFrom(bytes);
        assertThat(HexFormat.of().formatHex(response.toByteArray())).isEqualTo(hex);
        assertThat(response.getUnknownFields().asMap()).isEmpty();
    }

    @Test
    void anAnswerForAnUnknownDbComesWithoutTheFieldsItsOwnSchemaRequires() throws Exception {
        Response response = Response.parseFrom(
                HexFormat.of().parseHex("080210021a0c4442206e6f7420666f756e64320c080412080a046e6f64621000"));
        assertThat(response.getReply()).isEqualTo("DB not found");
        assertThat(response.getTrySync().hasBinlogOffset()).isFalse();
    }

    private static void assertFrame(MessageLite message, String hex) {
        EmbeddedChannel channel = new EmbeddedChannel(Frames.encoder());
        channel.writeOutbound(message);
        ByteBuf frame = channel.readOutbound();
        assertThat(ByteBufUtil.hexDump(frame)).isEqualTo(hex);
        frame.release();
    }
}
