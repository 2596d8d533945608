package io.pikaconnect.sink;

import io.pikaconnect.change.Command;
import io.pikaconnect.failure.TaskFailure;
import io.pikaconnect.sink.LedgerReply.Discarded;
import io.pikaconnect.sink.LedgerReply.FailureKind;
import io.pikaconnect.sink.LedgerReply.Stopped;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commands that Redis did not apply. Counts and logs those that a policy discarded; decides what follows after one that
 * stopped a batch or a barrier. Used by all senders of a task.
 */
final class CommandFailures {

    private static final Logger LOG = LoggerFactory.getLogger(CommandFailures.class);

    /** @param policy for the failed command when it is run again; empty: as configured */
    record Answer(Outcome outcome, Optional<Policy.OnConflict> policy) {

        static Answer fail(ConnectException failure) {
            return new Answer(new Outcome.Failed(failure), Optional.empty());
        }
    }

    private final SinkCounters counters;
    private final Optional<ErrantRecordReporter> reporter;
    private final Policy.OnConflict onConflict;
    private final TypeCollisions collisions;

    CommandFailures(RedisSinkConfig config, SinkCounters counters, Optional<ErrantRecordReporter> reporter) {
        this.counters = counters;
        this.reporter = reporter;
        this.onConflict = config.onConflict();
        this.collisions = new TypeCollisions(counters.discards);
    }

    /**
     * Decides what follows after a command that stopped its batch or barrier.
     *
     * @param policy with which it was run
     */
    Answer failed(
            Step.Assignment p,
            SinkRecord record,
            Supplier<Command> command,
            Stopped reply,
            Optional<Policy.OnConflict> policy) {
        String error = reply.error();
        if (reply.kind() == FailureKind.ERROR && RedisErrors.isTransient(error)) {
            countTransient(p, error);
            return new Answer(new Outcome.Retry(error), policy);
        }
        if (reply.kind() == FailureKind.CONFLICT && onConflict != Policy.OnConflict.FAIL && reporter.isPresent()) {
            return report(record, error)
                    .map(Answer::fail)
                    .orElseGet(() -> new Answer(new Outcome.Again(), Optional.of(onConflict)));
        }
        return Answer.fail(
                reply.kind() == FailureKind.LATE ? late(record, error) : failed(record, command.get(), reply));
    }

    private static void countTransient(Step.Assignment p, String error) {
        p.counters().countRetry(RedisErrors.classOf(error), p + ": Redis replied " + RedisRemedies.sanitized(error));
    }

    private static ConnectException late(SinkRecord record, String error) {
        return TaskFailure.of(
                ChangeRecord.describe(record),
                "Redis expires keys by itself, and " + error + " (ms, Redis' clock), more than expiry.grace.ms later:"
                        + " a key that Pika extended in time may have expired in Redis",
                "Set on.long.absence=rebuild to have the db emptied and rebuilt from the topic, or continue to keep what"
                        + " is there; Redis then differs from Pika, and the sink is never ready. If the sink"
                        + " was not away, check whether the clocks of Pika and Redis differ.");
    }

    private ConnectException failed(SinkRecord record, Command command, Stopped reply) {
        counters.errors.count(RedisErrors.classOf(reply.error()));
        logValues(record, command, reply.error());
        return TaskFailure.of(
                ChangeRecord.describe(record),
                "Redis answered " + RedisRemedies.sanitized(reply.error()) + " to: " + command,
                RedisRemedies.remedy(reply.kind(), reply.error()));
    }

    /** A command was discarded, or applied only after its key was deleted. */
    void discarded(SinkRecord record, Command command, Discarded d) {
        switch (d.reason()) {
            case NOTHING_TO_POP -> // no error of Redis
                counters.discards.count(
                        "spop.miss", () -> d.error() + ", " + command + ", " + ChangeRecord.describe(record));
            case WRONG_TYPE_SKIPPED, WRONG_TYPE_OVERWRITTEN, WRONG_TYPE_READ -> {
                countError(record, command, d.error());
                collisions.met(record, command, d);
            }
            case CONFLICT_SKIPPED, CONFLICT_OVERWRITTEN -> {
                countError(record, command, d.error());
                counters.discards.count(
                        "conflict",
                        () -> (d.reason() == LedgerReply.Reason.CONFLICT_SKIPPED ? "skipped" : "overwritten") + ", "
                                + RedisRemedies.sanitized(d.error()) + ", " + command + ", "
                                + ChangeRecord.describe(record));
            }
        }
    }

    private void countError(SinkRecord record, Command command, String error) {
        logValues(record, command, error);
        counters.errors.count(RedisErrors.classOf(error));
    }

    /** Values are data, so they are logged here only. */
    private static void logValues(SinkRecord record, Command command, String error) {
        if (LOG.isDebugEnabled()) {
            LOG.debug("Redis answered {} to {} ({})", error, command.values(), ChangeRecord.describe(record));
        }
    }

    /** Waits until the record is in the dead letter queue; returns a failure if it could not be written. */
    private Optional<ConnectException> report(SinkRecord record, String error) {
        try {
            reporter.orElseThrow()
                    .report(
                            record,
                            TaskFailure.of(
                                    ChangeRecord.describe(record),
                                    RedisRemedies.sanitized(error),
                                    RedisRemedies.remedy(FailureKind.CONFLICT, error)))
                    .get();
            return Optional.empty();
        } catch (ExecutionException e) {
            return Optional.of(notReported(record, error, e.getCause()));
        } catch (ConnectException e) { // this is how Connect reports errors.tolerance=none
            return Optional.of(notReported(record, error, e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectException("interrupted", e);
        }
    }

    private static ConnectException notReported(SinkRecord record, String error, Throwable why) {
        return TaskFailure.of(
                ChangeRecord.describe(record),
                "Redis answered " + RedisRemedies.sanitized(error) + ", and this conflict could not be reported: "
                        + why.getMessage(),
                "Set errors.tolerance=all, without which Connect accepts no reported record, and make sure that"
                        + " the dead letter queue can be written.");
    }
}
