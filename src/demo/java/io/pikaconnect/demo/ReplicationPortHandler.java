package io.pikaconnect.demo;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.pikaconnect.demo.pika.PikaRelease;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.ReplicationProto;
import io.pikaconnect.replication.ReplicationProto.Node;
import io.pikaconnect.replication.ReplicationProto.Request;
import io.pikaconnect.replication.ReplicationProto.Response;
import io.pikaconnect.replication.ReplicationProto.Response.TrySync.ReplyCode;
import io.pikaconnect.replication.ReplicationProto.StatusCode;
import io.pikaconnect.replication.ReplicationProto.Unit;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/** A connection to the replication port: what a master does with each request, in its order of checks. */
final class ReplicationPortHandler extends SimpleChannelInboundHandler<ByteBuf> {

    private final MasterServer master;
    private final Replicas replicas;
    /** MetaSync was answered with OK on this connection, and the answer is on its way. On the event loop only. */
    private boolean introduced;

    ReplicationPortHandler(MasterServer master) {
        this.master = master;
        this.replicas = master.replicas();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        replicas.disconnected(context.channel());
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) throws IOException {
        if (!frame.isReadable()) {
            context.close(); // an empty frame is taken for the end
            return;
        }
        Request request = Request.parseFrom(frame.nioBuffer());
        if (request.getType() != ReplicationProto.Type.META_SYNC && !introduced) {
            if (master.access().password().isPresent()
                    && master.setup().release().asksEveryConnection()) {
                context.close();
                return;
            }
            master.seen().offence(request.getType() + " on a connection without an answered MetaSync");
        }
        switch (request.getType()) {
            case META_SYNC -> metaSync(context, request.getMetaSync());
            case TRY_SYNC -> trySync(context, request.getTrySync());
            case DB_SYNC -> dbSync(context, request.getDbSync());
            case BINLOG_SYNC -> binlogSync(context, request.getBinlogSync());
            case REMOVE_SLAVE_NODE -> removeSlaveNode(context, request.getRemoveSlaveNode(0));
            case HEART_BEAT -> {}
            default -> context.close();
        }
    }

    static String name(Node node) {
        return node.getIp() + ":" + node.getPort();
    }

    static BinlogPosition offset(ReplicationProto.BinlogOffset message) {
        return new BinlogPosition(message.getFilenum(), message.getOffset());
    }

    static ReplicationProto.BinlogOffset message(BinlogPosition offset) {
        return ReplicationProto.BinlogOffset.newBuilder()
                .setFilenum((int) offset.filenum())
                .setOffset(offset.offset())
                .build();
    }

    private void metaSync(ChannelHandlerContext context, Request.MetaSync request) {
        PikaRelease release = master.setup().release();
        Response.Builder answer = Response.newBuilder().setType(ReplicationProto.Type.META_SYNC);
        if (!request.getAuth().equals(master.access().password().orElse(""))
                && master.access().password().isPresent()) {
            answer.setCode(StatusCode.ERROR).setReply("Auth with master error, Invalid masterauth");
        } else if (!replicas.register(name(request.getNode()), context.channel())) {
            answer.setCode(release.codesOther() ? StatusCode.OTHER : StatusCode.ERROR)
                    .setReply("Slave AlreadyExist");
        } else {
            Response.MetaSync.Builder body = Response.MetaSync.newBuilder().setClassicMode(true);
            if (release.hasRunId()) {
                body.setRunId(master.runId());
            }
            if (release.hasReplicationId()) {
                body.setReplicationId(master.replicationIdForReplicas());
            }
            master.claimed().forEach(db -> {
                Response.MetaSync.DbInfo.Builder info =
                        Response.MetaSync.DbInfo.newBuilder().setDbName(db).setSlotNum(1);
                body.addDbsInfo(release.instances() == 0 ? info : info.setDbInstanceNum(release.instances()));
            });
            answer.setCode(StatusCode.OK).setMetaSync(body);
        }
        boolean accepted = answer.getCode() == StatusCode.OK;
        master.send(context.channel(), answer.build(), () -> introduced = accepted);
    }

