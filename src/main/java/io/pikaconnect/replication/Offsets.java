package io.pikaconnect.replication;

import io.pikaconnect.pika.BinlogPosition;

/** Positions in messages; term and index are neither read nor sent. */
final class Offsets {

    private Offsets() {}

    static BinlogPosition of(ReplicationProto.BinlogOffset message) {
        return new BinlogPosition(Integer.toUnsignedLong(message.getFilenum()), message.getOffset());
    }

    static ReplicationProto.BinlogOffset message(BinlogPosition position) {
        return ReplicationProto.BinlogOffset.newBuilder()
                .setFilenum((int) position.filenum())
                .setOffset(position.offset())
                .build();
    }
}
