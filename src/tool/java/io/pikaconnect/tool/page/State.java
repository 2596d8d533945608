package io.pikaconnect.tool.page;

import java.util.Locale;

/** How a migration is, as a whole: its colour on the page. */
enum State {
    /** Something is on its way, and nobody has to do anything. */
    WORKING,
    /** Redis follows Pika, and the cut-over can begin. */
    READY,
    /** It waits for something that a person may have to see to. */
    WAITING,
    FAILED,
    DONE;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
