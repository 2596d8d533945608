package io.pikaconnect.binlog;

import io.pikaconnect.change.Change;
import io.pikaconnect.change.Tally;
import io.pikaconnect.replication.BinlogItem;
import java.util.List;

/** Turns items of a Pika 3.5 binlog into changes. */
public final class Translator {

    /** Number of this set of rules: the same items give the same changes as long as it is the same. */
    public static final int REVISION = 1;

    private final CommandGroup group;
    private final TranslationPolicy policy;
    private final Tally tally;

    public Translator(CommandGroup group, TranslationPolicy policy, Tally tally) {
        this.group = group;
        this.policy = policy;
        this.tally = tally;
    }

    /** The changes that {@code item} makes; none if it changes nothing. */
    public List<Change> translate(BinlogItem item) throws UntranslatableException {
        throw new UntranslatableException("no rules yet " + group + policy + tally.counts());
    }
}
