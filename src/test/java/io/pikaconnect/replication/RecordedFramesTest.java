package io.pikaconnect.replication;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.replication.ReplicationProto.Request;
import io.pikaconnect.replication.ReplicationProto.Response;
import io.pikaconnect.replication.ReplicationProto.Type;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordedFramesTest {

    private static RecordedTraffic traffic(String folder, int side) throws IOException {
        return RecordedTraffic.load(Recording.folder(folder).resolve("wire/replication.rec"), side);
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.2.0", "3.3.6", "3.3.6-spop", "3.5.5", "4.0.1"})
    void everyRecordedFrameIsReadWholeAndWrittenBackEqual(String folder) throws IOException {
        for (byte[] frame : traffic(folder, RecordedTraffic.FROM_REPLICA).frames()) {
            Request request = Request.parseFrom(frame);
            assertThat(request.toByteArray()).isEqualTo(frame);
            assertNothingUnknown(request);
        }
        for (byte[] frame : traffic(folder, RecordedTraffic.FROM_MASTER).frames()) {
            Response response = Response.parseFrom(frame);
            assertThat(Response.parseFrom(response.toByteArray())).isEqualTo(response);
            assertNothingUnknown(response);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.2.0", "3.3.6", "3.3.6-spop", "3.5.5", "4.0.1"})
    void theDecoderFindsTheSameInTheReadsAsTheyCame(String folder) throws IOException {
        RecordedTraffic traffic = traffic(folder, RecordedTraffic.FROM_MASTER);
        assertThat(decoded(traffic.reads())).isEqualTo(expected(traffic));
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.2.0", "3.3.6", "3.3.6-spop", "3.5.5", "4.0.1"})
    void theDecoderFindsTheSameInPiecesOfAnySize(String folder) throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        RecordedTraffic traffic = traffic(folder, RecordedTraffic.FROM_MASTER);
        byte[] all = traffic.bytes();
        for (int largest : new int[] {40, 3_000, 100_000}) {
            List<byte[]> pieces = new ArrayList<>();
            for (int at = 0; at < all.length; ) {
                int next = Math.min(all.length, at + 1 + random.nextInt(largest));
                pieces.add(Arrays.copyOfRange(all, at, next));
                at = next;
            }
            assertThat(decoded(pieces))
                    .as("seed %d, pieces up to %d", seed, largest)
                    .isEqualTo(expected(traffic));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "3.2.0, 3.2 to 3.4, false",
        "3.3.6, 3.2 to 3.4, true",
        "3.3.6-spop, 3.2 to 3.4, true",
        "3.5.5, 3.5, true",
        "4.0.1, 4.0, true"
    })
    void theFramesShowWhichFamilyTheMasterIsOf(String folder, String family, boolean terms) throws IOException {
        int items = 0;
        for (byte[] frame : traffic(folder, RecordedTraffic.FROM_MASTER).frames()) {
            Response response = Response.parseFrom(frame);
            if (response.getType() == Type.META_SYNC && response.hasMetaSync()) {
                assertThat(Responses.shown(response.getMetaSync())).hasToString(family);
                assertThat(response.getMetaSync().getClassicMode()).isTrue();
            }
            assertThat(response.hasConsensusMeta()).isFalse();
            for (Response.BinlogSync b : response.getBinlogSyncList()) {
                assertThat(Delivery.of(b).termed()).isEqualTo(terms);
                items++;
            }
        }
        assertThat(items).isGreaterThan(1_000);
    }

    /** What a stream decodes to, as text, so bytes compare by content. */
    private static List<String> decoded(List<byte[]> pieces) {
        EmbeddedChannel channel = new EmbeddedChannel(new ResponseDecoder());
        pieces.forEach(piece -> channel.writeInbound(Unpooled.wrappedBuffer(piece)));
        List<String> out = new ArrayList<>();
        for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
            out.add(message instanceof Delivery delivery ? text(delivery) : message.toString());
        }
        channel.finishAndReleaseAll();
        return out;
    }

    private static List<String> expected(RecordedTraffic traffic) throws IOException {
        List<String> out = new ArrayList<>();
        for (byte[] frame : traffic.frames()) {
            Response response = Response.parseFrom(frame);
            response.getBinlogSyncList().forEach(b -> out.add(text(Delivery.of(b))));
            out.add(response.toBuilder().clearBinlogSync().build().toString());
        }
        return out;
    }

    private static String text(Delivery d) {
        return d.database() + " " + d.slot() + " " + d.session() + " " + d.end() + " " + Arrays.hashCode(d.binlog());
    }

    static void assertNothingUnknown(Message message) {
        assertThat(message.getUnknownFields().asMap()).as(message::toString).isEmpty();
        for (var field : message.getAllFields().entrySet()) {
            if (field.getKey().getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                List<?> inner = field.getKey().isRepeated() ? (List<?>) field.getValue() : List.of(field.getValue());
                inner.forEach(m -> assertNothingUnknown((Message) m));
            }
        }
    }
}
