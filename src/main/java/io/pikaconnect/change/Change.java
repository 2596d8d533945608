package io.pikaconnect.change;

import java.util.List;

/** What has to be done to one key, to several, or to a whole db: plain Redis commands and {@link Operation}s, in order. */
public sealed interface Change {

    List<Command> commands();

    /** Concerns one key; goes to the partition of that key. */
    record OnKey(byte[] key, List<Command> commands) implements Change {}

    /**
     * One command that reads or writes several keys; goes to their partition if they share one, else it is a barrier on
     * the partition of each, run once.
     *
     * @param keys every key it reads or writes, some perhaps more than once; the first becomes the record's key
     */
    record OnKeys(List<byte[]> keys, Command command) implements Change {

        @Override
        public List<Command> commands() {
            return List.of(command);
        }
    }

    /** Concerns the whole db: a barrier on every partition, run once. */
    record OnDatabase(List<Command> commands) implements Change {}
}
