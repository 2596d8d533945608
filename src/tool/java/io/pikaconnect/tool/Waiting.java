package io.pikaconnect.tool;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** How long a command waits for what takes time. */
final class Waiting {

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "600",
            description = "How long to wait for each step (default: ${DEFAULT-VALUE} s).")
    private int seconds;

    @Option(names = "--ask-every-ms", defaultValue = "1000", hidden = true)
    private long askEveryMs;

    /**
     * Waits until nothing is missing any more.
     *
     * @param missing what is, as a clause; empty once nothing is
     * @throws Failed at the time limit, with what is missing then
     */
    void until(String what, Output output, Supplier<Optional<String>> missing) {
        long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        Optional<String> shown = Optional.empty();
        while (true) {
            Optional<String> now = missing.get();
            if (now.isEmpty()) {
                output.step(StepState.OK, what);
                return;
            }
            if (System.nanoTime() >= end) {
                throw Failed.notSo("not within " + seconds + " s: " + what + "; " + now.get()
                        + ". Nothing is lost; the same command continues");
            }
            if (!now.equals(shown)) {
                output.step(StepState.WAITS, what + ": " + now.get());
                shown = now;
            }
            pause();
        }
    }

    void pause() {
        pause(askEveryMs);
    }

    static void pause(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failed("interrupted");
        }
    }
}
