package io.pikaconnect.snapshot;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;

/** The types of Pika's keys in reading order, which is also the order of precedence of one name held by several types. */
enum PikaType {
    STRING("strings", "default", "SET", 1, 0),
    HASH("hashes", "data_cf", "HSET", 2, 12),
    LIST("lists", "data_cf", "RPUSH", 1, 32),
    ZSET("zsets", "data_cf", "ZADD", 2, 12),
    SET("sets", "member_cf", "SADD", 1, 12);

    private final String folder;
    private final String dataFamily;
    private final byte[] command;
    private final int elementArgs;
    private final int metaLength;

    PikaType(String folder, String dataFamily, String command, int elementArgs, int metaLength) {
        this.folder = folder;
        this.dataFamily = dataFamily;
        this.command = Resp.bytes(command);
        this.elementArgs = elementArgs;
        this.metaLength = metaLength;
    }

    /** Where a dump of 3.2 – 3.5 keeps this type's RocksDB. */
    String folder() {
        return folder;
    }

    /** The column family that is read from its first to its last entry. */
    String dataFamily() {
        return dataFamily;
    }

    /** The command that adds elements at the end of a key of this type; shared, never written to. */
    byte[] command() {
        return command;
    }

    /** Length of a meta value, in bytes; 0 for strings, which have none. */
    int metaLength() {
        return metaLength;
    }

    /** How many elements a command of this type can hold. */
    int mostElements() {
        return (Command.MAX_ARGS - 2) / elementArgs;
    }
}
