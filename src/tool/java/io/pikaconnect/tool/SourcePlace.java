package io.pikaconnect.tool;

import com.fasterxml.jackson.databind.JsonNode;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.snapshot.SnapshotCursor;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The source's place as Connect stores it and returns it over REST.
 *
 * @param phase begin, snapshot or binlog
 * @param reading which RocksDB of the dump the snapshot is at, and how many entries of it are read
 * @param resume end of the last item of the binlog that is in Kafka; in the snapshot: where the binlog will start
 * @param sequences the last sequence of each partition
 */
public record SourcePlace(long epoch, String phase, Optional<String> reading, BinlogPosition resume, long[] sequences) {

    /** Reads the answer of {@code GET /connectors/…/offsets}: the place of each db for which one is stored. */
    public static Map<String, SourcePlace> all(JsonNode offsets) {
        Map<String, SourcePlace> places = new TreeMap<>();
        for (JsonNode stored : offsets.path("offsets")) {
            of(stored.path("offset"))
                    .ifPresent(place ->
                            places.put(stored.path("partition").path("db").asText(), place));
        }
        return places;
    }

    private static Optional<SourcePlace> of(JsonNode offset) {
        if (!offset.has("epoch")) {
            return Optional.empty();
        }
        return Optional.of(new SourcePlace(
                offset.path("epoch").asLong(),
                offset.path("phase").asText(),
                Optional.of(offset.path("cursor").asText(""))
                        .filter(cursor -> !cursor.isEmpty())
                        .map(SnapshotCursor::parse)
                        .map(cursor -> "part " + (cursor.instance() + 1) + " of the dump, entry "
                                + Words.count(cursor.ordinal())),
                BinlogPosition.parse(offset.path("resume").asText()),
                Arrays.stream(offset.path("sequences").asText().split(","))
                        .mapToLong(Long::parseLong)
                        .toArray()));
    }

    public boolean followsTheBinlog() {
        return phase.equals("binlog");
    }

    /** Changes written to Kafka in this epoch. */
    public long records() {
        return Arrays.stream(sequences).map(sequence -> sequence + 1).sum();
    }
}
