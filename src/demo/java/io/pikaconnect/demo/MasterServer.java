package io.pikaconnect.demo;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.pikaconnect.fullsync.PullProto;
import io.pikaconnect.replication.Frames;
import io.pikaconnect.replication.ReplicationProto.Response;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The ports of a stand-in master, on 127.0.0.1: clients' at {@link #port()}, replication's at + 2000, the pull port at +
 * 10001; with the sessions, windows and keepalives of replicas.
 *
 * <p>Everything happens on one event loop; the controls may be called from any thread and return when they have taken
 * effect.
 */
final class MasterServer implements AutoCloseable {

    private static final int LARGEST_REQUEST = 512 * 1024 * 1024;
    private static final int TICK_MILLIS = 20;
    private static final int CLIENTS = 0;
    private static final int REPLICATION = 2_000;
    private static final int PULL = 10_001;

    private final MasterSetup setup;
    private final ServedData data;
    private final Access access;
    private final Ports ports = new Ports();
    private final Seen seen = new Seen();

    // Written by any thread, read on the event loop.
    private volatile List<String> claimed;
    private volatile boolean held;
    private volatile boolean writesBinlog = true;
    private volatile long dataBytes = 1 << 20;
    private volatile boolean clientsTurnedAway;
    private volatile List<String> role = List.of("role:master");
    private volatile Duration clockOffset = Duration.ZERO;
    private volatile Duration late = Duration.ZERO;
    private volatile OptionalInt pullSpeed = OptionalInt.empty();
    private volatile String replicationId = "5".repeat(50);
    private volatile String runId = "a".repeat(40);
    private volatile Function<Response, Optional<Response>> answers = Optional::of;
    private volatile Function<PullProto.Response, Optional<PullProto.Response>> pullAnswers = Optional::of;

    // On the event loop only; new with every start.
    private final Map<String, ServedDump> dumps = new HashMap<>();
    private final Pushes pushes = new Pushes(this);
    private Replicas replicas;
    // On the event loop only.
    private boolean cutNextItems;

    MasterServer(MasterSetup setup, ServedData data) {
        this.setup = setup;
        this.data = data;
        this.claimed = setup.databases();
        this.access = new Access(setup.password());
        loop().scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void tick() {
        if (replicas != null) {
            replicas.tick();
        }
    }

    /** Starts on free ports, or again after {@link #stop} on the same: sessions count from 0, dumps are forgotten. */
    void start() throws IOException {
        access.startRsync();
        on(() -> {
            data.databases().forEach(db -> dumps.put(db, data.newDump(db)));
            replicas = new Replicas(this, data.databases());
            return null;
        });
        List<Ports.Port> all = new ArrayList<>();
        all.add(new Ports.Port(CLIENTS, this::client));
        all.add(new Ports.Port(REPLICATION, () -> framed(new ReplicationPortHandler(this))));
        if (setup.release().isPulled()) {
            all.add(new Ports.Port(PULL, this::pullPort));
        }
        ports.open(all);
    }

    private static List<ChannelHandler> framed(ChannelHandler handler) {
        return List.of(Frames.encoder(), Frames.decoder(LARGEST_REQUEST), handler);
    }

    private List<ChannelHandler> pullPort() {
        List<ChannelHandler> handlers = new ArrayList<>();
        pullSpeed.ifPresent(speed -> handlers.add(new SlowLink(speed)));
        handlers.addAll(framed(new PullPortHandler(this)));
        return handlers;
    }

    /** The speed of connections to the pull port that are made from now on. */
    void pullSpeed(int bytesPerSecond) {
        pullSpeed = OptionalInt.of(bytesPerSecond);
    }

    /** Stops listening and closes every connection. */
    void stop() {
        ports.stop();
    }

    @Override
    public void close() {
        pushes.close();
        ports.close();
    }

    Access access() {
        return access;
    }

    int port() {
        return ports.first();
    }

    /** While held, nothing is sent; connections stay open. */
    void hold(boolean hold) {
        held = hold;
        if (!hold) {
            written();
        }
    }

    /** To be called after items were written: sends them to waiting replicas. */
    void written() {
        on(() -> {
            replicas.written();
            return null;
        });
    }

    void dropSessions() {
        on(() -> {
            replicas.dropAll();
            return null;
        });
    }

    void stallSessions() {
        on(() -> {
            replicas.stallAll();
            return null;
        });
    }

    void cutReplication(boolean reset) {
        ports.cut(REPLICATION, reset);
    }

    void cutPull(boolean reset) {
        ports.cut(PULL, reset);
    }

    /** While true, the connections of clients end as soon as they are made, as with too many of them. */
    void turnClientsAway(boolean on) {
        clientsTurnedAway = on;
        ports.cut(CLIENTS, false);
    }

    private List<ChannelHandler> client() {
        return clientsTurnedAway
                ? List.of(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelActive(ChannelHandlerContext context) {
                        context.close();
                    }
                })
                : List.of(new ClientPortHandler(access.password(), data.newClient()));
    }

