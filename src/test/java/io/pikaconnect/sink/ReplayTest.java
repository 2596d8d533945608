package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a sink does in single steps is right after each of them, and a seed brings a failure back at the same step. */
class ReplayTest {

    private static final int MOST_STEPS = 20_000;

    /** How a run ended. */
    private record End(int step, String wrong) {}

    /** @param breaksAfter steps, from which on now and then a ledger field is set back; never if negative */
    private static End run(long seed, int breaksAfter) {
        Random mistakes = new Random(seed);
        try (SinkFixture sink = new SinkFixture();
                CuttingProxy proxy = new CuttingProxy(sink.server.port(), new Random(seed))) {
            Steps steps = new Steps(seed, sink, proxy);
            for (int i = 1; i <= MOST_STEPS; i++) {
                String before = sink.ledger("p1");
                steps.step();
                if (breaksAfter >= 0 && i > breaksAfter && before != null && mistakes.nextInt(40) == 0) {
                    steps.forget(1, before);
                }
                String wrong = steps.wrong();
                if (!wrong.isEmpty()) {
                    return new End(i, wrong);
                }
                if (steps.isComplete()) {
                    return new End(i, "");
                }
            }
            return new End(MOST_STEPS, "not complete");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void afterEveryStepExactlyTheRecordsBeforeTheLedgersPlaceAreApplied(int round) {
        long seed = Long.getLong("seed", System.nanoTime() + round);
        End end = run(seed, -1);
        assertThat(end.wrong()).as("seed %d, step %d", seed, end.step()).isEmpty();
    }

    @Test
    void aFailureComesBackAtTheSameStepByItsSeed() {
        long seed = Long.getLong("seed", System.nanoTime());
        End first = run(seed, 100);
        for (int i = 0; i < 20 && first.wrong().isEmpty(); i++) { // no mistake was made before the end
            first = run(++seed, 100);
        }
        System.out.println("seed " + seed + ": " + first);
        assertThat(first.wrong()).as("seed %d", seed).isNotEmpty().isNotEqualTo("not complete");
        assertThat(run(seed, 100)).as("seed %d", seed).isEqualTo(first);
    }
}
