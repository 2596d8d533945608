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
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Takes the master's frames apart while they arrive. A frame may hold a hundred items and have more than 512 MiB; it is
 * never held as a whole: every {@code binlog_sync} element is passed on as a {@link Delivery} as soon as it is
 * complete, the rest of the message as a {@link Response} without elements when the frame ends.
 *
 * <pre>
 * frame  = length (u32, big-endian) field*
 * field  = tag value                              protobuf, tag = number &lt;&lt; 3 | wire type
 * 0000007d  08 04  10 01  3a 77 …                 125 bytes; type 4, code 1, an element of 119 bytes
 *
 *   LENGTH ──▶ FIELD ──▶ ELEMENT ──▶ LARGE_ELEMENT
 *     ▲         │ ▲         │              │
 *     │         │ └─────────┴──────────────┘      more fields
 *     └─────────┴───────────────────────────      the frame ends, after any of the three
 * </pre>
 */
final class ResponseDecoder extends ByteToMessageDecoder {

    /** What is expected next. */
    private enum State {
        /** The length of a frame. */
        LENGTH,
        /** A field of the frame. */
        FIELD,
        /** The value of a {@code binlog_sync} field, of which nothing has been taken yet. */
        ELEMENT,
        /** The rest of one that is too large to wait for in the cumulation. */
        LARGE_ELEMENT
    }

    /** Elements up to this many bytes are waited for in the cumulation. */
    private static final int SMALL = 64 * 1024;
    /** Bytes that the fields of a frame other than elements may have together. */
    private static final int LARGEST_HEAD = 16 * 1024 * 1024;
    /** Bytes of the longest varint. */
    private static final int LONGEST_VARINT = 10;

    private static final int ELEMENT_TAG =
            Response.BINLOG_SYNC_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;

    private State state = State.LENGTH;
    /** Bytes of the frame that are not read yet, including those of the current element; 0 in LENGTH. */
    private long left;
    /** Bytes of the element; 0 in LENGTH and FIELD. */
    private int elementLength;
    /** What has been received of a large element; an empty buffer but in LARGE_ELEMENT. */
    private ByteBuf gathered = Unpooled.EMPTY_BUFFER;
    /** The fields other than elements. */
    private final ByteBuf head = Unpooled.buffer();

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws IOException {
        switch (state) {
            case LENGTH -> readLength(in);
            case FIELD -> readField(in, out);
            case ELEMENT -> readElement(context, in, out);
            case LARGE_ELEMENT -> gather(in, out);
        }
    }

    private void readLength(ByteBuf in) {
        if (in.readableBytes() < Frames.PREFIX) {
            return;
        }
        left = in.readUnsignedInt();
        if (left == 0) {
            throw new CorruptedFrameException("the master sent an empty frame");
        }
        state = State.FIELD;
    }

    /** A field other than an element, or the start of an element; leaves {@code in} alone when it is incomplete. */
    private void readField(ByteBuf in, List<Object> out) throws IOException {
        int start = in.readerIndex();
        long tag = readVarint(in);
        long length = tag < 0 ? -1 : valueLength(WireFormat.getTagWireType((int) tag), in);
        int prefix = in.readerIndex() - start;
        if (length >= 0 && prefix + length > left) {
            throw new CorruptedFrameException("a field of " + length + " bytes is longer than its frame");
        }
        if (length > 0 && tag == ELEMENT_TAG) {
            elementLength = Math.toIntExact(length);
            left -= prefix;
            state = State.ELEMENT;
        } else if (length >= 0 && in.readableBytes() >= length) {
            if (head.readableBytes() + length > LARGEST_HEAD) {
                throw new CorruptedFrameException("a frame has more than " + LARGEST_HEAD + " bytes beside its items");
            }
            head.writeBytes(in.readerIndex(start), (int) (prefix + length));
            endField(prefix + length, out);
        } else {
            in.readerIndex(start);
        }
    }

    /** The length of the value; reads the length prefix, if there is one; −1 if that is incomplete. */
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
        for (int i = 0; i < Math.min(LONGEST_VARINT, in.readableBytes()); i++) {
            byte b = in.getByte(in.readerIndex() + i);
            value |= (b & 0x7fL) << 7 * i;
            if (b >= 0) {
                in.skipBytes(i + 1);
                return value;
            }
        }
        if (in.readableBytes() >= LONGEST_VARINT) {
            throw new CorruptedFrameException("a number has more than ten bytes");
        }
        return -1;
    }

    private void readElement(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws IOException {
        if (in.readableBytes() >= elementLength) {
            out.add(parse(in.nioBuffer(in.readerIndex(), elementLength)));
            in.skipBytes(elementLength);
            endField(elementLength, out);
        } else if (elementLength > SMALL) {
            gathered = context.alloc().directBuffer(elementLength, elementLength);
            state = State.LARGE_ELEMENT;
            gather(in, out);
        }
    }

    private void gather(ByteBuf in, List<Object> out) throws IOException {
        gathered.writeBytes(in, Math.min(in.readableBytes(), gathered.writableBytes()));
        if (!gathered.isWritable()) {
            out.add(parse(gathered.nioBuffer()));
            dropGathered();
            endField(elementLength, out);
        }
    }

    /** @param read bytes of the frame that the field had */
    private void endField(long read, List<Object> out) throws IOException {
        left -= read;
        elementLength = 0;
        state = State.FIELD;
        if (left == 0) {
            out.add(Response.parseFrom(head.nioBuffer()));
            head.clear();
            state = State.LENGTH;
        }
    }

    private static Delivery parse(ByteBuffer bytes) throws IOException {
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
