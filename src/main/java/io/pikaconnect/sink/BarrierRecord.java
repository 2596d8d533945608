package io.pikaconnect.sink;

import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.Operation;
import io.pikaconnect.change.Writer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.connect.sink.SinkRecord;

/** A barrier that a partition has reached; used by one sender's thread only, once it is the partition's next work. */
final class BarrierRecord implements Work {

    private static final String BEGIN_OF_SCAN = "0";

    private static final long FIRST_CHECK_NANOS = Duration.ofMillis(1).toNanos();

    /** The pace of the checks once the others are not about to arrive. */
    private static final long STEADY_CHECK_NANOS = Duration.ofMillis(20).toNanos();

    private final ChangeRecord record;
    private final List<Command> commands;

    /** Start and end of the last part of the ledger's field, for every partition that has reached this barrier. */
    private final String arrivalPrefix;

    private final String arrivalSuffix;
    private final long since;
    private String cursor = BEGIN_OF_SCAN;
    private Optional<Policy.OnConflict> firstPolicy = Optional.empty();
    private String previousWriter = ScriptValues.NONE;
    private Optional<String> epochWriters = Optional.empty();
    private int checks;
    private long pace;
    private Optional<Long> waitingSinceNanos = Optional.empty();
    private String missing = "";
    private long firstWaitNanos;
    private long loggedNanos;
    private final Set<Integer> changedSlots = new TreeSet<>();
    private final Set<Integer> emptySlots = new HashSet<>();

    /** @param sinceNanos when it came */
    BarrierRecord(ChangeRecord record, List<Command> commands, long sinceNanos) {
        this.since = sinceNanos;
        this.record = record;
        this.commands = commands;
        this.arrivalPrefix = record.header().epoch() + ":";
        this.arrivalSuffix = ":" + record.header().position().orElseThrow();
    }

    /** In a cluster: the slots in which its command has changed something. The caller that runs it adds to them. */
    Set<Integer> changedSlots() {
        return changedSlots;
    }

    /** In a cluster: the slots found empty, in which a FLUSHDB has nothing to do. The caller that runs it adds to them. */
    Set<Integer> emptySlots() {
        return emptySlots;
    }

    /** Its command takes another call of the script, which begins at that cursor where it empties the db. */
    void continueAt(String nextCursor) {
        cursor = nextCursor;
    }

    /** Nanoseconds until the next check: 1 ms at first, because the others usually arrive soon, then up to 20 ms. */
    long nanosUntilNextCheck() {
        pace = Math.min(STEADY_CHECK_NANOS, FIRST_CHECK_NANOS << Math.min(checks++, 10));
        return pace;
    }

    /**
     * How old a reading of the ledger may be, ns: newer than the last check, and fresh enough to show others that are about to
     * arrive.
     */
    long readingIsGoodFor() {
        return pace < STEADY_CHECK_NANOS ? pace / 4 : pace;
    }

    /** The script is being run: it decides whether there is anything to wait for. */
    void checkByScript() {
        waitingSinceNanos = Optional.empty();
    }

    /**
     * The script has noted the arrival.
     *
     * @param missingOnes as the script names them; empty if the lowest participant only has to act
     */
    void mustWait(long now, String missingOnes) {
        waitingSinceNanos = Optional.of(now);
        missing = missingOnes;
    }

    /** When the script told it to wait; empty if it has not run, or decided otherwise. */
    Optional<Long> waitingSinceNanos() {
        return waitingSinceNanos;
    }

    String missing() {
        return missing;
    }

    /** Time waited so far, ns, if the last warning is older than {@code every}; else 0. */
    long unloggedWait(long now, long every) {
        if (firstWaitNanos == 0) {
            firstWaitNanos = now;
            loggedNanos = now;
        }
        if (now - loggedNanos < every) {
            return 0;
        }
        loggedNanos = now;
        return now - firstWaitNanos;
    }

    /** Whether the field shows that the record's own partition has reached it. */
    boolean isOwnArrival(LedgerField field) {
        return field.barrier()
                .equals(arrivalPrefix + header().sequence().getAsLong() + ":" + nextOffset() + arrivalSuffix);
    }

    /** Whether another participant has reached its record of this barrier. */
    boolean hasArrived(LedgerField field) {
        return field.barrier().startsWith(arrivalPrefix) && field.barrier().endsWith(arrivalSuffix);
    }

    /** Whether another participant will never reach this barrier. */
    boolean isVoidedBy(LedgerField field) {
        int colon = field.barrier().indexOf(':');
        boolean inLaterEpoch = colon > 0 && Long.parseLong(field.barrier(), 0, colon, 10) > header().epoch();
        return inLaterEpoch
                || !startsEpoch()
                        && field.sequence().isPresent()
                        && field.position()
                                        .orElseThrow()
                                        .compareTo(header().position().orElseThrow())
                                >= 0;
    }

    /**
     * Its writer may follow this one of the ledger's; the script checks that the ledger still has that one.
     *
     * @param epochs which epoch is of which writer, as a sentence for a failure
     */
    void acceptWriter(String writerInLedger, String epochs) {
        previousWriter = writerInLedger;
        epochWriters = Optional.of(epochs);
    }

    /** Which epoch is of which writer, once that was decided. */
    Optional<String> epochWriters() {
        return epochWriters;
    }

    boolean startsEpoch() {
        return record.startsEpoch();
    }

    Optional<Writer> writer() {
        return record.writer();
    }

    /** The commands as the script wants them. */
    List<Command> commandsToRun() {
        return startsEpoch()
                ? List.of(Command.of(
                        Operation.BEGIN,
                        previousWriter,
                        writer().map(Writer::toString).orElse(ScriptValues.NONE)))
                : commands;
    }

    /** Whether the ledger is right after it, so that the records read after it can be applied. */
    boolean isFollowedBy(LedgerReply.Passed reply) {
        return reply.epoch().equals(OptionalLong.of(header().epoch()))
                && reply.field().sequence().equals(header().sequence())
                && reply.field().commandsDone() == 0;
    }

    /** @param policy for the first command that is still to be run; empty: as configured */
    void setFirstPolicy(Optional<Policy.OnConflict> policy) {
        firstPolicy = policy;
    }

    ChangeHeader header() {
        return record.header();
    }

    Barrier barrier() {
        return record.barrier().orElseThrow();
    }

    long nextOffset() {
        return record.offset() + 1;
    }

    String time() {
        return record.time();
    }

    List<Command> commands() {
        return commands;
    }

    SinkRecord record() {
        return record.record();
    }

    Optional<Policy.OnConflict> firstPolicy() {
        return firstPolicy;
    }

    String cursor() {
        return cursor;
    }

    @Override
    public long sinceNanos() {
        return since;
    }

    @Override
    public long bytes() {
        return record.bytes();
    }

    @Override
    public String toString() {
        return commands.get(0) + " on " + barrier() + " (" + header() + ")";
    }
}
