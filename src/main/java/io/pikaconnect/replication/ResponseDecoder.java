package io.pikaconnect.replication;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CorruptedFrameException;
import io.pikaconnect.replication.ReplicationProto.Response;
import java.io.IOException;
import java.util.List;

/**
 * Takes the master's frames apart while they arrive. A frame may hold a hundred items and have more than 512 MiB; it is
 * never held as a whole: every {@code binlog_sync} element goes on as a {@link Delivery} as soon as it is complete, the
 * rest of the message as a {@link Response} without elements when the frame ends.
 *
 * <pre>
 * frame  = length (u32, big-endian) field*
 * field  = tag value                              protobuf, tag = number &lt;&lt; 3 | wire type
 * 0000007d  08 04  10 01  3a 77 …                 125 bytes; type 4, code 1, an element of 119 bytes
 * </pre>
 */
final class ResponseDecoder extends ByteToMessageDecoder {

    private static final int SMALL = 64 * 1024;
    private static final int LARGEST_HEAD = 16 * 1024 * 1024;
    private static final int ELEMENT = Response.BINLOG_SYNC_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;

    /** Bytes of the frame not yet read; 0 between frames. */
    private long left;
    /** Bytes of the element that comes next; 0 outside of one. */
    private int element;
    /** Gathers an element too large to wait for in the cumulation; empty buffer otherwise. */
    private ByteBuf gathered = Unpooled.EMPTY_BUFFER;
    /** The fields other than elements. */
    private final ByteBuf head = Unpooled.buffer();

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws IOException {
        if (element > 0) {
            readElement(context, in, out);
        } else if (left > 0) {
            readField(in);
            finishFrame(out);
        } else if (in.readableBytes() >= Frames.PREFIX) {
            left = in.readUnsignedInt();
            if (left == 0) {
                throw new CorruptedFrameException("the master sent an empty frame");
            }
        }
    }

    /** A field other than an element, or the beginning of an element; leaves {@code in} alone when it is incomplete. */
    private void readField(ByteBuf in) {
        int start = in.readerIndex();
        long tag = readVarint(in);
        long length = tag < 0 ? -1 : valueLength((int) tag & 7, in);
        int prefix = in.readerIndex() - start;
        if (length >= 0 && prefix + length > left) {
            throw new CorruptedFrameException("a field of " + length + " bytes is longer than its frame");
        }
        if (length > 0 && tag == ELEMENT) {
            element = Math.toIntExact(length);
            left -= prefix;
        } else if (length >= 0 && in.readableBytes() >= length) {
            if (head.readableBytes() + length > LARGEST_HEAD) {
                throw new CorruptedFrameException("a frame has more than " + LARGEST_HEAD + " bytes beside its items");
            }
            head.writeBytes(in.readerIndex(start), (int) (prefix + length));
            left -= prefix + length;
        } else {
            in.readerIndex(start);
        }
    }

    /** Reads what says how long the value is; −1 if that is incomplete. */
    private static long valueLength(int wireType, ByteBuf in) {
        return switch (wireType) {
            case WireFormat.WIRETYPE_VARINT -> {
                int start = in.readerIndex();
                long length = readVarint(in) < 0 && in.readerIndex() == start ? -1 : in.readerIndex() - start;
                in.readerIndex(start);
                yield length;
            }
            case WireFormat.WIRETYPE_LENGTH_DELIMITED -> readVarint(in);
            case WireFormat.WIRETYPE_FIXED64 -> Long.BYTES;
            case WireFormat.WIRETYPE_FIXED32 -> Integer.BYTES;
            default -> throw new CorruptedFrameException("wire type " + wireType + " is not one of a master's");
        };
    }

    /** Reads a varint; −1, and nothing read, if it is incomplete. */
    private static long readVarint(ByteBuf in) {
        long value = 0;
        for (int i = 0; i < Math.min(10, in.readableBytes()); i++) {
            byte b = in.getByte(in.readerIndex() + i);
            value |= (b & 0x7fL) << 7 * i;
            if (b >= 0) {
                in.skipBytes(i + 1);
                return value;
            }
        }
        if (in.readableBytes() >= 10) {
            throw new CorruptedFrameException("a number has more than ten bytes");
        }
        return -1;
    }

    private void readElement(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws IOException {
        if (gathered.capacity() == 0 && (in.readableBytes() >= element || element <= SMALL)) {
            if (in.readableBytes() >= element) {
                out.add(parse(in.nioBuffer(in.readerIndex(), element)));
                in.skipBytes(element);
                endElement(out);
            }
            return;
        }
        if (gathered.capacity() == 0) {
            gathered = context.alloc().directBuffer(element, element);
        }
        gathered.writeBytes(in, Math.min(in.readableBytes(), gathered.writableBytes()));
        if (!gathered.isWritable()) {
            out.add(parse(gathered.nioBuffer()));
            dropGathered();
            endElement(out);
        }
    }

    private void endElement(List<Object> out) throws IOException {
        left -= element;
        element = 0;
        finishFrame(out);
    }

    private void finishFrame(List<Object> out) throws IOException {
        if (left == 0 && element == 0) {
            out.add(Response.parseFrom(head.nioBuffer()));
            head.clear();
        }
    }

    private static Delivery parse(java.nio.ByteBuffer bytes) throws IOException {
        CodedInputStream in = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
        in.enableAliasing(true); // the item is copied once, out of the network buffer
        return Delivery.of(Response.BinlogSync.parseFrom(in));
    }

    private void dropGathered() {
        gathered.release();
        gathered = Unpooled.EMPTY_BUFFER;
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) {
        dropGathered();
        head.release();
    }
}
