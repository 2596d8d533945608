package io.pikaconnect.tool.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerdictTest {

    private final Locale before = Locale.getDefault();

    @AfterEach
    void backToTheMachinesLocale() {
        Locale.setDefault(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "de", "hi-IN", "ar-EG"})
    void readsTheSameInEveryLocale(String locale) {
        Locale.setDefault(Locale.forLanguageTag(locale));
        assertThat(new Verdict(1_234_567, 1_200, 0, List.of()))
                .hasToString("EQUAL: all 1,234,567 keys have the same type, value and deadline on both sides."
                        + " 1,200 more have expired in Pika and will soon expire in Redis.");
    }

    @Test
    void showsTheFirstDifferences() {
        assertThat(new Verdict(2_000, 0, 1_001, List.of("one", "another")))
                .hasToString("DIFFERENT: 1,001 of 2,000 keys.\n  one\n  another");
    }
}
