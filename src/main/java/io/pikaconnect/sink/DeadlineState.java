package io.pikaconnect.sink;

import java.util.Locale;

/** How deadlines are stored in a Redis: the ledger's field {@code deadlines}; see prelude.lua. */
enum DeadlineState {
    HELD,
    HOLDING,
    RELEASING,
    NATIVE;

    static DeadlineState of(String field) {
        return valueOf(field.toUpperCase(Locale.ROOT));
    }

    /** Whether Redis itself expires keys that are written now. */
    boolean isEndedByRedis() {
        return this == RELEASING || this == NATIVE;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
