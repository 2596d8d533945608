package io.pikaconnect.pika;

import java.util.Comparator;

/**
 * One release of Pika that is known, such as 3.5.5.
 *
 * @param patch the third number
 */
public record Release(Family family, int patch) implements Comparable<Release> {

    private static final Comparator<Release> ORDER =
            Comparator.comparing(Release::family).thenComparingInt(Release::patch);

    @Override
    public int compareTo(Release o) {
        return ORDER.compare(this, o);
    }

    @Override
    public String toString() {
        return family + "." + patch;
    }
}
