package io.pikaconnect.tool.page;

import io.pikaconnect.tool.Sample;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What was to be seen of two connectors and the servers between which they work.
 *
 * @param connectors source, then sink; empty if Connect did not answer
 * @param samples of each db that could be looked at
 * @param problems why something could not be looked at, a sentence each
 * @param metrics of the worker
 * @param settingsLeft what the sink's configuration still lacks for the cut-over, such as {@code set expiry.mode=native}
 * @param commandsPerSecond that Redis has run, for all its clients; absent where it does not report that
 */
public record Seen(
        Instant at,
        List<ConnectorState> connectors,
        Map<String, Sample> samples,
        List<String> problems,
        MetricReadings metrics,
        List<String> settingsLeft,
        OptionalDouble commandsPerSecond) {

    public Seen {
        connectors = List.copyOf(connectors);
        samples = Map.copyOf(samples);
        problems = List.copyOf(problems);
        settingsLeft = List.copyOf(settingsLeft);
    }

    /** Whether both connectors are. */
    boolean areStopped() {
        return !connectors.isEmpty() && connectors.stream().allMatch(ConnectorState::isStopped);
    }

    /** Connect itself could not be asked. */
    public static Seen nothing(Instant at, String why) {
        return new Seen(
                at, List.of(), Map.of(), List.of(why), MetricReadings.unknown(), List.of(), OptionalDouble.empty());
    }
}
