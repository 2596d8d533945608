package io.pikaconnect.demo;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.pikaconnect.fullsync.PullProto.Request;
import io.pikaconnect.fullsync.PullProto.Response;
import io.pikaconnect.fullsync.PullProto.StatusCode;
import io.pikaconnect.fullsync.PullProto.Type;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A connection to the pull port: lists the dump's files and serves pieces of them, as a master from 3.5 on does. */
final class PullPortHandler extends SimpleChannelInboundHandler<ByteBuf> {

    private static final long BLOCK = 16 * 1024 * 1024;
    private static final int READERS = 4;

    private final MasterServer master;

    PullPortHandler(MasterServer master) {
        this.master = master;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) throws IOException {
        Request request = Request.parseFrom(frame.nioBuffer());
        boolean known = request.hasReaderIndex() && request.hasDbName() && request.hasSlotId();
        if (!known || request.getReaderIndex() < 0 || request.getReaderIndex() >= READERS) {
            context.close(); // a real master reads out of bounds
            return;
        }
        Response.Builder answer = Response.newBuilder()
                .setType(request.getType())
                .setReaderIndex(request.getReaderIndex())
                .setSnapshotUuid("")
                .setDbName(request.getDbName())
                .setSlotId(request.getSlotId());
        if (!master.isServed(request.getDbName())) {
            answer.setCode(StatusCode.ERROR);
        } else {
            ServedDump dump = master.dump(request.getDbName());
            if (!dump.isReady()) {
                answer.setCode(StatusCode.ERROR);
            } else if (request.getType() == Type.META) {
                meta(dump, answer);
            } else {
                file(dump, request.getFileReq(), answer);
            }
        }
        master.sendPull(context.channel(), answer.build());
    }

    private static void meta(ServedDump dump, Response.Builder answer) throws IOException {
        Response.MetaResponse.Builder list = Response.MetaResponse.newBuilder();
        if (dump.exists()) {
            answer.setSnapshotUuid(dump.uuid());
            list.addAllFilenames(dump.fileNames());
        } else {
            list.addFilenames("info");
        }
        answer.setCode(StatusCode.OK).setMetaResp(list);
    }

    private void file(ServedDump dump, Request.FileRequest request, Response.Builder answer) throws IOException {
        answer.setSnapshotUuid(dump.uuid());
        Path path = dump.path(request.getFilename());
        if (!Files.isRegularFile(path)) {
            answer.setCode(StatusCode.ERROR);
            return;
        }
        long offset = request.getOffset();
        try (SeekableByteChannel file = Files.newByteChannel(path)) {
            long toBlockEnd = BLOCK - offset % BLOCK;
            long left = Math.max(0, file.size() - offset);
            ByteBuffer piece = ByteBuffer.allocate((int) Math.min(Math.min(request.getCount(), toBlockEnd), left));
            file.position(offset);
            while (piece.hasRemaining() && file.read(piece) >= 0) {}
            piece.flip();
            String sum = master.setup().release().sumsChunks() ? md5(piece) : "";
            answer.setCode(StatusCode.OK)
                    .setFileResp(Response.FileResponse.newBuilder()
                            .setEof(offset + piece.limit() >= file.size() ? 1 : 0)
                            .setCount(piece.limit())
                            .setOffset(offset)
                            .setData(ByteString.copyFrom(piece))
                            .setChecksum(sum)
                            .setFilename(request.getFilename()));
        }
    }

    private static String md5(ByteBuffer piece) {
        try {
            MessageDigest sum = MessageDigest.getInstance("MD5");
            sum.update(piece.duplicate());
            return HexFormat.of().formatHex(sum.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
