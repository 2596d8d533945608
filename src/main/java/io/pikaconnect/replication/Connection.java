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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One TCP connection to a master's replication port (client port + 2000). Any thread may ask and send; what the master
 * sends on its own goes to the session attached, on the connection's event loop.
 */
final class Connection extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private static final String WANTS_PASSWORD =
            ". A Pika from 4.0.4 on does that to a connection that does not count as"
                    + " authenticated: where it stays so, check that pika.password is the master's requirepass";

    /** Who or what ended a connection. */
    enum By {
        US,
        MASTER,
        /** The master sent what cannot be read. */
        NONSENSE,
        /** Something of ours that failed. */
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
    /** The one request without an answer, or an answered one. Written by the asking thread, read by the event loop. */
    private volatile Question question = new Question(Type.TYPE_UNKNOWN, new CompletableFuture<>());
    /** Where deliveries go; event loop only. */
    private DeliveryListener session = DeliveryListener.NONE;

    /** When bytes arrived last, of whatever; written on the event loop. */
    private volatile long heardAt = System.nanoTime();

    private Connection(ReplicaConfig config, Timings timings, Channel channel) {
        this.config = config;
        this.timings = timings;
        this.channel = channel;
        // Once for all questions: what is registered there stays, with its answer, as long as the connection.
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
                            + "; the master must run and let us in there (client port + 2000, or"
                            + " pika.replication.port)",
                    connected.cause());
        }
        return connection.join();
    }

    /** Sends a control request and waits for its answer. There is one at a time, since a master may swap them. */
    synchronized Response ask(Request request) throws ReplicationException, InterruptedException {
        Question asked = new Question(request.getType(), new CompletableFuture<>());
        question = asked;
        send(request);
        if (end.isDone()) {
            giveUp(asked); // nobody else does, if it ended before the question was put there
        }
        try {
            return asked.answer.get(timings.control().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            String reason = "no answer to " + request.getType() + " within " + timings.control();
            close(reason);
            throw new ReplicationException(Kind.RETRY, config + ": " + reason, e);
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

    /** From 4.0.4 on a master with a requirepass closes what it does not hold for authenticated, after MetaSync too. */
    private boolean mayWantPassword(Type asked) {
        return asked != Type.META_SYNC && config.password().isPresent() && end.join().by == By.MASTER;
    }

    /** Sends what has no answer. */
    void send(Request request) {
        channel.writeAndFlush(request, channel.voidPromise());
    }

    /** From now on, deliveries go to {@code next}. On the event loop only. */
    void attach(DeliveryListener next) {
        session.detach();
        session = next;
    }

    void reading(boolean on) {
        channel.config().setAutoRead(on);
    }

    /** Does something on the event loop, or nothing if that has ended. What it throws ends the connection. */
    void run(Runnable task) {
        try {
            channel.eventLoop().execute(guarded(task));
        } catch (RejectedExecutionException e) {
            LOG.debug("{}: closed, nothing more is done", config);
        }
    }

    /** Does something on the event loop again and again. What it throws ends the connection. */
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

    /** Completed when the connection is gone. */
    CompletableFuture<End> end() {
        return end;
    }

    boolean isOpen() {
        return !end.isDone();
    }

    /** When bytes arrived last, in {@link System#nanoTime}: an item of half a gigabyte takes its time. */
    long heardAt() {
        return heardAt;
    }

    /** Ends the connection; {@code reason} is what others are told. */
    void close(String reason) {
        end.complete(new End(By.US, reason));
        channel.close();
    }

    private void giveUp(Question asked) {
        asked.answer.completeExceptionally(new IOException(end.join().reason));
    }

    /** On the event loop. */
    private void failed(Throwable cause) {
        LOG.error("{}: the connection ends, since something of ours failed on it", config, cause);
        end.complete(new End(By.FAILURE, cause.toString(), Optional.of(cause)));
        channel.close();
        session.failed(cause);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
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
            LOG.debug("{}: an answer nobody waits for: {}", config, response.getType());
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

    /** Notes that bytes arrive, before they are a whole message. */
    private final class Hearing extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            heardAt = System.nanoTime();
            context.fireChannelRead(bytes);
        }
    }
}
