package io.pikaconnect.sink;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Classifies errors of Redis: transient ones, after which the same command is tried again, and names for counting. */
final class RedisErrors {

    /** Error codes of a transient server state. */
    private static final Set<String> TRANSIENT =
            Set.of("BUSY", "TRYAGAIN", "CLUSTERDOWN", "NOREPLICAS", "MISCONF", "OOM", "NOSCRIPT");

    /**
     * Redis is starting, is a replica for now, or has given the slot to another node: after the next connect another server may
     * answer.
     */
    private static final Set<String> RECONNECT = Set.of("LOADING", "READONLY", "MASTERDOWN", "MOVED", "ASK");

    /** What a script finds while a slot is being moved, or has no node. */
    private static final Pattern SLOT_AWAY = Pattern.compile("non local key|the cluster is down");

    /** SCRIPT KILL, which Sentinel sends as well: the script had not written anything yet. */
    private static final Pattern KILLED = Pattern.compile("[Ss]cript killed by user");

    /** The user lacks a right; in a script in the words of 6.2, 7.0, and of 7.2 and Valkey. */
    static final String NO_RIGHT =
            "^NOPERM|user executing the script can't|ACL failure in script|[Nn]o permissions to (run|access)";

    private static final String WRONG_TYPE = "WRONGTYPE";

    /** Errors of this class are those of the connection. */
    static final String CONNECTION = "connection";

    /** The part of a message that is specific to one command. */
    private static final Pattern DETAILS = Pattern.compile("[,:(.'`].*|(?<=.{60}).*", Pattern.DOTALL);

    private RedisErrors() {}

    static boolean isTransient(String error) {
        return TRANSIENT.contains(code(error))
                || needsReconnect(error)
                || KILLED.matcher(withoutScriptLocation(error)).find()
                || SLOT_AWAY.matcher(withoutScriptLocation(error)).find();
    }

    static boolean needsReconnect(String error) {
        return RECONNECT.contains(code(error));
    }

    /** Redis 6.2 puts the line of the script before the error; twice if the script did not catch it. */
    private static final Pattern PLACE_IN_SCRIPT = Pattern.compile(".*@user_script: ?\\d+: ", Pattern.DOTALL);

    /**
     * {@code OOM} of {@code OOM command not allowed …}, and of its form in a script of Redis 6.2: {@code @user_script: 590:
     * -OOM command …}, {@code ERR Error running script (…): @user_script:81: @user_script: 81: -OOM command …}.
     */
    private static String code(String error) {
        String text = withoutScriptLocation(error);
        int end = text.indexOf(' ');
        return end < 0 ? text : text.substring(0, end);
    }

    /** Without what Redis 6.2 puts before it. */
    static String withoutScriptLocation(String error) {
        String text = error == null ? "" : error;
        Matcher place = PLACE_IN_SCRIPT.matcher(text);
        text = place.lookingAt() ? text.substring(place.end()) : text;
        return text.startsWith("-") ? text.substring(1) : text;
    }

    /** For counting: the first word, such as {@code OOM}; for {@code ERR}, which means nothing, the text after it. */
    static String classOf(String error) {
        if (error != null && error.startsWith(WRONG_TYPE)) { // frequent, so not parsed
            return WRONG_TYPE;
        }
        String code = code(error);
        return code.equals("ERR")
                ? DETAILS.matcher(withoutScriptLocation(error).substring(4)).replaceFirst("")
                : code;
    }
}
