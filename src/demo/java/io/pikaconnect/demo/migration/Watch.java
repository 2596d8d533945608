package io.pikaconnect.demo.migration;

import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.sink.LedgerView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Reads what is visible from outside: the source's offset over Connect's REST, the master's INFO, the sink's ledger in
 * Redis, the files of the dump.
 */
final class Watch {

    private final Pipeline pipeline;
    private final Endpoint pika;
    private final Side redis;
    private long dumpBytes;
    private long applied;
    private long lookedAt = System.nanoTime();

    Watch(Pipeline pipeline, Endpoint pika, Side redis) {
        this.pipeline = pipeline;
        this.pika = pika;
        this.redis = redis;
    }

    /** Takes a sample; reads the ends first, so that what is before them was already applied then. */
    Sample look() {
        Optional<BinlogPosition> end = Optional.empty();
        OptionalLong lagBytes = OptionalLong.empty();
        Optional<SourcePlace> source;
        try (MasterPort master = new MasterPort(pika)) {
            end = master.end();
            source = pipeline.sourcePlace();
            if (source.isPresent() && end.isPresent()) {
                lagBytes = OptionalLong.of(master.between(source.get().resume(), end.get()));
            }
        } catch (JedisException e) {
            source = pipeline.sourcePlace(); // a master that does not answer has no end
        }
        dumpBytes = Math.max(dumpBytes, bytesBelow(pipeline.dumps()));
        try (Jedis client = redis.connect()) {
            Optional<LedgerView> ledger = LedgerView.read(client);
            long now = ledger.map(Watch::applied).orElse(0L);
            Sample sample = new Sample(
                    dumpBytes,
                    source,
                    end,
                    lagBytes,
                    ledger.map(LedgerView::behindMs).orElse(OptionalLong.empty()),
                    source.map(place -> waiting(place, ledger)).orElse(0L),
                    client.dbSize() - ledger.map(LedgerView::ownKeys).orElse(0),
                    perSecond(now),
                    ledger.map(LedgerView::isReady).orElse(false));
            applied = now;
            return sample;
        }
    }

    private double perSecond(long now) {
        long at = System.nanoTime();
        double rate = (now - applied) * 1e9 / (at - lookedAt);
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

    /** Files may go while they are counted. */
    private static long bytesBelow(Path directory) {
        if (!Files.isDirectory(directory)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.mapToLong(
                            file -> Files.isRegularFile(file) ? file.toFile().length() : 0)
                    .sum();
        } catch (IOException | UncheckedIOException e) {
            return 0;
        }
    }
}
