package io.pikaconnect.sink;

import java.util.Optional;

/**
 * What became of a slot's part of a batch.
 *
 * @param place where the slot is now; empty if it has no ledger, or was not asked
 * @param entry of the batch that is next
 * @param command of that entry that is next
 * @param error of that command, or why the slot is away
 * @param kind of the error
 */
record SlotResult(
        int slot,
        Status status,
        Optional<SlotPlace> place,
        int entry,
        int command,
        String error,
        LedgerReply.FailureKind kind) {

    private static final String NO_ERROR = "";

    /** All of it was applied. */
    static SlotResult applied(SlotPart part) {
        return new SlotResult(
                part.slot, Status.APPLIED, Optional.of(part.end()), 0, 0, NO_ERROR, LedgerReply.FailureKind.ERROR);
    }

    enum Status {
        APPLIED,
        PAUSED,
        STOPPED,
        /** For another slot. */
        WAITING,
        /** The ledger was at another place than the task thought. */
        REFUSED,
        /** It, or a part of it, is not on that node. */
        AWAY
    }
}
