package io.pikaconnect.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that a mistyped one was meant to be. */
final class Likeness {

    private Likeness() {}

    /** The name with the fewest typing errors between, if they are few for its length. */
    static Optional<String> closest(String typed, Collection<String> names) {
        return names.stream()
                .filter(name -> slips(typed, name) <= Math.min(3, name.length() / 4))
                .min(Comparator.<String>comparingInt(name -> slips(typed, name))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** Number of missing, surplus, wrong or transposed characters; case and separators do not count. */
    private static int slips(String typed, String name) {
        String a = plain(typed);
        String b = plain(name);
        int[][] slips = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    slips[i][j] = i + j;
                    continue;
                }
                int wrong = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int least = Math.min(slips[i - 1][j - 1] + wrong, Math.min(slips[i - 1][j], slips[i][j - 1]) + 1);
                boolean exchanged =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                slips[i][j] = exchanged ? Math.min(least, slips[i - 2][j - 2] + 1) : least;
            }
        }
        return slips[a.length()][b.length()];
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace('-', '.').replace('_', '.');
    }
}
