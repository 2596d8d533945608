package io.pikaconnect.fullsync;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Where the dumps of one db are kept. */
public final class DumpDirectory {

    public DumpDirectory(Path snapshotDir, String pikaName, String database) {}

    /** The complete dump of that epoch, if there is one. */
    public Optional<Dump> complete(long epoch) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Removes the dump of that epoch; nothing happens if there is none. */
    public void delete(long epoch) throws IOException {
        throw new UnsupportedOperationException();
    }
}
