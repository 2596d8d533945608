package io.pikaconnect.replication;

import com.google.protobuf.ByteString;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.ReplicationProto.Response;

/**
 * What a master sends unasked: an item, or a keepalive (replication-protocol 7.1).
 *
 * @param database the db
 * @param slot the slot, 0 in classic mode
 * @param session the session it belongs to
 * @param end position after the item; 0/0 in a keepalive
 * @param termed whether that position has a term, of any value
 * @param committed whether it has the position up to which the master's log is committed, which only the consistency
 *     mode sends
 * @param binlog the item; empty in a keepalive
 */
record Delivery(
        String database, int slot, int session, BinlogPosition end, boolean termed, boolean committed, byte[] binlog) {

    /** Copies the item; {@code message} is not referenced afterwards. */
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
