package io.pikaconnect.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.UnsafeByteOperations;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.CorruptedFrameException;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.ReplicationProto.Response;
import io.pikaconnect.replication.ReplicationProto.StatusCode;
import io.pikaconnect.replication.ReplicationProto.Type;
import io.pikaconnect.replication.ReplicationProto.Unit;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseDecoderTest {

    private final EmbeddedChannel channel = new EmbeddedChannel(new ResponseDecoder());

    @Test
    void anItemGoesOnBeforeItsFrameIsComplete() {
        List<BinlogItem> items = Items.row(BinlogPosition.ZERO, 3, 300_000);
        ByteBuf frame = frame(items);
        channel.writeInbound(frame.readRetainedSlice(310_000));
        Delivery first = channel.readInbound();
        assertThat(first.end()).isEqualTo(items.get(0).end());
        assertThat(first.binlog()).isEqualTo(items.get(0).bytes());
        assertThat(channel.<Object>readInbound()).isNull();
        while (frame.isReadable()) {
            channel.writeInbound(frame.readRetainedSlice(Math.min(1_000, frame.readableBytes())));
        }
        assertThat(channel.<Delivery>readInbound().binlog())
                .isEqualTo(items.get(1).bytes());
        assertThat(channel.<Delivery>readInbound().binlog())
                .isEqualTo(items.get(2).bytes());
        assertThat(channel.<Response>readInbound().getCode()).isEqualTo(StatusCode.OK);
        frame.release();
        channel.finishAndReleaseAll();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00000000", // an empty frame
                "0000000408041a7f", // a field longer than its frame
                "0000000204070000", // a wire type that does not exist
                "0000000cffffffffffffffffffffff00" // a tag without end
            })
    void whatIsNoFrameIsAnError(String hex) {
        ByteBuf bytes = Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex));
        assertThatThrownBy(() -> channel.writeInbound(bytes)).isInstanceOf(CorruptedFrameException.class);
    }

    private static ByteBuf frame(List<BinlogItem> items) {
        Response.Builder response =
                Response.newBuilder().setType(Type.BINLOG_SYNC).setCode(StatusCode.OK);
        items.forEach(item -> response.addBinlogSync(Response.BinlogSync.newBuilder()
                .setUnit(Unit.newBuilder().setDbName("db0").setSlotId(0))
                .setBinlogOffset(Offsets.message(item.end()))
                .setBinlog(UnsafeByteOperations.unsafeWrap(item.bytes()))
                .setSessionId(0)));
        byte[] body = response.build().toByteArray();
        return Unpooled.buffer().writeInt(body.length).writeBytes(body);
    }
}
