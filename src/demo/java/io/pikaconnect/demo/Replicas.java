package io.pikaconnect.demo;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.netty.channel.Channel;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.ReplicationProto;
import io.pikaconnect.replication.ReplicationProto.Response;
import io.pikaconnect.replication.ReplicationProto.StatusCode;
import io.pikaconnect.replication.ReplicationProto.Unit;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The replicas a master knows, by announced address: their connections and, for each requested db, their sessions. On
 * the master's event loop only.
 */
final class Replicas {

    private static final int FRAME = 100;
    /** A frame above it goes out as one frame for each item (max-conn-rbuf-size). */
    private static final long FRAME_BYTES = 256L * 1024 * 1024;

    private final MasterServer master;
    /** The identities that sent MetaSync, and their connections. */
    private final Map<String, Channel> registered = new HashMap<>();
    /** The connection to which a replica's data are sent; a refused MetaSync changes it, too. */
    private final Map<String, Channel> routes = new HashMap<>();
    /** By db, then by announced address. */
    private final Map<String, Map<String, AttachedReplica>> attached = new HashMap<>();

    private final Map<String, Integer> nextSession = new HashMap<>();
    private int registrations;
    private boolean sending;

    Replicas(MasterServer master, Collection<String> databases) {
        this.master = master;
        databases.forEach(db -> attached.put(db, new HashMap<>()));
    }

    /** False if that address is registered. */
    boolean register(String name, Channel channel) {
        if (registered.entrySet().stream()
                .anyMatch(e -> e.getValue() == channel && !e.getKey().equals(name))) {
            master.seen().offence("a second identity on one connection: " + name); // its ghost stays for ever
        }
        routes.put(name, channel);
        registrations++;
        return registered.putIfAbsent(name, channel) == null;
    }

    int registrations() {
        return registrations;
    }

    /** The registered identities, as address:port. */
    List<String> names() {
        return registered.keySet().stream().sorted().toList();
    }

    /** The session of that address; a new one if it has none. */
    AttachedReplica attach(String db, String name) {
        return attached.get(db)
                .computeIfAbsent(
                        name,
                        n -> new AttachedReplica(
                                nextSession.merge(db, 1, Integer::sum) - 1,
                                master.setup().window()));
    }

    Optional<AttachedReplica> attached(String db, String name) {
        return Optional.ofNullable(attached.getOrDefault(db, Map.of()).get(name));
    }

    Collection<AttachedReplica> attachedTo(String db) {
        return attached.get(db).values();
    }

    private Stream<AttachedReplica> all() {
        return attached.values().stream().flatMap(of -> of.values().stream());
    }

    int size() {
        return (int) all().count();
    }

    int unacknowledged() {
        return all().mapToInt(AttachedReplica::unacknowledged).sum();
    }

    void detach(String db, String name) {
        attached.get(db).remove(name);
    }

    /** Drops all sessions without reporting it. */
    void dropAll() {
        attached.values().forEach(Map::clear);
    }

    /** From now on all sessions get keepalives only. */
    void stallAll() {
        all().forEach(AttachedReplica::stall);
    }

    void disconnected(Channel channel) {
        registered.entrySet().removeIf(e -> {
            if (e.getValue() == channel) {
                attached.values().forEach(of -> of.remove(e.getKey()));
                return true;
            }
            return false;
        });
        routes.values().removeIf(c -> c == channel);
    }

    /** To be called after items were written: serves only replicas that have acknowledged everything. */
    void written() {
        attached.forEach((db, of) -> of.forEach((name, replica) -> {
            if (replica.streaming() && replica.everythingAcknowledged()) {
                sendItems(db, name);
            }
        }));
    }

    /** Sends as many items as the window allows. */
    void sendItems(String db, String name) {
        AttachedReplica replica = attached.get(db).get(name);
        if (replica == null || !replica.streaming() || replica.stalled() || master.isHeld() || sending) {
            return;
        }
        ServedLog log = master.log(db);
        sending = true; // a test may cut the connection while the frame is written
        try {
            for (List<BinlogItem> items = replica.take(log, FRAME);
                    !items.isEmpty();
                    items = replica.take(log, FRAME)) {
                long bytes = items.stream().mapToLong(i -> i.bytes().length).sum();
                if (bytes <= FRAME_BYTES) {
                    send(db, name, replica, items);
                } else {
                    items.forEach(item -> send(db, name, replica, List.of(item)));
                }
            }
        } finally {
            sending = false;
        }
    }

    private void send(String db, String name, AttachedReplica replica, List<BinlogItem> items) {
        Response.Builder frame = frame();
        items.forEach(item -> frame.addBinlogSync(Response.BinlogSync.newBuilder()
                .setUnit(unit(db))
                .setBinlogOffset(position(item.end(), logicId(item)))
                .setBinlog(UnsafeByteOperations.unsafeWrap(item.bytes()))
                .setSessionId(replica.session())));
        send(name, replica, frame.build());
    }

    /** Sends the keepalives that are due and drops the silent. */
    void tick() {
        attached.forEach((db, of) -> {
            of.values()
                    .removeIf(r ->
                            r.nanosSinceReceived() > master.setup().dropAfter().toNanos());
            of.forEach((name, replica) -> keepAlive(db, name, replica));
        });
    }

    private void keepAlive(String db, String name, AttachedReplica replica) {
        boolean wanted =
                replica.everythingAcknowledged() || !master.setup().release().waitsForAcknowledgements();
        if (wanted && replica.nanosSinceSent() > master.setup().keepalive().toNanos() && !master.isHeld()) {
            Response.Builder frame = frame();
            frame.addBinlogSync(Response.BinlogSync.newBuilder()
                    .setUnit(unit(db))
                    .setBinlogOffset(position(BinlogPosition.ZERO, 0))
                    .setBinlog(ByteString.EMPTY)
                    .setSessionId(replica.session()));
            send(name, replica, frame.build());
        }
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

    private static Unit unit(String db) {
        return Unit.newBuilder().setDbName(db).setSlotId(0).build();
    }

    private ReplicationProto.BinlogOffset position(BinlogPosition offset, long logicId) {
        ReplicationProto.BinlogOffset.Builder position = ReplicationProto.BinlogOffset.newBuilder()
                .setFilenum((int) offset.filenum())
                .setOffset(offset.offset());
        if (master.setup().release().hasTerms()) {
            position.setTerm(0).setIndex(logicId);
        }
        return position.build();
    }

    private static long logicId(BinlogItem item) {
        return ByteBuffer.wrap(item.bytes()).order(ByteOrder.LITTLE_ENDIAN).getLong(10);
    }
}
