package io.pikaconnect.tool;

import java.util.Locale;

/** How far a step of a command is. */
enum StepState {
    OK,
    DONE,
    WAITS,
    WOULD,
    NEXT;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
