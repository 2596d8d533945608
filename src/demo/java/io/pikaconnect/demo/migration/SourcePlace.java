package io.pikaconnect.demo.migration;

import com.fasterxml.jackson.databind.JsonNode;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.snapshot.SnapshotCursor;
import java.util.Arrays;
import java.util.Optional;

/**
 * The source's place as Connect stores it and returns it over REST.
 *
 * @param phase begin, snapshot or binlog
 * @param reading which RocksDB of the dump the snapshot is at, and how many entries of it are read
 * @param resume end of the last item of the binlog that is in Kafka; in the snapshot: where the binlog will start
 * @param sequences the last sequence of each partition
 */
record SourcePlace(long epoch, String phase, Optional<String> reading, BinlogPosition resume, long[] sequences) {

    /** Reads the answer of {@code GET /connectors/…/offsets}; empty when nothing is stored yet. */
    static Optional<SourcePlace> of(JsonNode offsets) {
        JsonNode offset = offsets.path("offsets").path(0).path("offset");
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

    boolean followsTheBinlog() {
        return phase.equals("binlog");
    }

    /** Changes written to Kafka in this epoch. */
    long records() {
        return Arrays.stream(sequences).map(sequence -> sequence + 1).sum();
    }
}
