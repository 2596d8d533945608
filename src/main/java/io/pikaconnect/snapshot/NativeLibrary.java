package io.pikaconnect.snapshot;

import java.io.IOException;
import java.util.Optional;
import org.rocksdb.RocksDB;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * RocksDB's native library, which its jar unpacks into a temporary folder and loads from there. Load it before anything
 * depends on it: a full sync takes hours, and its start empties the target.
 */
public final class NativeLibrary {

    private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);
    private static final String FOLDER = "ROCKSDB_SHAREDLIB_DIR";
    private static final NativeLibrary ROCKSDB = new NativeLibrary(RocksDB::loadLibrary);

    private final Runnable loading;
    // Guarded by this.
    private boolean loaded;
    private Optional<String> hopeless = Optional.empty();

    NativeLibrary(Runnable loading) {
        this.loading = loading;
    }

    /**
     * Loads it, unless it is loaded already.
     *
     * @throws SnapshotException if this worker's set-up prevents it
     */
    public static void load() throws SnapshotException {
        ROCKSDB.ensure();
    }

    synchronized void ensure() throws SnapshotException {
        if (loaded) {
            return;
        }
        if (hopeless.isPresent()) {
            throw new SnapshotException(hopeless.get());
        }
        try {
            loading.run();
            loaded = true;
        } catch (RuntimeException | Error e) {
            LOG.error("RocksDB's native library cannot be loaded", e);
            String why = message(e);
            // RocksDB can retry only after an IOException; after anything else it waits for the first attempt for ever.
            if (!(e.getCause() instanceof IOException)) {
                hopeless = Optional.of(why);
            }
            throw new SnapshotException(why);
        }
    }

    private static String message(Throwable e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        String folder = Optional.ofNullable(System.getenv(FOLDER))
                .filter(f -> !f.isEmpty())
                .map(f -> f + " (" + FOLDER + ")")
                .orElseGet(() -> System.getProperty("java.io.tmpdir") + " (java.io.tmpdir)");
        return "RocksDB's native library, which reads the dump, cannot be loaded from " + folder + ": " + cause
                + ". The folder needs 20 MB of space, the worker must be able to write there, and it must not be"
                + " mounted noexec: correct that, or set another folder by -Djava.io.tmpdir in the worker's KAFKA_OPTS"
                + " or by the"
                + " environment variable " + FOLDER
                + " (with Strimzi, raise tmpDirSizeLimit of the pod template), and restart the worker";
    }
}
