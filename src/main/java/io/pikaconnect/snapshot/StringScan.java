package io.pikaconnect.snapshot;

import io.pikaconnect.change.Change;
import io.pikaconnect.change.Command;
import java.util.List;
import java.util.Optional;

/** Strings of 3.2 – 3.5: one entry is one key, value and expiry together ({@link Meta}); one key is one chunk. */
final class StringScan implements Scan {

    private final Entries entries;
    private final Selection selection;

    StringScan(Entries entries, Selection selection) {
        this.entries = entries;
        this.selection = selection;
    }

    @Override
    public Optional<SnapshotChunk> next() throws SnapshotException {
        while (entries.advance()) {
            int length = entries.valueLength() - Meta.EXPIRY_LENGTH;
            if (length < 0) {
                throw entries.malformed("a string's value without room for its expiry");
            }
            Meta meta = Meta.ofString(entries.valueTail());
            if (selection.takes(PikaType.STRING, meta, entries.key(), 0, entries.keyLength())) {
                byte[] key = entries.key(0, entries.keyLength());
                Command set = new Command(List.of(PikaType.STRING.command(), key, entries.value(length)));
                List<Command> commands = meta.expires() ? List.of(set, Deadline.of(key, meta)) : List.of(set);
                return Optional.of(new SnapshotChunk(new Change.OnKey(key, commands), entries.after(key)));
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        entries.close();
    }
}
