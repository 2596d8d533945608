package io.pikaconnect.binlog;

import io.pikaconnect.binlog.CommandTable.Row;
import io.pikaconnect.change.Change;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import io.pikaconnect.change.Wanted;
import io.pikaconnect.metrics.DiscardCounts;
import io.pikaconnect.pika.BinlogDialect;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.ForeignCommand;
import io.pikaconnect.pika.InternalKey;
import java.util.List;
import java.util.Optional;

/**
 * Turns items of a Pika binlog into changes. An item's content is one command in RESP, its name in any letter case
 * (binlog-commands 1 and 2):
 *
 * <pre>
 * 2a330d0a 24330d0a 736574 0d0a 24310d0a 6b 0d0a 24310d0a 76 0d0a    set k v
 * </pre>
 *
 * <p>One item mostly makes one change, on one key or on the whole db; DEL and MSET of 3.2 to 3.4 make one for each key,
 * and a command that reads one key and writes another makes one on all of them. Arguments are shared with the item's
 * command, not copied. The result depends on nothing but the item, the dialect, the renamed commands and the keys that are
 * wanted; the policy decides only whether to stop.
 */
public final class Translator {

    /** Revision of the rules: while it is unchanged, the same items give the same changes. */
    public static final int REVISION = 1;

    private static final String NEW_FULL_SYNC =
            "reset the connector's offsets for a new full sync, whose position is after this item";

    private final BinlogDialect dialect;
    private final CommandTable table;
    private final TranslationPolicy policy;
    private final DiscardCounts discards;
    private final RenamedCommands renamed;
    private final Admission admission;

    /**
     * A translator for a master without renamed commands.
     *
     * @param dialect the form in which the master logs commands
     * @param discards counts what is left out, by reason
     */
    public Translator(BinlogDialect dialect, TranslationPolicy policy, DiscardCounts discards) {
        this(dialect, policy, discards, RenamedCommands.NONE);
    }

    /** A translator of every key. */
    public Translator(
            BinlogDialect dialect, TranslationPolicy policy, DiscardCounts discards, RenamedCommands renamed) {
        this(dialect, policy, discards, renamed, Wanted.ALL);
    }

    /**
     * @param renamed commands that the master has under other names
     * @param wanted the keys whose changes are wanted
     */
    public Translator(
            BinlogDialect dialect,
            TranslationPolicy policy,
            DiscardCounts discards,
            RenamedCommands renamed,
            Wanted wanted) {
        this.admission = new Admission(wanted);
        this.renamed = renamed;
        this.dialect = dialect;
        this.table = CommandTable.of(dialect);
        this.policy = policy;
        this.discards = discards;
    }

    /**
     * The changes that {@code item} makes, in order; none if it changes nothing.
     *
     * @throws UntranslatableException if the item is malformed, or has a command without a translation where the policy
     *     is to stop
     */
    public List<Change> translate(BinlogItem item) throws UntranslatableException {
        byte[] bytes = item.bytes();
        // A client's PADDING becomes a whole second item inside the first (binlog-commands 9.1).
        if (bytes.length == BinlogItem.HEADER || bytes[BinlogItem.HEADER] != '*') {
            discards.count(
                    "content.not.resp", () -> "binlog item ending at " + item.end() + " has no command, skipped");
            return List.of();
        }
        LoggedCommand logged = new LoggedCommand(renamed.real(parse(item)), item, dialect, discards);
        Optional<Row> row = table.row(logged.command().name());
        if (row.isEmpty()) {
            leaveOut(logged);
            return List.of();
        }
        return translate(row.get(), logged);
    }

    private static Command parse(BinlogItem item) throws UntranslatableException {
        try {
            List<Command> commands = Resp.parse(item.bytes(), BinlogItem.HEADER);
            if (commands.size() == 1) {
                return commands.get(0);
            }
            throw new UntranslatableException("binlog item ending at " + item.end() + " holds " + commands.size()
                    + " commands, but Pika writes one per item; the first is " + commands.get(0) + "; "
                    + NEW_FULL_SYNC);
        } catch (IllegalArgumentException e) {
            throw new UntranslatableException(
                    "binlog item ending at " + item.end() + " is malformed: " + e.getMessage() + "; " + NEW_FULL_SYNC,
                    e);
        }
    }

    private List<Change> translate(Row row, LoggedCommand logged) throws UntranslatableException {
        try {
            row.check(logged);
            if (row.scope() == Scope.KEY && !dialect.logsSeveralKeys() && InternalKey.is(logged.key())) {
                logged.count("internal.key");
                return List.of();
            }
            Optional<Lossy> doubt = row.doubt(logged).filter(any -> !admission.leavesOut(logged));
            if (doubt.isPresent()) {
                if (policy.stopsAt(doubt.get())) {
                    logged.logValues("cannot translate");
                    throw new UntranslatableException("cannot translate " + logged + ": "
                            + doubt.get().why() + "; the task then continues at this item");
                }
                logged.count(doubt.get().counter());
            }
            return admission.admitted(row.changes(logged), logged);
        } catch (IllegalArgumentException e) {
            logged.logValues("cannot translate");
            throw new UntranslatableException(
                    "cannot translate " + logged + ": " + e.getMessage()
                            + ". Check that pika.version is the master's, or " + NEW_FULL_SYNC,
                    e);
        }
    }

    private void leaveOut(LoggedCommand logged) throws UntranslatableException {
        Optional<String> foreign = ForeignCommand.why(logged.command().name());
        if (foreign.isPresent()) {
            throw new UntranslatableException(
                    "cannot translate " + logged + ": " + foreign.get() + "; " + NEW_FULL_SYNC);
        }
        if (policy.failOnUnknownCommand()) {
            logged.logValues("cannot translate");
            throw new UntranslatableException("cannot translate " + logged + ": no Pika " + dialect.versions()
                    + " is known to log this command. If it was renamed there (rename-command), name it in"
                    + " pika.renamed.commands, as in " + logged.command().name() + "=flushdb. If not, check that"
                    + " pika.version is the master's, use a connector that supports it, or set"
                    + " on.unknown.command=skip, which skips such commands and counts them; the task then continues at"
                    + " this item");
        }
        logged.count("unknown.command");
    }
}
