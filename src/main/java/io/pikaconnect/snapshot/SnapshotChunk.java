package io.pikaconnect.snapshot;

import io.pikaconnect.change.Change;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.Position;
import java.util.List;

/**
 * Some or all of one key: commands with elements, and with the last chunk of a key its deadline, if it has one, or what
 * else belongs after the elements.
 *
 * @param type of the key
 * @param after where reading resumes after this chunk
 */
public record SnapshotChunk(PikaType type, Change.OnKey change, SnapshotCursor after) {

    static SnapshotChunk ofString(byte[] key, byte[] value, Meta meta, SnapshotCursor after) {
        Command set = new Command(List.of(PikaType.STRING.command(), key, value));
        List<Command> commands = meta.expires() ? List.of(set, DeadlineCommand.of(key, meta)) : List.of(set);
        return new SnapshotChunk(PikaType.STRING, new Change.OnKey(key, commands), after);
    }

    /** The position of part {@code part} of this chunk, from 0. */
    public Position position(int part) {
        return Position.snapshot(after.instance(), after.ordinal(), part);
    }
}
