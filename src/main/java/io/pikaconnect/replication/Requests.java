package io.pikaconnect.replication;

import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.ReplicationProto.Node;
import io.pikaconnect.replication.ReplicationProto.Request;
import io.pikaconnect.replication.ReplicationProto.Type;
import io.pikaconnect.replication.ReplicationProto.Unit;
import java.net.InetSocketAddress;
import java.util.Optional;

/** The requests of one identity about one db; fields that a master's schema requires are always set. */
final class Requests {

    private static final int SLOT = 0;

    private final Node node;
    private final Unit unit;

    /**
     * @param host with {@code port} the identity at the master
     * @param database one that the master has: a request about any other can crash a master
     */
    Requests(String host, int port, String database) {
        node = Node.newBuilder().setIp(host).setPort(port).build();
        unit = Unit.newBuilder().setDbName(database).setSlotId(SLOT).build();
    }

    /** The identity that we announce. */
    InetSocketAddress announced() {
        return InetSocketAddress.createUnresolved(node.getIp(), node.getPort());
    }

    Request metaSync(Optional<String> password) {
        Request.MetaSync.Builder body = Request.MetaSync.newBuilder().setNode(node);
        password.ifPresent(body::setAuth);
        return request(Type.META_SYNC).setMetaSync(body).build();
    }

    Request trySync(BinlogPosition from) {
        return request(Type.TRY_SYNC)
                .setTrySync(
                        Request.TrySync.newBuilder().setNode(node).setUnit(unit).setBinlogOffset(Offsets.message(from)))
                .build();
    }

    /**
     * @param filenum together with the master's last dump decides whether a new one is made (replication-protocol 6.2)
     */
    Request dbSync(long filenum) {
        return request(Type.DB_SYNC)
                .setDbSync(Request.DbSync.newBuilder()
                        .setNode(node)
                        .setUnit(unit)
                        .setBinlogOffset(Offsets.message(new BinlogPosition(filenum, 0))))
                .build();
    }

    /** Starts the stream after {@code from}, the position that TrySync accepted. */
    Request firstBinlogSync(int session, BinlogPosition from) {
        return binlogSync(session, from, from, true);
    }

    /** Both ends are ends of items in the window. */
    Request acknowledgement(int session, BinlogPosition first, BinlogPosition last) {
        return binlogSync(session, first, last, false);
    }

    /** Also the response to a keepalive. */
    Request ping(int session) {
        return binlogSync(session, BinlogPosition.ZERO, BinlogPosition.ZERO, false);
    }

    private Request binlogSync(int session, BinlogPosition first, BinlogPosition last, boolean firstSend) {
        return request(Type.BINLOG_SYNC)
                .setBinlogSync(Request.BinlogSync.newBuilder()
                        .setNode(node)
                        .setDbName(unit.getDbName())
                        .setSlotId(unit.getSlotId())
                        .setAckRangeStart(Offsets.message(first))
                        .setAckRangeEnd(Offsets.message(last))
                        .setSessionId(session)
                        .setFirstSend(firstSend))
                .build();
    }

    private static Request.Builder request(Type type) {
        return Request.newBuilder().setType(type);
    }
}
