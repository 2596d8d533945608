package io.pikaconnect.sink;

import java.util.Locale;

/** How deadlines stand in a Redis, as the ledger's field of that name has it; see prelude.lua. */
enum DeadlineState {
    HELD,
    HOLDING,
    RELEASING,
    NATIVE;

    static DeadlineState of(String field) {
        return valueOf(field.toUpperCase(Locale.ROOT));
    }

    /** Whether Redis ends keys that were written now. */
    boolean isEndedByRedis() {
        return this == RELEASING || this == NATIVE;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
