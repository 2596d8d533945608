package io.pikaconnect.tool;

import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.sink.LedgerView;
import io.pikaconnect.sink.TargetDb;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Reads what is visible from outside: the source's offset over Connect's REST, the master's INFO, the sink's ledger in
 * Redis, the files of the dump.
 */
public final class Watch {

    private static final Set<String> NOTES =
            Set.of("lock", "info", "pika-connect.properties", ".pika-connect.properties");

    /** Folder in which rsync has its configuration, and in others below it what it receives. */
    private static final String RSYNC = "rsync";

    private final String db;
    private final Supplier<Optional<SourcePlace>> place;
    private final Optional<Path> dumps;
    private final Endpoint pika;
    private final Supplier<TargetDb> redis;
    private long dumpBytes;
    private OptionalLong applied = OptionalLong.empty();
    private long lookedAt = System.nanoTime();

    /**
     * What there is to see of one db.
     *
     * @param db of the master, such as {@code db0}
     * @param place asks Connect how far the source is
     * @param dumps folder of the dumps, where it is on this machine
     * @param redis connects to the db that is filled
     */
    public Watch(
            String db,
            Supplier<Optional<SourcePlace>> place,
            Optional<Path> dumps,
            Endpoint pika,
            Supplier<TargetDb> redis) {
        this.db = db;
        this.place = place;
        this.dumps = dumps;
        this.pika = pika;
        this.redis = redis;
    }

    /** Takes a sample; reads the ends first, so that what is before them was already applied then. */
    public Sample look() {
        Optional<BinlogPosition> end = Optional.empty();
        OptionalLong lagBytes = OptionalLong.empty();
        Optional<SourcePlace> source;
        try (MasterPort master = new MasterPort(pika)) {
            end = master.end(db);
            source = place.get();
            if (source.isPresent() && end.isPresent()) {
                lagBytes = OptionalLong.of(master.between(source.get().resume(), end.get()));
            }
        } catch (JedisException e) {
            source = place.get(); // a master that does not answer has no end
        }
        dumpBytes = Math.max(dumpBytes, dumps.map(Watch::bytesBelow).orElse(0L));
        try (TargetDb target = redis.get()) {
            Optional<LedgerView> ledger = target.ledger();
            long now = ledger.map(Watch::applied).orElse(0L);
            Sample sample = new Sample(
                    dumpBytes,
                    source,
                    end,
                    lagBytes,
                    ledger.map(LedgerView::behindMs).orElse(OptionalLong.empty()),
                    source.map(at -> waiting(at, ledger)).orElse(0L),
                    Math.max(0, target.size() - ledger.map(LedgerView::ownKeys).orElse(0)),
                    perSecond(now),
                    source.isPresent() && ledger.map(LedgerView::isReady).orElse(false),
                    ledger.map(LedgerView::deadlines).orElse("held"));
            applied = OptionalLong.of(now);
            return sample;
        }
    }

    private double perSecond(long now) {
        long at = System.nanoTime();
        double rate = (now - applied.orElse(now)) * 1e9 / (at - lookedAt);
        lookedAt = at;
        return Math.max(0, rate);
    }

    private static long applied(LedgerView ledger) {
        return ledger.partitions().keySet().stream()
                .mapToLong(partition -> ledger.sequence(partition) + 1)
                .sum();
    }

    /** Records between the source's place and the sink's; a sink that is in another epoch has all of them before it. */
    private static long waiting(SourcePlace place, Optional<LedgerView> ledger) {
        return LongStream.range(0, place.sequences().length)
                .map(partition -> place.sequences()[(int) partition]
                        - ledger.filter(view -> view.epoch().equals(OptionalLong.of(place.epoch())))
                                .map(view -> view.sequence((int) partition))
                                .orElse(-1L))
                .map(behind -> Math.max(0, behind))
                .sum();
    }

    /** What there is of dumps; files may go while they are counted. */
    static long bytesBelow(Path directory) {
        if (!Files.isDirectory(directory)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .filter(Watch::isOfADump)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException | UncheckedIOException e) {
            return 0;
        }
    }

    /** Not what the connector keeps beside the files of RocksDB. */
    private static boolean isOfADump(Path file) {
        return !NOTES.contains(file.getFileName().toString())
                && !file.getParent().getFileName().toString().equals(RSYNC);
    }
}
