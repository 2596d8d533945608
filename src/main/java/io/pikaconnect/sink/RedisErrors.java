package io.pikaconnect.sink;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which of Redis' errors pass by themselves, so that the same thing is tried again. */
final class RedisErrors {

    /** First word of the error; it is about the moment, not about us. */
    private static final Set<String> TRANSIENT = Set.of("BUSY", "TRYAGAIN", "NOREPLICAS", "MISCONF", "OOM", "NOSCRIPT");

    /** Redis is starting, or is a replica for now: perhaps another one answers to the address at the next connect. */
    private static final Set<String> RECONNECT = Set.of("LOADING", "READONLY", "MASTERDOWN");

    /** SCRIPT KILL, which Sentinel sends, too: Redis had done nothing of the script yet. */
    private static final Pattern KILLED = Pattern.compile("[Ss]cript killed by user");

    private static final String WRONG_TYPE = "WRONGTYPE";

    /** Errors of this class are those of the connection. */
    static final String CONNECTION = "connection";

    /** What an error says about the one command behind what it says about all of its kind. */
    private static final Pattern DETAILS = Pattern.compile("[,:(.'`].*|(?<=.{60}).*", Pattern.DOTALL);

    private RedisErrors() {}

    static boolean isTransient(String error) {
        return TRANSIENT.contains(code(error))
                || needsReconnect(error)
                || KILLED.matcher(withoutScriptLocation(error)).find();
    }

    static boolean needsReconnect(String error) {
        return RECONNECT.contains(code(error));
    }

    /** Where a 6.2 says in which line of the script it was; twice, if the script did not catch it. */
    private static final Pattern PLACE_IN_SCRIPT = Pattern.compile(".*@user_script: ?\\d+: ", Pattern.DOTALL);

    /**
     * {@code OOM} of {@code OOM command not allowed …}, and of what 6.2 makes of it in a script: {@code @user_script: 590:
     * -OOM command …}, {@code ERR Error running script (…): @user_script:81: @user_script: 81: -OOM command …}.
     */
    private static String code(String error) {
        String text = withoutScriptLocation(error);
        int end = text.indexOf(' ');
        return end < 0 ? text : text.substring(0, end);
    }

    /** Without what a 6.2 puts before it. */
    static String withoutScriptLocation(String error) {
        String text = error == null ? "" : error;
        Matcher place = PLACE_IN_SCRIPT.matcher(text);
        text = place.lookingAt() ? text.substring(place.end()) : text;
        return text.startsWith("-") ? text.substring(1) : text;
    }

    /** For counting: the first word, {@code OOM}; of an {@code ERR}, which says nothing, what is behind it. */
    static String classOf(String error) {
        if (error != null && error.startsWith(WRONG_TYPE)) { // there may be many of them
            return WRONG_TYPE;
        }
        String code = code(error);
        return code.equals("ERR")
                ? DETAILS.matcher(withoutScriptLocation(error).substring(4)).replaceFirst("")
                : code;
    }
}
