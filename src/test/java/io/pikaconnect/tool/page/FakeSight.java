package io.pikaconnect.tool.page;

import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.tool.Sample;
import io.pikaconnect.tool.SourcePlace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;

/** What is to be seen of a migration of db0, in each of its phases. Each change returns another. */
final class FakeSight {

    static final Ends ENDS = new Ends("Pika 10.0.0.5:9221", "Redis 10.0.0.6:6379");
    static final Instant NOON = Instant.parse("2026-11-28T12:00:00Z");

    private static final String SOURCE = "pika-source";
    private static final String SINK = "redis-sink";
    private static final String RUNNING = "RUNNING";

    private Instant at = NOON;
    private String sourceState = RUNNING;
    private String sinkState = RUNNING;
    private Optional<String> sinkFailure = Optional.empty();
    private Optional<Sample> sample;
    private final List<String> problems = new ArrayList<>();
    private final Map<String, String> source = new TreeMap<>();
    private final List<MetricReadings.Reading> others = new ArrayList<>();
    private boolean metrics = true;
    private List<String> settingsLeft = List.of("set expiry.mode=native", "set rebuild=never");

    private FakeSight(Sample sample) {
        this.sample = Optional.of(sample);
        source.put("phase", "binlog");
        source.put("connected", "1");
    }

    /** Connected, and Pika makes its dump. */
    static FakeSight waiting() {
        return new FakeSight(sample(Optional.empty(), 0, 0, false, "held")).metric("phase", "full-sync");
    }

    static FakeSight fullSync(int files, int all) {
        return waiting()
                .metric("full-sync-files", "" + files)
                .metric("full-sync-files-total", "" + all)
                .metric("full-sync-bytes", "" + files * 5_000_000L);
    }

    static FakeSight snapshot() {
        return new FakeSight(sample(Optional.of("snapshot"), 12_000, 2_500, false, "held"))
                .metric("phase", "snapshot")
                .metric("snapshot-keys", "30000")
                .metric("snapshot-keys-estimated", "50000")
                .metric("snapshot-percent", "60")
                .metric("snapshot-remaining-ms", "95000");
    }

    static FakeSight catchingUp(long waiting) {
        return new FakeSight(sample(Optional.of("binlog"), 40_000, waiting, false, "held"));
    }

    static FakeSight ready() {
        return new FakeSight(sample(Optional.of("binlog"), 50_000, 0, true, "held"));
    }

    static FakeSight cutOver() {
        FakeSight sight = new FakeSight(sample(Optional.of("binlog"), 50_000, 0, false, "native"));
        sight.sourceState = "STOPPED";
        sight.sinkState = "STOPPED";
        sight.settingsLeft = List.of();
        return sight;
    }

    private static Sample sample(Optional<String> phase, long keys, long waiting, boolean ready, String deadlines) {
        BinlogPosition end = new BinlogPosition(3, 400);
        return new Sample(
                150_000_000,
                phase.map(name -> new SourcePlace(7, name, Optional.empty(), end, new long[] {keys + waiting})),
                Optional.of(end),
                phase.isPresent() ? OptionalLong.of(0) : OptionalLong.empty(),
                phase.filter("binlog"::equals).isPresent() ? OptionalLong.of(1_400) : OptionalLong.empty(),
                waiting,
                keys,
                8_123.4,
                ready,
                deadlines);
    }

    FakeSight at(Instant moment) {
        at = moment;
        return this;
    }

    /** A metric of the source's task. */
    FakeSight metric(String name, String value) {
        source.put(name, value);
        return this;
    }

    FakeSight other(String type, Map<String, String> tags, Map<String, String> values) {
        others.add(new MetricReadings.Reading(type, tags, values));
        return this;
    }

    FakeSight withoutMetrics() {
        metrics = false;
        return this;
    }

    /** The sink's task has failed. */
    FakeSight failed(String line) {
        sinkFailure = Optional.of(line);
        return this;
    }

    FakeSight sink(String state) {
        sinkState = state;
        return this;
    }

    /** Redis does not answer. */
    FakeSight away(String problem) {
        sample = Optional.empty();
        problems.add(problem);
        return this;
    }

    /** Pika does not answer. */
    FakeSight withoutPika() {
        sample = sample.map(of -> new Sample(
                of.dumpBytes(),
                of.source(),
                Optional.empty(),
                OptionalLong.empty(),
                of.lagMs(),
                of.waiting(),
                of.keys(),
                of.perSecond(),
                of.ready(),
                of.deadlines()));
        return this;
    }

    /** The db was filled again. */
    FakeSight epoch(long epoch) {
        sample = sample.map(of -> new Sample(
                of.dumpBytes(),
                of.source()
                        .map(place -> new SourcePlace(
                                epoch, place.phase(), place.reading(), place.resume(), place.sequences())),
                of.masterEnd(),
                of.lagBytes(),
                of.lagMs(),
                of.waiting(),
                of.keys(),
                of.perSecond(),
                of.ready(),
                of.deadlines()));
        return this;
    }

    Seen seen() {
        List<MetricReadings.Reading> readings = new ArrayList<>(others);
        if (!sourceState.equals("STOPPED")) {
            readings.add(new MetricReadings.Reading("source", Map.of("connector", SOURCE, "db", "db0"), source));
        }
        return new Seen(
                at,
                List.of(connector(SOURCE, sourceState, Optional.empty()), connector(SINK, sinkState, sinkFailure)),
                sample.map(of -> Map.of("db0", of)).orElse(Map.of()),
                problems,
                metrics ? new MetricReadings(readings) : MetricReadings.unknown(),
                settingsLeft,
                OptionalDouble.of(12_345.6));
    }

    private static ConnectorState connector(String name, String state, Optional<String> failure) {
        return new ConnectorState(
                name,
                state,
                Optional.empty(),
                state.equals("STOPPED")
                        ? List.of()
                        : List.of(new ConnectorState.Task(
                                0, failure.isPresent() ? "FAILED" : state, "127.0.0.1:8083", failure)));
    }
}
