package io.pikaconnect.change;

import java.util.List;

/** What has to be done to one key, or to a whole db: plain Redis commands and {@link Operation}s, in order. */
public sealed interface Change {

    List<Command> commands();

    /** Concerns one key; goes to the partition of that key. */
    record OnKey(byte[] key, List<Command> commands) implements Change {}

    /** Concerns the whole db: a barrier on every partition, run once. */
    record OnDatabase(List<Command> commands) implements Change {}
}
