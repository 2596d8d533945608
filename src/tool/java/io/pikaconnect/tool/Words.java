package io.pikaconnect.tool;

import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;

/** A sample's numbers as a person reads them. */
public final class Words {

    private static final int BAR = 30;

    private Words() {}

    public static String bytes(long bytes) {
        if (bytes < 1_000_000) {
            return count(bytes) + " bytes";
        }
        return bytes < 10_000_000_000L
                ? String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6)
                : String.format(Locale.ROOT, "%,.1f GB", bytes / 1e9);
    }

    /** How much of the dump was received; it is deleted once it is in Kafka, perhaps before anybody looked. */
    public static String dump(Sample sample) {
        if (sample.dumpBytes() > 0) {
            return bytes(sample.dumpBytes());
        }
        return sample.followsTheBinlog() ? "done" : "Pika is making it";
    }

    /** A span of time, with as much of it as matters. */
    public static String time(Duration time) {
        long seconds = (time.toMillis() + 500) / 1_000;
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3_600) {
            return seconds / 60 + " min" + (seconds < 600 && seconds % 60 > 0 ? " " + seconds % 60 + " s" : "");
        }
        return seconds < 172_800
                ? String.format(Locale.ROOT, "%d h %02d min", seconds / 3_600, seconds % 3_600 / 60)
                : seconds / 86_400 + " days";
    }

    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** From Pika's end to Redis: bytes not yet in Kafka, records not yet in Redis, and the age of what Redis has. */
    public static String behind(Sample sample) {
        if (!sample.followsTheBinlog()) {
            return count(sample.waiting()) + " records waiting";
        }
        return (sample.lagBytes().isPresent() ? bytes(sample.lagBytes().getAsLong()) : "unknown bytes") + " and "
                + count(sample.waiting()) + " records behind, " + seconds(sample.lagMs());
    }

    public static String rate(Sample sample) {
        return String.format(Locale.ROOT, "%,.0f records/s", sample.perSecond());
    }

    /** A bar that is full when all is done. */
    public static String bar(long done, long all) {
        int full = (int) Math.min(BAR, all == 0 ? BAR : done * BAR / all);
        return "[" + "#".repeat(full) + ".".repeat(BAR - full) + "]";
    }

    private static String seconds(OptionalLong ms) {
        return ms.isPresent() ? ms.getAsLong() / 1_000 + " s" : "no change yet";
    }
}
