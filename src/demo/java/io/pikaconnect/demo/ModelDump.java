package io.pikaconnect.demo;

import io.pikaconnect.demo.pika.PikaRelease;
import io.pikaconnect.demo.pika.Store;
import io.pikaconnect.demo.pika.StoredKey;
import io.pikaconnect.pika.BinlogPosition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.rocksdb.RocksDBException;

/**
 * The dump of a db that is really written to: a copy of the data and the log's end, taken at one moment, and RocksDB
 * files are made from it in another thread. A second dump replaces the first.
 */
final class ModelDump implements ServedDump {

    private static final int NEW_DUMP_BEYOND = 50;
    private static final Pattern OF_A_CHECKPOINT = Pattern.compile("CURRENT|MANIFEST-.*|OPTIONS-.*|.*\\.sst");

    private final MasterServer master;
    private final Store store;
    private final Binlog log;
    private final Path folder;
    private final PikaRelease release;
    private final Executor threads;
    private Optional<BinlogPosition> position = Optional.empty();
    private boolean making;
    private int made;

    /** @param threads where dumps are written */
    ModelDump(MasterServer master, Store store, Binlog log, Path folder, Executor threads) {
        this.threads = threads;
        this.master = master;
        this.store = store;
        this.log = log;
        this.folder = folder;
        this.release = master.setup().release();
    }

    @Override
    public void request(long filenum) {
        if (!making && position.filter(p -> isRecent(p, filenum)).isEmpty()) {
            making = true;
            made++;
            BinlogPosition at = log.end();
            if (release.hasOneType()) {
                store.at(master.now().toEpochMilli());
                store.sweep(); // a name has one record there, whatever types it had before
            }
            List<StoredKey> copy = store.copy();
            long ready = System.nanoTime() + master.setup().dumpTakes().toNanos();
            threads.execute(() -> make(copy, at, ready));
        }
    }

    private boolean isRecent(BinlogPosition dump, long filenum) {
        long ahead = filenum - dump.filenum();
        boolean far = release.comparesUnsigned() ? (ahead & 0xffff_ffffL) > NEW_DUMP_BEYOND : ahead > NEW_DUMP_BEYOND;
        return !far && !log.isPurged(dump);
    }

    private void make(List<StoredKey> copy, BinlogPosition at, long ready) {
        Optional<BinlogPosition> complete = Optional.empty();
        try {
            empty(folder);
            ModelDumpWriter.write(copy, release, folder);
            removeWhatACheckpointLacks(folder);
            Files.writeString(
                    folder.resolve("info"),
                    "0s\n127.0.0.1\n" + master.port() + "\n" + at.filenum() + "\n" + at.offset() + "\n");
            complete = Optional.of(at);
        } catch (IOException | RocksDBException e) {
            master.seen().offence("no dump could be written: " + e);
        }
        Optional<BinlogPosition> done = complete;
        master.loop()
                .schedule(
                        () -> {
                            position = done;
                            making = false;
                        },
                        ready - System.nanoTime(),
                        TimeUnit.NANOSECONDS);
    }

    /** A checkpoint has no log, no lock and no identity (storage-format 2.2). */
    private static void removeWhatACheckpointLacks(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                if (!OF_A_CHECKPOINT.matcher(file.getFileName().toString()).matches()) {
                    Files.delete(file);
                }
            }
        }
    }

    static void empty(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                all.sorted(Comparator.reverseOrder()).forEach(path -> {
                    try {
                        Files.delete(path);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
        Files.createDirectories(folder);
    }

    @Override
    public boolean exists() {
        return isReady() && position.isPresent();
    }

    @Override
    public boolean isReady() {
        return !making;
    }

    @Override
    public int made() {
        return made;
    }

    @Override
    public List<String> fileNames() throws IOException {
        List<String> parts = release.instances() == 0
                ? List.of("strings", "hashes", "lists", "zsets", "sets")
                : IntStream.range(0, release.instances())
                        .mapToObj(Integer::toString)
                        .toList();
        List<String> names = new ArrayList<>();
        for (String part : parts) {
            try (Stream<Path> files = Files.list(folder.resolve(part))) {
                files.map(f -> f.getFileName().toString()).sorted().forEach(name -> names.add(part + "/" + name));
            }
        }
        names.add("info");
        return names;
    }

    @Override
    public Path path(String name) {
        return folder.resolve(name);
    }
}
