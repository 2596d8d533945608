package io.pikaconnect.tool.page;

import java.util.Locale;

/**
 * A step of the cut-over.
 *
 * @param what has to be so
 * @param detail why it is not, or how it is seen
 */
record Check(Mark mark, String what, String detail) {

    /** Whether it is met. */
    enum Mark {
        OK("ok"),
        WAITS("waits"),
        TODO("to do");

        private final String words;

        Mark(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
