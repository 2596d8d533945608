package io.pikaconnect.fullsync;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.embedded.EmbeddedChannel;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.fullsync.PullProto.Request;
import io.pikaconnect.fullsync.PullProto.Response;
import io.pikaconnect.fullsync.PullProto.Type;
import io.pikaconnect.replication.Frames;
import io.pikaconnect.replication.RecordedTraffic;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RecordedPullTest {

    @Test
    void requestsHaveExactlyTheBytesOfTheTestVectors() {
        Request.Builder request =
                Request.newBuilder().setReaderIndex(0).setDbName("db0").setSlotId(0);
        assertFrame(request.setType(Type.META).build(), "0000000b080110001a036462302000");
        assertFrame(
                request.setType(Type.FILE)
                        .setFileReq(Request.FileRequest.newBuilder()
                                .setFilename("info")
                                .setCount(4_194_304)
                                .setOffset(0))
                        .build(),
                "0000001a080210001a0364623020002a0d0a04696e666f10808080021800");
    }

    @Test
    void everyRecordedFrameIsReadWholeAndWrittenBackEqual() throws Exception {
        for (String version : new String[] {"3.5.5", "4.0.1"}) {
            Path file = Recording.folder(version).resolve("wire/rsync.rec");
            for (byte[] frame :
                    RecordedTraffic.load(file, RecordedTraffic.FROM_REPLICA).frames()) {
                Request request = Request.parseFrom(frame);
                assertThat(request.toByteArray()).isEqualTo(frame);
                assertThat(request.getUnknownFields().asMap()).isEmpty();
                assertThat(request.getFileReq().getUnknownFields().asMap()).isEmpty();
            }
            for (byte[] frame :
                    RecordedTraffic.load(file, RecordedTraffic.FROM_MASTER).frames()) {
                Response response = Response.parseFrom(frame);
                assertThat(Response.parseFrom(response.toByteArray())).isEqualTo(response);
                assertThat(response.getUnknownFields().asMap()).isEmpty();
                assertThat(response.getFileResp().getUnknownFields().asMap()).isEmpty();
                assertThat(response.getMetaResp().getUnknownFields().asMap()).isEmpty();
            }
        }
    }

    private static void assertFrame(MessageLite message, String hex) {
        EmbeddedChannel channel = new EmbeddedChannel(Frames.encoder());
        channel.writeOutbound(message);
        assertThat(ByteBufUtil.hexDump(channel.<ByteBuf>readOutbound())).isEqualTo(hex);
        channel.finishAndReleaseAll();
    }
}
