package io.pikaconnect.demo.pika;

/**
 * A place as the score of 52 bits that Redis and Pika give it: 26 bits of latitude and of longitude in turn, the
 * longitude's first.
 */
final class GeoHash {

    private static final double LATITUDES = 85.05112878;
    private static final double LONGITUDES = 180;
    private static final int BITS = 26;

    private GeoHash() {}

    static double of(double longitude, double latitude) {
        if (Math.abs(longitude) > LONGITUDES || Math.abs(latitude) > LATITUDES) {
            throw Failed.because("invalid longitude,latitude pair " + longitude + "," + latitude);
        }
        long x = cell(longitude, LONGITUDES);
        long y = cell(latitude, LATITUDES);
        long hash = 0;
        for (int bit = BITS - 1; bit >= 0; bit--) {
            hash = hash << 2 | (x >> bit & 1) << 1 | y >> bit & 1;
        }
        return hash;
    }

    private static long cell(double at, double limit) {
        return (long) ((at + limit) / (2 * limit) * (1L << BITS));
    }
}
