package io.pikaconnect.replication;

import java.util.Optional;
import java.util.stream.Stream;

/** Releases of Pika that speak the replication protocol alike, in order, and in what these differ (replication-protocol 1). */
public enum Family {
    V3_2("3.2", 9),
    V3_3("3.3", 6),
    V3_4("3.4", 2),
    V3_5("3.5", 5),
    V4_0("4.0", 1);

    private final String text;
    private final int latest;

    Family(String text, int latest) {
        this.text = text;
        this.latest = latest;
    }

    /** The family whose releases begin with {@code text}, such as {@code 3.5}. */
    static Optional<Family> of(String text) {
        return Stream.of(values()).filter(f -> f.text.equals(text)).findFirst();
    }

    /** The last number of its latest release that is known. */
    int latest() {
        return latest;
    }

    /** The master sends its dump with rsync to the address we announced, port + 1000; since 3.5 we pull it. */
    public boolean pushesDump() {
        return compareTo(V3_5) < 0;
    }

    /**
     * The master purges its binlog while a full sync runs, unless another session holds it: one that streams, and
     * acknowledges nothing (replication-protocol 10.1).
     */
    public boolean needsAnchor() {
        return compareTo(V3_5) < 0;
    }

    /** Positions of items carry a term. */
    boolean sendsTerms() {
        return compareTo(V3_3) >= 0;
    }

    @Override
    public String toString() {
        return text;
    }
}
