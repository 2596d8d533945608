package io.pikaconnect.replication;

import io.pikaconnect.pika.BinlogOffset;

/** Positions in messages; term and index are neither looked at nor sent. */
final class Offsets {

    private Offsets() {}

    static BinlogOffset of(ReplicationProto.BinlogOffset message) {
        return new BinlogOffset(Integer.toUnsignedLong(message.getFilenum()), message.getOffset());
    }

    static ReplicationProto.BinlogOffset message(BinlogOffset position) {
        return ReplicationProto.BinlogOffset.newBuilder()
                .setFilenum((int) position.filenum())
                .setOffset(position.offset())
                .build();
    }
}
