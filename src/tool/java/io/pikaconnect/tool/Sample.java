package io.pikaconnect.tool;

import io.pikaconnect.pika.BinlogPosition;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What was to be seen at one moment.
 *
 * @param dumpBytes received of the full sync
 * @param source absent before the full sync has arrived
 * @param masterEnd end of the master's binlog, if it reports it
 * @param lagBytes of the binlog, from what is in Kafka to the master's end
 * @param lagMs from Pika's clock to what Redis has; absent before the first change of the binlog is applied
 * @param waiting records in Kafka that Redis does not have yet
 * @param keys in Redis, without those the sink keeps for itself
 * @param perSecond records applied to Redis since the last sample
 * @param ready all partitions fresh, nothing stale, by the sink's own word, of a db of which the source has a place
 * @param deadlines whether Redis acts on them by itself: held, holding, releasing or native
 */
public record Sample(
        long dumpBytes,
        Optional<SourcePlace> source,
        Optional<BinlogPosition> masterEnd,
        OptionalLong lagBytes,
        OptionalLong lagMs,
        long waiting,
        long keys,
        double perSecond,
        boolean ready,
        String deadlines) {

    /** The name of the present stage, for people. */
    public String phase() {
        return source.map(place -> place.followsTheBinlog() ? "binlog" : "snapshot")
                .orElse("full sync");
    }

    public boolean followsTheBinlog() {
        return source.map(SourcePlace::followsTheBinlog).orElse(false);
    }

    /** Redis has everything that the master had logged at this moment. */
    public boolean hasEverything() {
        return followsTheBinlog() && lagBytes.isPresent() && lagBytes.getAsLong() == 0 && waiting == 0;
    }
}
