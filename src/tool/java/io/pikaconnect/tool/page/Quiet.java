package io.pikaconnect.tool.page;

import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.tool.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** For how long nobody has written to Pika, as the ends of its binlogs show. For one thread. */
final class Quiet {

    private record Since(BinlogPosition end, Instant at) {}

    private final Map<String, Since> ends = new HashMap<>();

    /** Of the db that was written to last; empty if the end of one is not known. */
    Optional<Duration> of(Map<String, Sample> samples, Instant at) {
        Optional<Duration> least = Optional.empty();
        for (Map.Entry<String, Sample> db : samples.entrySet()) {
            Optional<BinlogPosition> end = db.getValue().masterEnd();
            if (end.isEmpty()) {
                return Optional.empty();
            }
            Since since = ends.merge(
                    db.getKey(),
                    new Since(end.get(), at),
                    (old, now) -> old.end().equals(now.end()) ? old : now);
            Duration quiet = Duration.between(since.at(), at);
            least = least.filter(other -> other.compareTo(quiet) <= 0).or(() -> Optional.of(quiet));
        }
        return least;
    }
}
