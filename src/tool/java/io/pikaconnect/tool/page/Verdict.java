package io.pikaconnect.tool.page;

import java.util.List;

/**
 * The migration in a few words.
 *
 * @param details sentences, in the order of their weight
 * @param next what to do now; empty if nothing
 */
record Verdict(State state, String headline, List<String> details, String next) {

    Verdict {
        details = List.copyOf(details);
    }

    static Verdict of(State state, String headline, String... details) {
        return new Verdict(state, headline, List.of(details), "");
    }

    Verdict then(String todo) {
        return new Verdict(state, headline, details, todo);
    }
}
