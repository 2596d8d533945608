package io.pikaconnect.replication;

import com.google.protobuf.ByteString;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.ReplicationProto.Response;

/**
 * What a master sends on its own: an item, or a keepalive (replication-protocol 7.1).
 *
 * @param database the unit's db
 * @param slot the unit's slot, 0 in classic mode
 * @param session the session it belongs to
 * @param end position behind the item; 0/0 in a keepalive
 * @param termed whether that position has a term, whatever its value
 * @param committed whether it says up to where the master's log is committed, as in the consistency mode only
 * @param binlog the item; empty in a keepalive
 */
record Delivery(
        String database, int slot, int session, BinlogPosition end, boolean termed, boolean committed, byte[] binlog) {

    /** Copies the item; nothing of {@code message} is kept. */
    static Delivery of(Response.BinlogSync message) {
        ByteString binlog = message.getBinlog();
        return new Delivery(
                message.getUnit().getDbName(),
                message.getUnit().getSlotId(),
                message.getSessionId(),
                Offsets.of(message.getBinlogOffset()),
                message.getBinlogOffset().hasTerm(),
                message.hasCommittedId(),
                binlog.toByteArray());
    }

    boolean keepalive() {
        return binlog.length == 0;
    }
}
