package io.pikaconnect.demo;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.netty.channel.Channel;
import io.pikaconnect.replication.BinlogItem;
import io.pikaconnect.replication.BinlogOffset;
import io.pikaconnect.replication.ReplicationProto;
import io.pikaconnect.replication.ReplicationProto.Response;
import io.pikaconnect.replication.ReplicationProto.StatusCode;
import io.pikaconnect.replication.ReplicationProto.Unit;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The replicas a master knows, by announced address: their connections and, once they asked for db0, their sessions. On
 * the master's event loop only.
 */
final class Replicas {

    private static final int FRAME = 100;
    private static final Unit DB0 =
            Unit.newBuilder().setDbName("db0").setSlotId(0).build();

    private final RecordedMaster master;
    private final RecordedLog log;
    /** Who did MetaSync, on which connection. */
    private final Map<String, Channel> registered = new HashMap<>();
    /** Where what is for a replica is sent; a refused MetaSync moves it, too. */
    private final Map<String, Channel> routes = new HashMap<>();

    private final Map<String, AttachedReplica> attached = new HashMap<>();
    private int nextSession;
    private boolean sending;

    Replicas(RecordedMaster master, RecordedLog log) {
        this.master = master;
        this.log = log;
    }

    /** False if that address is registered. */
    boolean register(String name, Channel channel) {
        routes.put(name, channel);
        return registered.putIfAbsent(name, channel) == null;
    }

    /** The session of that address; a new one if it has none. */
    AttachedReplica attach(String name) {
        return attached.computeIfAbsent(
                name, n -> new AttachedReplica(nextSession++, master.setup().window()));
    }

    Optional<AttachedReplica> attached(String name) {
        return Optional.ofNullable(attached.get(name));
    }

    int size() {
        return attached.size();
    }

    int unacknowledged() {
        return attached.values().stream()
                .mapToInt(AttachedReplica::unacknowledged)
                .sum();
    }

    void detach(String name) {
        attached.remove(name);
    }

    /** Forgets all sessions and says nothing. */
    void dropAll() {
        attached.clear();
    }

    void disconnected(Channel channel) {
        registered.entrySet().removeIf(e -> {
            if (e.getValue() == channel) {
                attached.remove(e.getKey());
                return true;
            }
            return false;
        });
        routes.values().removeIf(c -> c == channel);
    }

    /** Items were written: only replicas that have acknowledged everything are looked at. */
    void written() {
        attached.forEach((name, replica) -> {
            if (replica.streaming() && replica.everythingAcknowledged()) {
                sendItems(name);
            }
        });
    }

    /** Sends what the window has room for. */
    void sendItems(String name) {
        AttachedReplica replica = attached.get(name);
        if (replica == null || !replica.streaming() || master.isHeld() || sending) {
            return;
        }
        sending = true; // a test may cut the connection while the frame is written
        try {
            for (List<BinlogItem> items = replica.take(log, FRAME);
                    !items.isEmpty();
                    items = replica.take(log, FRAME)) {
                Response.Builder frame = frame();
                items.forEach(item -> frame.addBinlogSync(Response.BinlogSync.newBuilder()
                        .setUnit(DB0)
                        .setBinlogOffset(position(item.end(), logicId(item)))
                        .setBinlog(UnsafeByteOperations.unsafeWrap(item.bytes()))
                        .setSessionId(replica.session())));
                send(name, replica, frame.build());
            }
        } finally {
            sending = false;
        }
    }

    /** Sends the keepalives that are due and drops the silent. */
    void tick() {
        attached.values()
                .removeIf(
                        r -> r.nanosSinceReceived() > master.setup().dropAfter().toNanos());
        attached.forEach((name, replica) -> {
            if (replica.everythingAcknowledged()
                    && replica.nanosSinceSent() > master.setup().keepalive().toNanos()
                    && !master.isHeld()) {
                Response.Builder frame = frame();
                frame.addBinlogSync(Response.BinlogSync.newBuilder()
                        .setUnit(DB0)
                        .setBinlogOffset(position(BinlogOffset.ZERO, 0))
                        .setBinlog(ByteString.EMPTY)
                        .setSessionId(replica.session()));
                send(name, replica, frame.build());
            }
        });
    }

    private void send(String name, AttachedReplica replica, Response frame) {
        replica.sent();
        Channel route = routes.get(name);
        if (route != null) {
            master.send(route, frame);
        }
    }

    private static Response.Builder frame() {
        return Response.newBuilder().setType(ReplicationProto.Type.BINLOG_SYNC).setCode(StatusCode.OK);
    }

    private static ReplicationProto.BinlogOffset position(BinlogOffset offset, long logicId) {
        return ReplicationProto.BinlogOffset.newBuilder()
                .setFilenum((int) offset.filenum())
                .setOffset(offset.offset())
                .setTerm(0)
                .setIndex(logicId)
                .build();
    }

    private static long logicId(BinlogItem item) {
        return ByteBuffer.wrap(item.bytes()).order(ByteOrder.LITTLE_ENDIAN).getLong(10);
    }
}
