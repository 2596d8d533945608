package io.pikaconnect.tool;

import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.sink.LedgerView;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import redis.clients.jedis.Jedis;

/**
 * Whether Redis has what a db of Pika had when this was created. By positions; and by the time of what was applied last, since a
 * worker without exactly-once support stores the source's position only once a minute.
 */
final class CaughtUp {

    private final Connectors connectors;
    private final String db;
    private final Optional<BinlogPosition> end;
    private final long timeMs;

    /** The source's place once it has passed the end; the records up to there are what Redis needs. */
    private Optional<SourcePlace> passed = Optional.empty();

    CaughtUp(Connectors connectors, String db) {
        this.connectors = connectors;
        this.db = db;
        try (MasterPort master = new MasterPort(connectors.pika());
                Jedis pika = connectors.pika(db)) {
            end = master.end(db);
            timeMs = (Long.parseLong(pika.time().get(0)) + 1) * 1_000; // the binlog counts in seconds
        }
    }

    boolean isReached() {
        Optional<LedgerView> ledger = connectors.ledger(db);
        if (passed.isEmpty()) {
            passed = Optional.ofNullable(connectors.places().get(db))
                    .filter(SourcePlace::followsTheBinlog)
                    .filter(place -> end.isPresent() && place.resume().compareTo(end.get()) >= 0);
        }
        return ledger.filter(now -> has(now, timeMs)
                        || passed.filter(place -> has(now, place)).isPresent())
                .isPresent();
    }

    private static boolean has(LedgerView ledger, long timeMs) {
        OptionalLong clock = ledger.clockMs();
        return clock.isPresent() && clock.getAsLong() >= timeMs;
    }

    private static boolean has(LedgerView ledger, SourcePlace place) {
        return ledger.epoch().equals(OptionalLong.of(place.epoch()))
                && IntStream.range(0, place.sequences().length)
                        .allMatch(partition -> ledger.sequence(partition) >= place.sequences()[partition]);
    }
}
