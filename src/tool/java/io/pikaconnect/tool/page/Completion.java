package io.pikaconnect.tool.page;

import io.pikaconnect.tool.Sample;
import io.pikaconnect.tool.SourcePlace;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Whether all steps of the cut-over but the last are taken: the applications may use Redis. Once that was seen of an epoch,
 * Pika may be switched off, and cannot be asked any more whether Redis has everything. For one thread.
 */
final class Completion {

    /** Of each db when it was seen last; empty before, and after a connector has run again. */
    private Map<String, Long> epochs = Map.of();

    boolean of(Seen seen) {
        if (!seen.problems().isEmpty() || seen.samples().isEmpty()) {
            return false;
        }
        Map<String, Long> now = epochs(seen);
        if (!seen.areStopped() || !now.equals(epochs)) {
            epochs = Map.of();
        }
        boolean isOver = seen.areStopped()
                && isSo(seen, sample -> sample.deadlines().equals(Checklist.NATIVE))
                && isSo(seen, epochs.isEmpty() ? Sample::hasEverything : Completion::lacksNothingKnown);
        if (isOver) {
            epochs = now;
        }
        return isOver;
    }

    private static boolean lacksNothingKnown(Sample sample) {
        return sample.hasEverything()
                || sample.followsTheBinlog() && sample.lagBytes().isEmpty() && sample.waiting() == 0;
    }

    private static boolean isSo(Seen seen, Predicate<Sample> condition) {
        return seen.samples().values().stream().allMatch(condition);
    }

    private static Map<String, Long> epochs(Seen seen) {
        Map<String, Long> epochs = new TreeMap<>();
        seen.samples()
                .forEach((db, sample) ->
                        epochs.put(db, sample.source().map(SourcePlace::epoch).orElse(-1L)));
        return epochs;
    }
}
