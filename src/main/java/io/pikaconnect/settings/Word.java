package io.pikaconnect.settings;

import java.util.Locale;
import java.util.stream.Stream;

/** A value of a setting that is one of a few words: each an enum's constant in lower case, with hyphens. */
public interface Word {

    String name();

    /** As the setting writes it. */
    default String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** All of them, to check a setting by. */
    static Choice choice(Class<? extends Word> words) {
        return Choice.of(Stream.of(words.getEnumConstants()).map(Word::word).toArray(String[]::new));
    }

    /** The one that a setting has, which was checked. */
    static <W extends Word> W of(Class<W> words, String text) {
        return Stream.of(words.getEnumConstants())
                .filter(w -> w.word().equals(text))
                .findFirst()
                .orElseThrow();
    }
}
