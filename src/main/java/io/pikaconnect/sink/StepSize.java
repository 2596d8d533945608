package io.pikaconnect.sink;

import java.util.OptionalInt;

/**
 * How many commands of a partition one script may apply, after a script was killed or Redis did not answer in time: half as
 * many as before, down to one, and twice as many after each script that succeeds. Guarded by the partition.
 */
final class StepSize {

    private final int most;
    private int now;

    /** @param most commands in a batch */
    StepSize(int most) {
        this.most = most;
        this.now = most;
    }

    /** Absent while there is no other limit than that of a batch. */
    OptionalInt limit() {
        return now < most ? OptionalInt.of(now) : OptionalInt.empty();
    }

    /** A script with so many commands did not succeed. */
    void halve(int commands) {
        now = Math.max(1, Math.min(now, commands) / 2);
    }

    void succeeded() {
        now = (int) Math.min(most, 2L * now);
    }
}
