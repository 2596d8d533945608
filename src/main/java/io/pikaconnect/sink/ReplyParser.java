package io.pikaconnect.sink;

import static io.pikaconnect.sink.ScriptValues.text;

import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.Writer;
import io.pikaconnect.sink.LedgerReply.Discarded;
import io.pikaconnect.sink.LedgerReply.FailureKind;
import io.pikaconnect.sink.LedgerReply.Reason;
import io.pikaconnect.sink.LedgerReply.Refused;
import io.pikaconnect.sink.LedgerReply.Stopped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes types of what the scripts reply; the words that the scripts use are known here and nowhere else in Java. */
final class ReplyParser {

    private ReplyParser() {}

    static LedgerReply.Claim claim(ScriptReply r) {
        return switch (r.status()) {
            case "claimed" ->
                new LedgerReply.Claimed(
                        r.text("token"),
                        r.field("field"),
                        r.optionalNumber("epoch"),
                        r.number("grace"),
                        r.number("now"),
                        DeadlineState.of(r.text("deadlines")),
                        r.optionalText("writer").map(Writer::parse),
                        epochs(r.text("passed")),
                        r.optionalText("former").flatMap(ReplyParser::former),
                        partitions(r.text("partitions")),
                        RestoreSamples.taken(r.text("restores")));
            case "owner-changed" -> new LedgerReply.OwnerChanged();
            case "superseded" -> new LedgerReply.Superseded(r.field("field"));
            case "no-ledger" -> new LedgerReply.NoLedger();
            case "not-empty" -> new LedgerReply.NotEmpty(r.text("key"));
            case "other-owner" -> new LedgerReply.OtherOwner(r.text("connector"), r.text("topic"));
            case "other-cluster" -> new LedgerReply.OtherCluster(r.text("cluster"));
            case "other-keys" -> new LedgerReply.OtherKeys(r.text("keys"));
            case "mode-needed" -> new LedgerReply.ExpiryModeNeeded();
            case "deadlines-not-kept" -> new LedgerReply.DeadlinesNotKept(r.text("what"));
            case "released" -> new LedgerReply.AlreadyReleased();
            case "unknown-format" -> new LedgerReply.UnknownFormat(r.text("version"));
            default -> throw unknown(r);
        };
    }

    static LedgerReply.Apply apply(ScriptReply r) {
        return switch (r.status()) {
            case "applied" ->
                new LedgerReply.Applied(r.field("field"), r.number("now"), r.number("ahead"), discarded(r));
            case "paused" ->
                new LedgerReply.Paused(r.field("field"), r.index("entry"), r.index("command"), discarded(r));
            case "waiting" ->
                new LedgerReply.Awaits(
                        r.field("field"),
                        r.index("partition"),
                        r.text("what").equals("room"),
                        r.index("entry"),
                        discarded(r));
            case "stopped" -> stopped(r, r.index("entry"), discarded(r));
            case "refused" -> refused(r);
            default -> throw unknown(r);
        };
    }

    static LedgerReply.Pass barrier(ScriptReply r) {
        return switch (r.status()) {
            case "passed" -> new LedgerReply.Passed(r.field("field"), r.optionalNumber("epoch"), discarded(r));
            case "waiting" -> new LedgerReply.Waiting(r.text("missing"));
            case "more" -> new LedgerReply.More(r.text("cursor"), discarded(r));
            case "caught-up-before" -> new LedgerReply.CaughtUpBefore(r.text("epoch"));
            case "not-empty" -> new LedgerReply.NotEmpty(r.text("key"));
            case "stopped" -> stopped(r, 0, discarded(r));
            case "refused" -> refused(r);
            default -> throw unknown(r);
        };
    }

    private static Stopped stopped(ScriptReply r, int entry, List<Discarded> discarded) {
        return new Stopped(
                r.field("field"), failureKind(r.text("kind")), r.text("error"), entry, r.index("command"), discarded);
    }

    private static Refused refused(ScriptReply r) {
        return new Refused(r.optionalField("field"), r.optionalNumber("epoch"));
    }

