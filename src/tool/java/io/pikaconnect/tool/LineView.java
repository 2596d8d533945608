package io.pikaconnect.tool;

import io.pikaconnect.pika.BinlogPosition;
import java.io.PrintStream;
import java.time.Duration;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** A line from time to time, for a file or a pipe. */
public final class LineView implements View {

    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");

    private final PrintStream out;
    private final long pauseNanos;
    private long next = System.nanoTime();

    public LineView(PrintStream out, Duration pause) {
        this.out = out;
        this.pauseNanos = pause.toNanos();
    }

    @Override
    public void say(String text) {
        out.println(text);
    }

    @Override
    public void show(Sample sample) {
        if (System.nanoTime() < next) {
            return;
        }
        next = System.nanoTime() + pauseNanos;
        out.println(LocalTime.now().format(CLOCK) + " " + sample.phase() + " | dump: " + Words.dump(sample)
                + " | " + String.format(Locale.ROOT, "%,d", sample.keys()) + " keys in Redis | binlog "
                + sample.source()
                        .map(SourcePlace::resume)
                        .map(BinlogPosition::toString)
                        .orElse("-") + ", "
                + Words.behind(sample) + " | " + Words.rate(sample));
    }

    @Override
    public void close() {
        out.flush();
    }
}
