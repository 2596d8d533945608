package io.pikaconnect.snapshot;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;

/** The types of Pika's keys in reading order, which is also the order of precedence of one name held by several types. */
enum PikaType {
    STRING("strings", "SET", 1),
    HASH("hashes", "HSET", 2),
    LIST("lists", "RPUSH", 1),
    ZSET("zsets", "ZADD", 2),
    SET("sets", "SADD", 1),
    STREAM("streams", "XADD", 0);

    private final String plural;
    private final byte[] command;
    private final int elementArgs;

    PikaType(String plural, String command, int elementArgs) {
        this.plural = plural;
        this.command = Resp.bytes(command);
        this.elementArgs = elementArgs;
    }

    /** As Pika calls the keys of this type, and their folder in a dump of 3.2 – 3.5. */
    String plural() {
        return plural;
    }

    /** The command that adds elements at the end of a key of this type; shared, never written to. */
    byte[] command() {
        return command;
    }

    /** How many elements can go out together; a stream's are commands of their own. */
    int mostElements() {
        return elementArgs == 0 ? Integer.MAX_VALUE : (Command.MAX_ARGS - 2) / elementArgs;
    }

    /** The length in bytes of what tells elements apart, where they all have the same: list indexes, stream IDs; else 0. */
    int elementKeyLength() {
        return switch (this) {
            case LIST -> Long.BYTES;
            case STREAM -> StreamId.LENGTH;
            default -> 0;
        };
    }
}