    private void trySync(ChannelHandlerContext context, Request.TrySync request) {
        BinlogPosition from = offset(request.getBinlogOffset());
        Response.TrySync.Builder body = Response.TrySync.newBuilder().setUnit(request.getUnit());
        Response.Builder answer =
                Response.newBuilder().setType(ReplicationProto.Type.TRY_SYNC).setCode(StatusCode.OK);
        if (!isServed(request.getUnit())) {
            answer.setCode(StatusCode.ERROR).setReply(master.setup().release().unknownUnit());
            body.clearUnit();
        } else {
            String db = request.getUnit().getDbName();
            ServedLog log = master.log(db);
            body.setBinlogOffset(message(log.end()));
            if (from.compareTo(log.end()) > 0) {
                body.setReplyCode(ReplyCode.SYNC_POINT_LARGER);
            } else if (log.isPurged(from)) {
                body.setReplyCode(ReplyCode.SYNC_POINT_BE_PURGED);
            } else if (master.setup().release().checksAlignment() && !log.accepts(from)) {
                body.setReplyCode(ReplyCode.SYNC_ERROR);
            } else {
                AttachedReplica replica = replicas.attach(db, name(request.getNode()));
                replica.heard();
                body.setReplyCode(ReplyCode.SYNC_OK).setSessionId(replica.session());
            }
        }
        master.send(context.channel(), answer.setTrySync(body).build());
    }

    private void dbSync(ChannelHandlerContext context, Request.DbSync request) {
        if (!isServed(request.getUnit())) {
            master.seen().offence("DBSync for " + request.getUnit().getDbName()); // a real one dereferences null
            return;
        }
        String db = request.getUnit().getDbName();
        AttachedReplica replica = replicas.attach(db, name(request.getNode()));
        replica.heard();
        replica.askedForDump();
        master.dump(db).request(Integer.toUnsignedLong(request.getBinlogOffset().getFilenum()));
        if (!master.setup().release().isPulled()) {
            master.pushes().request(db, request.getNode());
        }
        master.send(
                context.channel(),
                Response.newBuilder()
                        .setType(ReplicationProto.Type.DB_SYNC)
                        .setCode(StatusCode.OK)
                        .setDbSync(Response.DbSync.newBuilder()
                                .setUnit(request.getUnit())
                                .setSessionId(replica.session()))
                        .build());
    }

    private void binlogSync(ChannelHandlerContext context, Request.BinlogSync request) {
        String name = name(request.getNode());
        String db = request.getDbName();
        Optional<AttachedReplica> attached = replicas.attached(db, name);
        if (attached.isEmpty() || attached.get().session() != request.getSessionId()) {
            return;
        }
        AttachedReplica replica = attached.get();
        replica.heard();
        BinlogPosition first = offset(request.getAckRangeStart());
        BinlogPosition last = offset(request.getAckRangeEnd());
        if (request.getFirstSend()) {
            PikaRelease release = master.setup().release();
            OptionalLong item = master.log(db).from(first);
            if (item.isEmpty() && !release.checksAlignment()) {
                item = master.log(db).firstBehind(first);
            }
            if (!first.equals(last) || item.isEmpty()) {
                context.close();
                return;
            }
            if (!release.clearsWindow() && !replica.everythingAcknowledged()) {
                master.seen().offence("activated again with items unacknowledged, which stay in the window for ever");
            }
            replica.activate(item.getAsLong(), first, release.clearsWindow());
            replicas.sendItems(db, name);
        } else if (first.equals(BinlogPosition.ZERO) && last.equals(BinlogPosition.ZERO)) {
            master.seen().pinged();
        } else {
            int items = replica.streaming() ? replica.acknowledge(first, last) : 0;
            if (items == 0) {
                master.seen()
                        .offence("acknowledged " + first + " to " + last
                                + ", which was not sent or acknowledged before");
                context.close();
                return;
            }
            master.seen().acknowledged(last, items);
            replicas.sendItems(db, name);
        }
    }

    private void removeSlaveNode(ChannelHandlerContext context, Request.RemoveSlaveNode request) {
        if (!isServed(request.getUnit())) {
            master.seen().offence("RemoveSlaveNode for " + request.getUnit().getDbName());
            return;
        }
        replicas.detach(request.getUnit().getDbName(), name(request.getNode()));
        master.send(
                context.channel(),
                Response.newBuilder()
                        .setType(ReplicationProto.Type.REMOVE_SLAVE_NODE)
                        .setCode(StatusCode.OK)
                        .addRemoveSlaveNode(Response.RemoveSlaveNode.newBuilder()
                                .setNode(Node.newBuilder().setIp("127.0.0.1").setPort(master.port()))
                                .setUnit(request.getUnit()))
                        .build());
    }

    private boolean isServed(Unit unit) {
        return unit.getSlotId() == 0 && master.isServed(unit.getDbName());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
