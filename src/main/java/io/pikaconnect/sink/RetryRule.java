package io.pikaconnect.sink;

import java.util.Set;

/** Which of Redis' errors pass by themselves, so that the same thing is tried again. */
final class RetryRule {

    /** First word of the error; it is about the moment, not about us. */
    private static final Set<String> PASSING = Set.of("BUSY", "TRYAGAIN", "NOREPLICAS", "MISCONF", "OOM", "NOSCRIPT");

    /** Redis is starting, or is a replica for now: perhaps another one answers to the address at the next connect. */
    private static final Set<String> RECONNECT = Set.of("LOADING", "READONLY", "MASTERDOWN");

    private RetryRule() {}

    static boolean passes(String error) {
        return PASSING.contains(code(error)) || reconnect(error);
    }

    static boolean reconnect(String error) {
        return RECONNECT.contains(code(error));
    }

    /** {@code OOM} of {@code OOM command not allowed …}, also behind the {@code -} or {@code ERR} some versions add. */
    private static String code(String error) {
        String text = error == null ? "" : error;
        text = text.startsWith("-") ? text.substring(1) : text;
        int end = text.indexOf(' ');
        return end < 0 ? text : text.substring(0, end);
    }
}
