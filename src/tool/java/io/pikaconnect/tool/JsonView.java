package io.pikaconnect.tool;

import java.time.Duration;

/** A JSON object from time to time, for a program. */
final class JsonView implements View {

    private final String db;
    private final Output output;
    private final long pauseNanos;
    private long next = System.nanoTime();

    JsonView(String db, Output output, Duration pause) {
        this.db = db;
        this.output = output;
        this.pauseNanos = pause.toNanos();
    }

    @Override
    public void say(String text) {
        output.show(Output.object().put("text", text), text);
    }

    @Override
    public void show(Sample sample) {
        if (System.nanoTime() >= next) {
            next = System.nanoTime() + pauseNanos;
            output.show(SampleReport.json(db, sample).put("recordsPerSecond", Math.round(sample.perSecond())), "");
        }
    }

    @Override
    public void close() {}
}
