package io.pikaconnect.tool.verify;

import io.pikaconnect.change.Escaped;
import io.pikaconnect.change.OneLine;
import java.util.Locale;

/**
 * How a key differs.
 *
 * @param key escaped where it is no text
 * @param pika what Pika has
 * @param redis what Redis has
 */
public record Difference(String key, Kind kind, String pika, String redis) {

    private static final int LONGEST = 200;

    /** What it is that differs. */
    public enum Kind {
        /** Pika has the key, Redis has not. */
        MISSING,
        /** Redis has the key, Pika has not. */
        EXTRA,
        TYPE,
        VALUE,
        DEADLINE;

        /** In small letters. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @param values whether values are shown, or only how large they are */
    static Difference of(byte[] key, KeyContent pika, KeyContent redis, boolean values) {
        return new Difference(
                OneLine.of(Escaped.text(key), LONGEST), kind(pika, redis), shown(pika, values), shown(redis, values));
    }

    private static Kind kind(KeyContent pika, KeyContent redis) {
        if (!redis.exists()) {
            return Kind.MISSING;
        } else if (!pika.exists()) {
            return Kind.EXTRA;
        } else if (!pika.type().equals(redis.type())) {
            return Kind.TYPE;
        }
        return pika.hasSameValueAs(redis) ? Kind.DEADLINE : Kind.VALUE;
    }

    private static String shown(KeyContent content, boolean values) {
        if (!content.exists()) {
            return "no key";
        } else if (values) {
            return OneLine.of(content.toString(), LONGEST);
        }
        return content.type() + " of " + content.size()
                + (content.type().equals("string") ? " bytes" : " elements")
                + (content.remainingMs().isPresent()
                        ? ", for " + content.remainingMs().getAsLong() / 1_000 + " s"
                        : ", for ever");
    }

    @Override
    public String toString() {
        return kind.word() + ": " + key + " is " + pika + " in Pika, " + redis + " in Redis";
    }
}
