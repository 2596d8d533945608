package io.pikaconnect.sink;

import io.pikaconnect.change.Writer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What the scripts of the {@link Ledger} reply, as types; {@link ReplyParser} makes them. Times are in ms of Redis' clock. */
final class LedgerReply {

    private LedgerReply() {}

    // ---- open.lua

    /** How a claim ended. */
    sealed interface Claim {}

    /**
     * @param epoch absent before the first epoch barrier
     * @param writer of the epoch
     * @param skippedEpochs epochs whose records are left out
     * @param former the epoch before and its writer
     * @param partitions of the epoch; empty if there is none
     * @param restores the forms in which the server takes values by RESTORE
     */
    record Claimed(
            String token,
            LedgerField field,
            OptionalLong epoch,
            long graceMs,
            long nowMs,
            DeadlineState deadlines,
            Optional<Writer> writer,
            Set<Long> skippedEpochs,
            Optional<FormerEpoch> former,
            Set<Integer> partitions,
            Set<RestorePayload.Form> restores)
            implements Claim {}

    /** An epoch that was replaced by the present one. */
    record FormerEpoch(String epoch, Optional<Writer> writer) {}

    /** The owner is no longer the one that was read before. */
    record OwnerChanged() implements Claim {}

    /** Another task claimed the partition after us. */
    record Superseded(LedgerField field) implements Claim {}

    /** There is no ledger, and {@code rebuild=never}. */
    record NoLedger() implements Claim {}

    /** The ledger is of another sink connector or topic. */
    record OtherOwner(String connector, String topic) implements Claim {}

    /** The ledger was written from another Kafka cluster. */
    record OtherCluster(String id) implements Claim {}

    /** The db has other keys than this sink would apply, or under other names. */
    record OtherKeys(String settings) implements Claim {}

    record UnknownFormat(String version) implements Claim {}

    /** A ledger of format 1 that was caught up, and {@code expiry.mode} was not given. */
    record ExpiryModeNeeded() implements Claim {}

    /** The server does not keep a held deadline. */
    record DeadlinesNotKept(String what) implements Claim {}

    /** {@code expiry.mode=held}, but Redis already expires keys itself. */
    record AlreadyReleased() implements Claim {}

    // ---- apply.lua

    /** How a batch ended. */
    sealed interface Apply {

        List<Discarded> discarded();
    }

    /** @param aheadMs how far a record's time was ahead of Redis' clock */
    record Applied(LedgerField field, long nowMs, long aheadMs, List<Discarded> discarded) implements Apply {}

    /**
     * The script's time was up: all before a command was applied, and that one not, or not completely.
     *
     * @param entry index of the entry in the batch that is next
     * @param command index of the command in its record
     */
    record Paused(LedgerField field, int entry, int command, List<Discarded> discarded) implements Apply {}

    /**
     * All before a record was applied, and that one waits for another partition.
     *
     * @param partition that is waited for
     * @param forRoom whether it has to take something; else it has to give something, or to run the command
     * @param entry index of the record in the batch
     */
    record Awaits(LedgerField field, int partition, boolean forRoom, int entry, List<Discarded> discarded)
            implements Apply {}

    // ---- barrier.lua

    /** How a call at a barrier ended. */
    sealed interface Pass {}

    /** The partition is past the barrier, or the barrier is void. */
    record Passed(LedgerField field, OptionalLong epoch, List<Discarded> discarded) implements Pass {}

    /** @param missing partitions that have not arrived; empty if the lowest participant has to act */
    record Waiting(String missing) implements Pass {}

    /**
     * A part of a command that takes long is done.
     *
     * @param cursor where the db is emptied in pages
     */
    record More(String cursor, List<Discarded> discarded) implements Pass {}

    /** {@code on.new.epoch=fail}, and Redis was caught up with this epoch. */
    record CaughtUpBefore(String epoch) implements Pass {}

    // ---- of several scripts

    /** There is no ledger yet, or no epoch, and the db holds this key. */
    record NotEmpty(String key) implements Claim, Pass {}

    /**
     * All commands before one were applied, and that one failed.
     *
     * @param entry index of the failed entry in the batch; 0 at a barrier
     * @param command index of the failed command in its record
     */
    record Stopped(LedgerField field, FailureKind kind, String error, int entry, int command, List<Discarded> discarded)
            implements Apply, Pass {}

    /** Owner, epoch or sequence is not the expected one; nothing was done. */
    record Refused(Optional<LedgerField> field, OptionalLong epoch) implements Apply, Pass {

        @Override
        public List<Discarded> discarded() {
            return List.of();
        }
    }

    /** How the scripts classify the error of a command. */
    enum FailureKind {
        /** The key holds another type; {@code on.wrong.type} decides. */
        WRONG_TYPE,
        /** The value does not take the command; {@code on.conflict} decides. */
        CONFLICT,
        /** The key is one that the sink keeps for itself. */
        OWN_KEY,
        /** A piece of a large argument is missing. */
        PIECE_MISSING,
        /** The change comes too late for a Redis that expires keys itself. */
        LATE,
        ERROR
    }

    /** A command that was not applied, or only after its key was deleted. */
    record Discarded(int entry, int command, Reason reason, String error) {}

    enum Reason {
        WRONG_TYPE_SKIPPED,
        WRONG_TYPE_OVERWRITTEN,
        /** A key of another type was read as if it were missing. */
        WRONG_TYPE_READ,
        CONFLICT_SKIPPED,
        CONFLICT_OVERWRITTEN,
        /** SPOP found no member. */
        NOTHING_TO_POP
    }

    // ---- writer.lua

    /** How a note of the topic's writer ended. */
    enum Noted {
        DONE,
        /** The ledger names another writer by now. */
        WRITER_CHANGED,
        /** The partition is another task's. */
        REFUSED
    }

    // ---- status.lua

    /** @param lost partitions of the task that the ledger does not have under its token any more */
    record Status(DatabaseStatus status, Set<Integer> lost) {}

    // ---- sweep.lua

    /**
     * A page of a walk over the db.
     *
     * @param done whether there was anything to do
     * @param cursor of the next page
     * @param ended keys that had expired and were deleted
     * @param changed keys that got another deadline
     * @param waitsFor why deadlines are not released yet, though that is wanted
     * @param tookNanos of Redis' time; 0 if Redis does not show it
     */
    record SweptPage(
            boolean done,
            DeadlineState deadlines,
            String cursor,
            int ended,
            int changed,
            Optional<String> waitsFor,
            long tookNanos) {}
}