    static LedgerReply.Noted writer(ScriptReply r) {
        return switch (r.status()) {
            case "done" -> LedgerReply.Noted.DONE;
            case "writer-changed" -> LedgerReply.Noted.WRITER_CHANGED;
            case "refused" -> LedgerReply.Noted.REFUSED;
            default -> throw unknown(r);
        };
    }

    /** @param nowNanos the task's clock */
    static LedgerReply.Status status(ScriptReply r, long nowNanos) {
        DatabaseStatus status = new DatabaseStatus(
                r.status().equals("ready"),
                nowNanos + TimeUnit.MILLISECONDS.toNanos(r.number("fresh-until") - r.number("now")),
                DeadlineState.of(r.text("deadlines")),
                r.optionalText("stale").isPresent(),
                partitions(r.text("partitions")),
                r.list("why").stream().map(ScriptValues::text).collect(Collectors.joining(", ")));
        return new LedgerReply.Status(status, partitions(r.text("lost")));
    }

    static LedgerReply.SweptPage sweptPage(ScriptReply r) {
        return new LedgerReply.SweptPage(
                r.status().equals("page"),
                DeadlineState.of(r.text("deadlines")),
                r.text("cursor"),
                r.index("expired"),
                r.index("rewritten"),
                r.optionalText("waits-for"),
                r.number("micros") * 1_000);
    }

    /** @param barrier participants, {@code p0+p3} */
    static Set<Integer> partitions(String barrier) {
        return barrier.equals(ScriptValues.NONE)
                ? Set.of()
                : Barrier.parse(barrier).partitions();
    }

    private static Set<Long> epochs(String text) {
        return Stream.of(text.split(" "))
                .filter(epoch -> !epoch.isEmpty())
                .map(Long::parseLong)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** @param text epoch and writer, as barrier.lua notes them */
    private static Optional<LedgerReply.FormerEpoch> former(String text) {
        int space = text.indexOf(' ');
        return space < 0
                ? Optional.empty()
                : Optional.of(new LedgerReply.FormerEpoch(
                        text.substring(0, space), ScriptValues.writer(text.substring(space + 1))));
    }

    static List<Discarded> discarded(ScriptReply reply) {
        List<?> flat = reply.values("discarded");
        List<Discarded> discarded = new ArrayList<>(flat.size() / 4);
        for (int i = 0; i < flat.size(); i += 4) {
            discarded.add(new Discarded(
                    ((Long) flat.get(i)).intValue(),
                    ((Long) flat.get(i + 1)).intValue(),
                    reason(text((byte[]) flat.get(i + 2))),
                    text((byte[]) flat.get(i + 3))));
        }
        return discarded;
    }

    private static Reason reason(String word) {
        return switch (word) {
            case "wrongtype skip" -> Reason.WRONG_TYPE_SKIPPED;
            case "wrongtype overwrite" -> Reason.WRONG_TYPE_OVERWRITTEN;
            case "wrongtype read" -> Reason.WRONG_TYPE_READ;
            case "conflict skip" -> Reason.CONFLICT_SKIPPED;
            case "conflict overwrite" -> Reason.CONFLICT_OVERWRITTEN;
            case "spop miss" -> Reason.NOTHING_TO_POP;
            default -> throw new IllegalStateException("unknown reason of a discarded command: " + word);
        };
    }

    static FailureKind failureKind(String word) {
        return switch (word) {
            case "wrongtype" -> FailureKind.WRONG_TYPE;
            case "conflict" -> FailureKind.CONFLICT;
            case "own" -> FailureKind.OWN_KEY;
            case "stage" -> FailureKind.PIECE_MISSING;
            case "late" -> FailureKind.LATE;
            case "error" -> FailureKind.ERROR;
            default -> throw new IllegalStateException("unknown kind of error: " + word);
        };
    }

    private static IllegalStateException unknown(ScriptReply r) {
        return new IllegalStateException("unknown reply of a script: " + r.status());
    }
}
