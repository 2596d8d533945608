package io.pikaconnect.replication;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.util.concurrent.Future;
import io.pikaconnect.replication.ReplicationException.Kind;
import io.pikaconnect.replication.ReplicationProto.Request;
import io.pikaconnect.replication.ReplicationProto.Response;
import io.pikaconnect.replication.ReplicationProto.Type;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One TCP connection to a master's replication port (client port + 2000). Any thread may ask and send; what the master
 * sends unasked goes to the attached session, on the connection's event loop.
 */
final class Connection extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private static final String WANTS_PASSWORD =
            ". A Pika from 4.0.4 on does that to a connection that does not count as authenticated: if this persists,"
                    + " check that pika.password is the master's requirepass";

    /** Who or what ended a connection. */
    enum By {
        US,
        MASTER,
        /** The master sent something that cannot be parsed. */
        NONSENSE,
        /** An unexpected failure in this process. */
        FAILURE
    }

    /** How a connection ended. */
    record End(By by, String reason, Optional<Throwable> cause) {

        End(By by, String reason) {
            this(by, reason, Optional.empty());
        }
    }

    private record Question(Type type, CompletableFuture<Response> answer) {}

    private final ReplicaConfig config;
    private final Timings timings;
    private final Channel channel;
    private final CompletableFuture<End> end = new CompletableFuture<>();
    /**
     * The request that waits for its response, or the last answered one. Written by the asking thread, read by the
     * event loop.
     */
    private volatile Question question = new Question(Type.TYPE_UNKNOWN, new CompletableFuture<>());
    /** Receives deliveries; event loop only. */
    private DeliveryListener session = DeliveryListener.NONE;

    /** When the last bytes of any kind arrived; written on the event loop. */
    private volatile long heardAt = System.nanoTime();

    /** When the last message was complete; written on the event loop. */
    private volatile long messageAt = heardAt;

    private Connection(ReplicaConfig config, Timings timings, Channel channel) {
        this.config = config;
        this.timings = timings;
        this.channel = channel;
        // Once for all requests: a callback registered there stays, with its response, as long as the connection.
        end.thenAccept(e -> giveUp(question));
    }

    /** Connects. */
    static Connection open(EventLoopGroup group, ReplicaConfig config, Timings timings)
            throws ReplicationException, InterruptedException {
        CompletableFuture<Connection> connection = new CompletableFuture<>();
        ChannelFuture connected = new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        timings.connect().toMillis())
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        Connection made = new Connection(config, timings, channel);
                        channel.pipeline().addLast(made.new Hearing(), Frames.encoder(), new ResponseDecoder(), made);
                        connection.complete(made);
                    }
                })
                .connect(config.host(), config.replicationPort());
        connected.await();
        if (!connected.isSuccess()) {
            throw new ReplicationException(
                    Kind.RETRY,
                    config + ": no connection to the replication port " + config.replicationPort() + ": "
                            + connected.cause().getMessage()
                            + "; the master must be running and reachable there (client port + 2000, or"
                            + " pika.replication.port)",
                    connected.cause());
        }
        return connection.join();
    }

    /** Sends a control request and waits for its response, without which the connection ends. */
    Response ask(Request request) throws ReplicationException, InterruptedException {
        try {
            return answer(request);
        } catch (TimeoutException e) {
            String reason = "no answer to " + request.getType() + " within " + timings.control();
            close(reason);
            throw new ReplicationException(Kind.RETRY, config + ": " + reason, e);
        }
    }

    /** The same for a question that may stay without an answer. */
    Optional<Response> tryAsk(Request request) throws ReplicationException, InterruptedException {
        try {
            return Optional.of(answer(request));
        } catch (TimeoutException e) {
            return Optional.empty();
        }
    }

    /** One at a time, since a master may answer out of order. */
    private synchronized Response answer(Request request)
            throws ReplicationException, InterruptedException, TimeoutException {
        Question asked = new Question(request.getType(), new CompletableFuture<>());
        question = asked;
        send(request);
        if (end.isDone()) {
            giveUp(asked); // nothing else does if the connection ended before the request was stored
        }
        try {
            return asked.answer.get(timings.control().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw lost(request.getType(), e.getCause());
        }
    }

    private ReplicationException lost(Type asked, Throwable cause) {
        Optional<Throwable> failure = end.join().cause.filter(c -> end.join().by == By.FAILURE);
        return failure.isPresent()
                ? ReplicationException.unforeseen(config, "waiting for the answer to " + asked, failure.get())
                : new ReplicationException(
                        Kind.RETRY,
                        config + ": connection lost waiting for the answer to " + asked + ": " + cause.getMessage()
                                + (mayWantPassword(asked) ? WANTS_PASSWORD : ""),
                        cause);
    }

    /**
     * From 4.0.4 on a master with a requirepass closes connections that it considers unauthenticated, after MetaSync,
     * too.
     */
    private boolean mayWantPassword(Type asked) {
        return asked != Type.META_SYNC && config.password().isPresent() && end.join().by == By.MASTER;
    }

    /** Sends a request that has no response. */
    void send(Request request) {
        channel.writeAndFlush(request, channel.voidPromise());
    }

    /** Passes deliveries to {@code next} from now on. Event loop only. */
    void attach(DeliveryListener next) {
        session.detach();
        session = next;
    }

    void reading(boolean on) {
        channel.config().setAutoRead(on);
    }

    /** Runs a task on the event loop, or not at all if that has ended. What it throws ends the connection. */
    void run(Runnable task) {
        try {
            channel.eventLoop().execute(guarded(task));
        } catch (RejectedExecutionException e) {
            LOG.debug("{}: closed, the task is not run", config);
        }
    }

    /** Runs a task on the event loop periodically. What it throws ends the connection. */
    Future<?> runEvery(Duration pause, Runnable task) {
        long every = pause.toMillis();
        return channel.eventLoop().scheduleAtFixedRate(guarded(task), every, every, TimeUnit.MILLISECONDS);
    }

    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Throwable e) {
                failed(e);
            }
        };
    }

    EventLoop loop() {
        return channel.eventLoop();
    }

    String localHost() {
        return ((InetSocketAddress) channel.localAddress()).getAddress().getHostAddress();
    }

    int localPort() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    /** Completed when the connection has ended. */
    CompletableFuture<End> end() {
        return end;
    }

    boolean isOpen() {
        return !end.isDone();
    }

    /** When the last bytes arrived, in {@link System#nanoTime}: an item of half a gigabyte takes a while. */
    long heardAt() {
        return heardAt;
    }

    /** When the last bytes arrived of a message that is not complete yet, if there is one. */
    OptionalLong partAt() {
        long heard = heardAt;
        return heard - messageAt > 0 ? OptionalLong.of(heard) : OptionalLong.empty();
    }

    /** Ends the connection; {@code reason} is passed to those that wait for it. */
    void close(String reason) {
        end.complete(new End(By.US, reason));
        channel.close();
    }

    private void giveUp(Question asked) {
        asked.answer.completeExceptionally(new IOException(end.join().reason));
    }

    /** On the event loop. */
    private void failed(Throwable cause) {
        LOG.error("{}: the connection ends because of an unexpected failure", config, cause);
        end.complete(new End(By.FAILURE, cause.toString(), Optional.of(cause)));
        channel.close();
        session.failed(cause);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        messageAt = System.nanoTime();
        if (message instanceof Delivery delivery) {
            session.deliver(delivery);
        } else {
            answered((Response) message);
        }
    }

    private void answered(Response response) {
        if (response.getConsensusMeta().getTerm() != 0) {
            session.consensus(Integer.toUnsignedLong(response.getConsensusMeta().getTerm()));
        }
        if (response.getType() == question.type) {
            question.answer.complete(response);
        } else if (response.getType() != Type.BINLOG_SYNC) {
            LOG.debug("{}: a response that nothing waits for: {}", config, response.getType());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end.complete(new End(By.MASTER, "the master closed the connection"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            end.complete(new End(By.MASTER, cause.toString()));
            context.close();
        } else if (cause instanceof DecoderException) {
            LOG.warn("{}: what the master sends cannot be read", config, cause);
            end.complete(new End(
                    By.NONSENSE, "what the master sends cannot be read: " + cause.getMessage(), Optional.of(cause)));
            context.close();
        } else {
            failed(cause);
        }
    }

    /** Records that bytes arrive, before they are a complete message. */
    private final class Hearing extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            heardAt = System.nanoTime();
            context.fireChannelRead(bytes);
        }
    }
}
