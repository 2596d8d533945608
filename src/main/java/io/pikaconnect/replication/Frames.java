package io.pikaconnect.replication;

import com.google.protobuf.MessageLite;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.MessageToByteEncoder;
import java.io.IOException;

/**
 * How messages are framed on the replication port and the pull port, both ways (replication-protocol 2.2): the length
 * of the message, 4 bytes, big-endian, not including these 4; then the protobuf message.
 *
 * <pre>
 * 00000024 08021a200a0f0a093132372e302e302e3110c0b80212070a0364623010001a0408001000   TrySync of (0,0)
 * </pre>
 */
public final class Frames {

    /** Size of the length field in bytes. */
    public static final int PREFIX = 4;

    private Frames() {}

    /** Encodes a protobuf message as one frame. */
    public static ChannelHandler encoder() {
        return new Encoder();
    }

    /**
     * Passes on the message of each frame as one ByteBuf.
     *
     * @param largest bytes of the longest message accepted; a longer one is an error
     */
    public static ChannelHandler decoder(int largest) {
        return new LengthFieldBasedFrameDecoder(largest, 0, PREFIX, 0, PREFIX);
    }

    private static final class Encoder extends MessageToByteEncoder<MessageLite> {

        Encoder() {
            super(MessageLite.class);
        }

        @Override
        protected ByteBuf allocateBuffer(ChannelHandlerContext context, MessageLite message, boolean direct) {
            return context.alloc().ioBuffer(PREFIX + message.getSerializedSize());
        }

        @Override
        protected void encode(ChannelHandlerContext context, MessageLite message, ByteBuf out) throws IOException {
            out.writeInt(message.getSerializedSize());
            try (ByteBufOutputStream bytes = new ByteBufOutputStream(out)) {
                message.writeTo(bytes);
            }
        }
    }
}