    /** The next frame with items ends in its middle, and so does the connection. */
    void cutNextItems() {
        on(() -> cutNextItems = true);
    }

    void identity(String newReplicationId, String newRunId) {
        replicationId = newReplicationId;
        runId = newRunId;
    }

    void writesBinlog(boolean on) {
        writesBinlog = on;
    }

    /** It calls itself a replica of the one at that port, and linked to it or not. */
    void replicaOf(int port, boolean linked) {
        role = List.of(
                "role:slave",
                "master_host:127.0.0.1",
                "master_port:" + port,
                "master_link_status:" + (linked ? "up" : "down"));
    }

    /** It calls itself a master. */
    void promoted() {
        role = List.of("role:master");
    }

    List<String> role() {
        return role;
    }

    void clockOffset(Duration offset) {
        clockOffset = offset;
    }

    /** The databases it reports. */
    void claim(List<String> databases) {
        claimed = databases;
    }

    /** Responses on the replication and pull ports are delayed by this much. */
    void answerLate(Duration by) {
        late = by;
    }

    void rewrite(Function<Response, Optional<Response>> rewriting) {
        answers = rewriting;
    }

    void rewritePull(Function<PullProto.Response, Optional<PullProto.Response>> rewriting) {
        pullAnswers = rewriting;
    }

    Seen seen() {
        return seen;
    }

    int registrations() {
        return on(() -> replicas.registrations());
    }

    int sessions() {
        return on(() -> replicas.size());
    }

    int unacknowledged() {
        return on(() -> replicas.unacknowledged());
    }

    int replicationConnectionCount() {
        return ports.connected(REPLICATION);
    }

    int dumpsMade() {
        return on(() -> dumps.values().stream().mapToInt(ServedDump::made).sum());
    }

    /** Does something on the event loop and waits for it. */
    <T> T on(Callable<T> action) {
        try {
            return loop().inEventLoop() ? action.call() : loop().submit(action).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    EventLoop loop() {
        return ports.loop();
    }

    // The following methods are for the handlers, on the event loop.

    MasterSetup setup() {
        return setup;
    }

    String replicationId() {
        return replicationId;
    }

    /** The id that a replica gets: a server without one creates it at that moment, whether or not it has a master. */
    String replicationIdForReplicas() {
        if (replicationId.isEmpty()) {
            replicationId = "e".repeat(50);
        }
        return replicationId;
    }

    String runId() {
        return runId;
    }

    List<String> claimed() {
        return claimed;
    }

    boolean isServed(String db) {
        return dumps.containsKey(db);
    }

    ServedLog log(String db) {
        return data.log(db);
    }

    ServedDump dump(String db) {
        return dumps.get(db);
    }

    boolean isMakingDump() {
        return dumps.values().stream().anyMatch(dump -> !dump.isReady());
    }

    Pushes pushes() {
        return pushes;
    }

    boolean isHeld() {
        return held;
    }

    void send(Channel to, Response response) {
        send(to, response, () -> {});
    }

    /** @param sent what else happens at the moment of sending */
    void send(Channel to, Response response, Runnable sent) {
        if (!held) {
            answers.apply(response)
                    .ifPresent(answer -> later(() -> {
                        write(to, answer);
                        sent.run();
                    }));
        }
    }

    private void write(Channel to, Response answer) {
        boolean items = answer.getBinlogSyncCount() > 0
                && !answer.getBinlogSync(0).getBinlog().isEmpty();
        if (cutNextItems && items) {
            cutNextItems = false;
            byte[] body = answer.toByteArray();
            to.write(to.alloc().buffer().writeInt(body.length).writeBytes(body, 0, body.length / 2));
            to.flush();
            to.close();
        } else {
            to.writeAndFlush(answer);
        }
    }

    void sendPull(Channel to, PullProto.Response response) {
        if (!held) {
            pullAnswers.apply(response).ifPresent(answer -> later(() -> to.writeAndFlush(answer)));
        }
    }

    private void later(Runnable sending) {
        if (late.isZero()) {
            sending.run();
        } else {
            loop().schedule(sending, late.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    Replicas replicas() {
        return replicas;
    }

    long dataBytes() {
        return dataBytes;
    }

    void dataBytes(long bytes) {
        dataBytes = bytes;
    }

    boolean isWritingBinlog() {
        return writesBinlog;
    }

    Instant now() {
        return Instant.now().plus(clockOffset);
    }
}
