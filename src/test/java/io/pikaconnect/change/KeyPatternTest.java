package io.pikaconnect.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyPatternTest {

    private static boolean matches(String pattern, String key) {
        return KeyPattern.of(pattern).matches(key.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest(name = "{0} and {1}: {2}")
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "user:*, user:1, true",
                "user:*, user:, true",
                "user:*, xuser:1, false",
                "*, \"\", true",
                "a?c, abc, true",
                "a?c, ac, false",
                "h[ae]llo, hello, true",
                "h[ae]llo, hillo, false",
                "h[^e]llo, hallo, true",
                "h[^e]llo, hello, false",
                "h[a-c]llo, hbllo, true",
                "h[a-c]llo, hdllo, false",
                "[a&&b], &, true",
                "[a-], -, true",
                "[\\]], ], true",
                "100\\*, 100*, true",
                "100\\*, 1000, false",
                "a.c, abc, false",
                "a+(b|c)$^{2}, a+(b|c)$^{2}, true",
                "***a, bbba, true",
                "é?, é1, true",
                "??, é, true",
                "regex:order:\\d+, order:17, true",
                "regex:order:\\d+, order:17x, false",
                "regex:é., é1, true",
                "regex:a|b, ab, false"
            })
    void matchesWholeNames(String pattern, String key, boolean expected) {
        assertThat(matches(pattern, key)).isEqualTo(expected);
    }

    @Test
    void bytesOfAnyKindAreMatchedByGlobs() {
        byte[] key = {'k', 0, '\n', (byte) 0xff};
        assertThat(KeyPattern.of("k*").matches(key)).isTrue();
        assertThat(KeyPattern.of("k???").matches(key)).isTrue();
        assertThat(KeyPattern.of("regex:k.*").matches(key)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "[ab, closing",
        "a[], without a character",
        "a\\, ends with a backslash",
        "regex:(, not a regular expression",
        "regex:a**, not a regular expression"
    })
    void whatIsNoPatternIsRefusedWithTheReason(String pattern, String reason) {
        assertThatThrownBy(() -> KeyPattern.of(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }
}
