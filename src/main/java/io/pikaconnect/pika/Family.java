package io.pikaconnect.pika;

import java.util.Optional;
import java.util.stream.Stream;

/** Minor versions of Pika, in order. */
public enum Family {
    V3_2("3.2"),
    V3_3("3.3"),
    V3_4("3.4"),
    V3_5("3.5"),
    V4_0("4.0");

    private final String text;

    Family(String text) {
        this.text = text;
    }

    /** The family whose releases start with {@code text}, such as {@code 3.5}. */
    static Optional<Family> of(String text) {
        return Stream.of(values()).filter(f -> f.text.equals(text)).findFirst();
    }

    @Override
    public String toString() {
        return text;
    }
}
