package io.pikaconnect.snapshot;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import java.util.Locale;

/**
 * The types of Pika's keys in reading order, which is also the order of precedence where several types have the same
 * key.
 */
public enum PikaType {
    STRING("strings", "SET", 1),
    HASH("hashes", "HSET", 2),
    LIST("lists", "RPUSH", 1),
    ZSET("zsets", "ZADD", 2),
    SET("sets", "SADD", 1),
    STREAM("streams", "XADD", 0);

    private final String plural;
    private final String word = name().toLowerCase(Locale.ROOT);
    private final byte[] command;
    private final int elementArgs;

    PikaType(String plural, String command, int elementArgs) {
        this.plural = plural;
        this.command = Resp.bytes(command);
        this.elementArgs = elementArgs;
    }

    /** The word for one key of this type. */
    String word() {
        return word;
    }

    /** Pika's word for the keys of this type, which is also their folder in a dump of 3.2 – 3.5. */
    String plural() {
        return plural;
    }

    /** The command that adds elements at the end of a key of this type; shared, never written to. */
    byte[] command() {
        return command;
    }

    /** How many elements one command can have; each entry of a stream is a separate command. */
    int mostElements() {
        return elementArgs == 0 ? Integer.MAX_VALUE : (Command.MAX_ARGS - 2) / elementArgs;
    }

    /** The length in bytes of an element's identifier if that is fixed (list indexes, stream IDs); else 0. */
    int elementKeyLength() {
        return switch (this) {
            case LIST -> Long.BYTES;
            case STREAM -> StreamId.LENGTH;
            default -> 0;
        };
    }
}
