package io.pikaconnect.fullsync;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.pikaconnect.fullsync.PullProto.Request;
import io.pikaconnect.fullsync.PullProto.Response;
import io.pikaconnect.fullsync.PullProto.Type;
import io.pikaconnect.replication.Frames;
import io.pikaconnect.replication.ReplicaConfig;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * One connection to a master's pull port (client port + 10001). It has four readers, each with one file open at the
 * master; each is used by one thread at a time, with one request outstanding. Responses to different readers may arrive
 * in any order, and those to a repeated request may arrive twice: they are matched by reader, file and offset.
 *
 * <p>A response may take any time while bytes of any response arrive: all share one connection, which may be slow. A
 * request is repeated if nothing arrived for a while, or if so many later ones were answered that its response must be
 * lost.
 */
final class PullConnection extends SimpleChannelInboundHandler<ByteBuf> implements AutoCloseable {

    /** Readers of one connection; for more a master would read out of bounds. */
    static final int READERS = 4;

    /** A master sends at most 16 MiB of a file in one response. */
    private static final int LARGEST = 32 * 1024 * 1024;

    /** Responses to other requests after which ours can no longer be in flight: every reader may have had two. */
    private static final int PASSED_OVER = 2 * READERS;

    private record Question(Request request, CompletableFuture<Response> answer, long askedAt, int answeredBefore) {}

    private final ReplicaConfig config;
    private final FullSyncTimings.OfPull timings;
    private final MultiThreadIoEventLoopGroup group;
    private final Channel channel;
    /** The open request of each reader, or null: set and removed by its thread, completed by the event loop. */
    private final AtomicReferenceArray<Question> questions = new AtomicReferenceArray<>(READERS);

    private final CompletableFuture<IOException> end = new CompletableFuture<>();
    // Written on the event loop.
    private volatile long heardAt = System.nanoTime();
    private volatile int answered;

    PullConnection(ReplicaConfig config, FullSyncTimings.OfPull timings) throws AttemptFailed, InterruptedException {
        this.config = config;
        this.timings = timings;
        group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("pika-pull-" + config.name(), true), NioIoHandler.newFactory());
        PullConnection handler = this;
        ChannelFuture connected = new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        timings.connect().toMillis())
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel made) {
                        made.pipeline().addLast(new Hearing(), Frames.encoder(), Frames.decoder(LARGEST), handler);
                    }
                })
                .connect(config.host(), config.pullPort());
        channel = connected.channel();
        try {
            connected.await();
        } catch (InterruptedException e) {
            close();
            throw e;
        }
        if (!connected.isSuccess()) {
            close();
            throw AttemptFailed.broken(
                    "no connection to the pull port " + config.pullPort()
                            + " (client port + 10001, or pika.rsync.port): "
                            + connected.cause().getMessage(),
                    connected.cause());
        }
    }

    /** The replica and the master, for the log. */
    String who() {
        return config.toString();
    }

    /**
     * Requests the list of files.
     *
     * @throws TimeoutException if there is no response, as from masters before 3.5.3 while the dump is being made
     */
    Response askMeta() throws AttemptFailed, InterruptedException, TimeoutException {
        return ask(request(Type.META, 0).build());
    }

    /** Requests a piece of a file, several times if necessary. */
    Response askFile(int reader, String name, long offset, int count) throws AttemptFailed, InterruptedException {
        Request request = request(Type.FILE, reader)
                .setFileReq(Request.FileRequest.newBuilder()
                        .setFilename(name)
                        .setCount(count)
                        .setOffset(offset))
                .build();
        for (int i = 0; i < timings.requestTries(); i++) {
            try {
                return ask(request);
            } catch (TimeoutException e) {
                continue;
            }
        }
        throw AttemptFailed.broken(
                "the master did not answer for " + name + " at " + offset + ", asked " + timings.requestTries()
                        + " times for " + timings.request().toSeconds() + " s each",
                null);
    }

    private Request.Builder request(Type type, int reader) {
        return Request.newBuilder()
                .setType(type)
                .setReaderIndex(reader)
                .setDbName(config.database())
                .setSlotId(0);
    }

    private Response ask(Request request) throws AttemptFailed, InterruptedException, TimeoutException {
        Question question = new Question(request, new CompletableFuture<>(), System.nanoTime(), answered);
        questions.set(request.getReaderIndex(), question);
        channel.writeAndFlush(request, channel.voidPromise());
        if (end.isDone()) {
            question.answer.completeExceptionally(end.join()); // ended() may have run before the request was stored
        }
        try {
            return await(question);
        } catch (ExecutionException e) {
            throw AttemptFailed.broken(
                    "the connection to the pull port broke: " + e.getCause().getMessage(), e.getCause());
        } finally {
            questions.set(request.getReaderIndex(), null); // a piece is large, and the reader may be done
        }
    }

    private Response await(Question question) throws InterruptedException, ExecutionException, TimeoutException {
        while (true) {
            boolean passedOver = answered - question.answeredBefore >= PASSED_OVER;
            long since = passedOver ? question.askedAt : Math.max(question.askedAt, heardAt);
            long left = timings.request().toNanos() - (System.nanoTime() - since);
            try {
                return question.answer.get(Math.max(0, left), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                if (left <= 0) {
                    throw e;
                }
            }
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) throws IOException {
        Response response = Response.parseFrom(frame.nioBuffer());
        int reader = response.getReaderIndex();
        if (reader >= 0 && reader < READERS) {
            Question question = questions.get(reader);
            if (question != null && answers(response, question.request)) {
                answered++;
                question.answer.complete(response);
            }
        }
    }

    private static boolean answers(Response response, Request request) {
        return response.getType() == request.getType()
                && (!response.hasFileResp()
                        || (response.getFileResp().getOffset()
                                        == request.getFileReq().getOffset()
                                && response.getFileResp()
                                        .getFilename()
                                        .equals(request.getFileReq().getFilename())));
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        ended(new IOException("the master closed it"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        ended(new IOException(cause.toString(), cause));
        context.close();
    }

    @Override
    public void close() {
        ended(new IOException("we closed it"));
        channel.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    /**
     * Open requests are completed here: a callback registered on {@link #end} would stay there, with its response, as
     * long as the connection.
     */
    private void ended(IOException why) {
        end.complete(why);
        for (int reader = 0; reader < READERS; reader++) {
            Question open = questions.get(reader);
            if (open != null) {
                open.answer.completeExceptionally(end.join());
            }
        }
    }

    /** Records that bytes arrive, before they are a complete response. */
    private final class Hearing extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            heardAt = System.nanoTime();
            context.fireChannelRead(bytes);
        }
    }
}
