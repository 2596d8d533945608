package io.pikaconnect.demo;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.ChannelGroupFuture;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.pikaconnect.fullsync.PullProto;
import io.pikaconnect.replication.BinlogOffset;
import io.pikaconnect.replication.Frames;
import io.pikaconnect.replication.ReplicationProto.Response;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A stand-in for a Pika 3.5.5 master that plays a {@link Recording}: the full sync, the binlog with real windows and
 * checks, keepalives, the client port's INFO. It stops, falls silent, cuts, purges and changes its identity on request.
 *
 * <p>Listens on 127.0.0.1 at {@link #port()}, + 2000 and + 10001. Everything happens on one event loop; the controls may
 * be called from any thread and return when they have taken effect.
 */
public final class RecordedMaster implements AutoCloseable {

    private static final int LARGEST_REQUEST = 512 * 1024 * 1024;
    private static final int TICK_MILLIS = 20;

    private final Recording recording;
    private final MasterSetup setup;
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("recorded-master", true), NioIoHandler.newFactory());
    private final ChannelGroup listening = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final ChannelGroup replicationConnections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final ChannelGroup pullConnections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final ChannelGroup clientConnections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final RecordedLog log;

    // Read by any thread, written on the event loop.
    private volatile Optional<BinlogOffset> lastAcknowledged = Optional.empty();
    private final AtomicInteger acknowledgedItems = new AtomicInteger();
    private final AtomicInteger pings = new AtomicInteger();
    private final AtomicReference<List<String>> offences = new AtomicReference<>(List.of());

    // Written by any thread, read on the event loop.
    private volatile boolean held;
    private volatile boolean writesBinlog = true;
    private volatile Duration clockOffset = Duration.ZERO;
    private volatile String replicationId = "5".repeat(50);
    private volatile String runId = "a".repeat(40);
    private volatile Function<Response, Optional<Response>> answers = Optional::of;
    private volatile Function<PullProto.Response, Optional<PullProto.Response>> pullAnswers = Optional::of;

    private volatile int port;
    // On the event loop only; new with every start.
    private Dumps dumps;
    private Replicas replicas;

    private RecordedMaster(Recording recording, MasterSetup setup) {
        this.recording = recording;
        this.setup = setup;
        log = new RecordedLog(recording);
        dumps = new Dumps(recording, setup.dumpTakes());
        replicas = new Replicas(this, log);
    }

    /** Starts one on free ports; all items have been written. */
    public static RecordedMaster start(Recording recording, MasterSetup setup) throws IOException {
        RecordedMaster master = new RecordedMaster(recording, setup);
        master.group.scheduleAtFixedRate(() -> master.replicas.tick(), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        master.start();
        return master;
    }

    /** Starts one that is set up like a real one. */
    public static RecordedMaster start(Recording recording) throws IOException {
        return start(recording, MasterSetup.REAL);
    }

    /** Starts again after {@link #stop}, on the same ports: sessions count from 0, and the dump is forgotten. */
    public void start() throws IOException {
        on(() -> {
            dumps = new Dumps(recording, setup.dumpTakes());
            replicas = new Replicas(this, log);
            return null;
        });
        for (int tries = 0; tries < 200; tries++) {
            int candidate = port != 0 ? port : ThreadLocalRandom.current().nextInt(20_000, 30_000);
            if (listen(candidate)) {
                port = candidate;
                return;
            }
            listening.close().awaitUninterruptibly();
        }
        throw new IOException("no three free ports P, P + 2000, P + 10001");
    }

    private boolean listen(int candidate) {
        return listen(
                        candidate,
                        clientConnections,
                        () -> List.of(new ClientPortHandler(setup.password(), new ClientCommands(this))))
                && listen(
                        candidate + 2000,
                        replicationConnections,
                        () -> List.of(
                                Frames.encoder(),
                                Frames.decoder(LARGEST_REQUEST),
                                new ReplicationPortHandler(this, replicas, log)))
                && listen(
                        candidate + 10_001,
                        pullConnections,
                        () -> List.of(Frames.encoder(), Frames.decoder(LARGEST_REQUEST), new PullPortHandler(this)));
    }

    private boolean listen(int at, ChannelGroup connected, Supplier<List<ChannelHandler>> handlers) {
        var bound = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connected.add(channel);
                        channel.pipeline().addLast(handlers.get().toArray(ChannelHandler[]::new));
                    }
                })
                .bind("127.0.0.1", at)
                .awaitUninterruptibly();
        if (bound.isSuccess()) {
            listening.add(bound.channel());
        }
        return bound.isSuccess();
    }

    /** Stops listening and closes every connection. */
    public void stop() {
        listening.close().awaitUninterruptibly();
        replicationConnections.close().awaitUninterruptibly();
        pullConnections.close().awaitUninterruptibly();
        clientConnections.close().awaitUninterruptibly();
    }

    @Override
    public void close() {
        stop();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** The client port. */
    public int port() {
        return port;
    }

    public Recording recording() {
        return recording;
    }

    /** From now on only the first items have been written; more can be written later, and a lost tail be played. */
    public void writeUpTo(int items) {
        on(() -> {
            log.writeUpTo(Math.min(items, log.items().size()));
            replicas.written();
            return null;
        });
    }

    /** End of the log. */
    public BinlogOffset end() {
        return on(log::end);
    }

    /** Binlog files before this one are gone. */
    public void purgeBefore(long file) {
        on(() -> {
            log.purgeBefore(file);
            return null;
        });
    }

    /** While held, nothing is sent; connections stay open. */
    public void hold(boolean hold) {
        held = hold;
        if (!hold) {
            on(() -> {
                replicas.written();
                return null;
            });
        }
    }

    /** Forgets every session without a word, as after 20 s of silence. */
    public void dropSessions() {
        on(() -> {
            replicas.dropAll();
            return null;
        });
    }

    /** Ends the connections to the replication port. */
    public void cutReplication(boolean reset) {
        cut(replicationConnections, reset);
    }

    /** Ends the connections to the pull port. */
    public void cutPull(boolean reset) {
        cut(pullConnections, reset);
    }

    private void cut(ChannelGroup connections, boolean reset) {
        if (reset) {
            connections.forEach(c -> c.config().setOption(ChannelOption.SO_LINGER, 0));
        }
        ChannelGroupFuture closing = connections.close();
        if (!group.next().inEventLoop()) {
            closing.awaitUninterruptibly();
        }
    }

    /** Another data set, or another server of the same group. */
    public void identity(String newReplicationId, String newRunId) {
        replicationId = newReplicationId;
        runId = newRunId;
    }

    /** Sets write-binlog. */
    public void writesBinlog(boolean on) {
        writesBinlog = on;
    }

    /** This master's clock minus the machine's. */
    public void clockOffset(Duration offset) {
        clockOffset = offset;
    }

    /** What is sent on the replication port goes through this first; empty is not sent. On the event loop. */
    public void rewrite(Function<Response, Optional<Response>> rewriting) {
        answers = rewriting;
    }

    /** What is sent on the pull port goes through this first; empty is not sent. On the event loop. */
    public void rewritePull(Function<PullProto.Response, Optional<PullProto.Response>> rewriting) {
        pullAnswers = rewriting;
    }

    /** End of the last range acknowledged. */
    public Optional<BinlogOffset> lastAcknowledged() {
        return lastAcknowledged;
    }

    /** Items acknowledged since the start or the last {@link #countAnew}, in all sessions. */
    public int acknowledgedItems() {
        return acknowledgedItems.get();
    }

    /** Pings received since the start or the last {@link #countAnew}; answered keepalives are pings, too. */
    public int pings() {
        return pings.get();
    }

    public void countAnew() {
        acknowledgedItems.set(0);
        pings.set(0);
    }

    /** Sessions attached now. */
    public int sessions() {
        return on(() -> replicas.size());
    }

    /** Items sent and not acknowledged, of all sessions. */
    public int unacknowledged() {
        return on(() -> replicas.unacknowledged());
    }

    public int replicationConnectionCount() {
        return replicationConnections.size();
    }

    public int dumpsMade() {
        return on(() -> dumps.made());
    }

    /** What a real master does not survive, or closes the connection for. */
    public List<String> offences() {
        return offences.get();
    }

    private <T> T on(Callable<T> action) {
        try {
            return group.next().submit(action).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    // What follows is for the handlers, on the event loop.

    MasterSetup setup() {
        return setup;
    }

    String replicationId() {
        return replicationId;
    }

    String runId() {
        return runId;
    }

    Dumps dumps() {
        return dumps;
    }

    boolean isHeld() {
        return held;
    }

    void send(Channel to, Response response) {
        if (!held) {
            answers.apply(response).ifPresent(to::writeAndFlush);
        }
    }

    void sendPull(Channel to, PullProto.Response response) {
        if (!held) {
            pullAnswers.apply(response).ifPresent(to::writeAndFlush);
        }
    }

    void acknowledged(BinlogOffset end, int items) {
        lastAcknowledged = Optional.of(end);
        acknowledgedItems.addAndGet(items);
    }

    void pinged() {
        pings.incrementAndGet();
    }

    void offence(String what) {
        List<String> all = new ArrayList<>(offences.get());
        all.add(what);
        offences.set(List.copyOf(all));
    }

    RecordedLog log() {
        return log;
    }

    Replicas replicas() {
        return replicas;
    }

    boolean isWritingBinlog() {
        return writesBinlog;
    }

    Instant now() {
        return Instant.now().plus(clockOffset);
    }
}
