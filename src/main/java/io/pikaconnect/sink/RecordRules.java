package io.pikaconnect.sink;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Operation;
import java.util.List;

/**
 * What a record of the partition must be like besides its sequence: a barrier belongs here, every other record has a key, and
 * its commands may be applied.
 */
final class RecordRules {

    private static final String FOREIGN_RECORD_REMEDY =
            "Nothing but the source connector may write to its topic: find out what wrote this record.";

    /** Remedy for a key that begins with the prefix of the sink's own keys. */
    static final String PREFIX_REMEDY = "Give the sink another ledger.prefix and an empty Redis db.";

    private final int partition;
    private final byte[] prefix;

    /** @param prefix of the keys that the sink keeps for itself */
    RecordRules(int partition, byte[] prefix) {
        this.partition = partition;
        this.prefix = prefix;
    }

    /**
     * The commands in its value.
     *
     * @throws RecordRefused when they cannot be read
     */
    List<Command> commands(ChangeRecord r) {
        try {
            return r.commands();
        } catch (IllegalArgumentException e) {
            throw new RecordRefused(
                    "A value that is no command: " + e.getMessage(),
                    FOREIGN_RECORD_REMEDY + " If the source has record.format=struct, set value.converter="
                            + WrongConverter.FOR_STRUCTS + ".",
                    e);
        }
    }

    /** @throws RecordRefused when the record cannot be applied */
    void check(ChangeRecord r, List<Command> commands, SequenceChecker.Verdict verdict) {
        if (commands.isEmpty()) {
            throw new RecordRefused("A record without a command", FOREIGN_RECORD_REMEDY);
        }
        boolean begins = CommandRules.name(commands.get(0)).is(Operation.BEGIN);
        if (verdict == SequenceChecker.Verdict.BARRIER) {
            if (begins != (r.header().sequence().getAsLong() == 0)
                    || !r.barrier().orElseThrow().partitions().contains(partition)) {
                throw new RecordRefused("A barrier that does not fit its partition or sequence", FOREIGN_RECORD_REMEDY);
            }
            return;
        }
        byte[] key = r.key()
                .orElseThrow(
                        () -> new RecordRefused("A record without a key that is no barrier", FOREIGN_RECORD_REMEDY));
        try {
            for (Command command : commands) {
                CommandRules.check(command, key);
            }
        } catch (IllegalArgumentException e) {
            throw new RecordRefused("A command that cannot be applied: " + e.getMessage(), FOREIGN_RECORD_REMEDY, e);
        }
    }

    /**
     * @param key as it is named in Redis
     * @throws RecordRefused when the sink keeps its own state there
     */
    void checkKey(byte[] key) {
        if (startsWithPrefix(key)) {
            throw new RecordRefused(
                    "The record's key lies below " + RedisSinkConfig.LEDGER_PREFIX
                            + ", where the sink keeps its own state",
                    PREFIX_REMEDY);
        }
    }

    private boolean startsWithPrefix(byte[] key) {
        if (key.length < prefix.length) {
            return false;
        }
        for (int i = 0; i < prefix.length; i++) {
            if (key[i] != prefix[i]) {
                return false;
            }
        }
        return true;
    }
}
