package io.pikaconnect.sink;

import static io.pikaconnect.sink.ScriptValues.field;
import static io.pikaconnect.sink.ScriptValues.longOf;
import static io.pikaconnect.sink.ScriptValues.number;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes types of what the scripts reply; the words that the scripts use are known here and nowhere else in Java. */
final class ReplyParser {

    private ReplyParser() {}

    static LedgerReply.Claim claim(List<byte[]> r) {
        return switch (text(r.get(0))) {
            case "claimed" ->
                new LedgerReply.Claimed(
                        text(r.get(1)),
                        LedgerField.parse(text(r.get(2))),
                        longOf(r.get(3)),
                        longOf(r.get(4)).orElseThrow(),
                        longOf(r.get(6)).orElseThrow(),
                        DeadlineState.of(text(r.get(7))),
                        writer(text(r.get(8))),
                        epochs(text(r.get(9))),
                        former(text(r.get(10))));
            case "moved" -> new LedgerReply.OwnerChanged();
            case "zombie" -> new LedgerReply.Superseded(LedgerField.parse(text(r.get(1))));
            case "never" -> new LedgerReply.NoLedger();
            case "notempty" -> new LedgerReply.NotEmpty(text(r.get(1)));
            case "other" -> new LedgerReply.OtherOwner(text(r.get(1)), text(r.get(2)));
            case "cluster" -> new LedgerReply.OtherCluster(text(r.get(1)));
            case "decide" -> new LedgerReply.ExpiryModeNeeded();
            case "deadline" -> new LedgerReply.DeadlinesNotKept(text(r.get(1)));
            case "released" -> new LedgerReply.AlreadyReleased();
            case "format" -> new LedgerReply.UnknownFormat(text(r.get(1)));
            default -> throw unknown(r.get(0));
        };
    }

    static LedgerReply.Apply apply(List<byte[]> r) {
        return switch (text(r.get(0))) {
            case "applied" ->
                new LedgerReply.Applied(
                        field(r.get(1)).orElseThrow(),
                        longOf(r.get(3)).orElseThrow(),
                        longOf(r.get(4)).orElseThrow(),
                        discarded(r, 9));
            case "refused" -> new Refused(field(r.get(1)), longOf(r.get(2)));
            case "stopped" ->
                new Stopped(
                        field(r.get(1)).orElseThrow(),
                        failureKind(text(r.get(6))),
                        text(r.get(5)),
                        number(r, 7),
                        number(r, 8),
                        discarded(r, 9));
            default -> throw unknown(r.get(0));
        };
    }

    /** Redis' clock when {@code apply.lua} ran. */
    static long applyTime(List<byte[]> r) {
        return longOf(r.get(3)).orElseThrow();
    }

    static LedgerReply.Pass barrier(List<byte[]> r) {
        return switch (text(r.get(0))) {
            case "passed" -> new LedgerReply.Passed(field(r.get(1)).orElseThrow(), longOf(r.get(2)), discarded(r, 7));
            case "waiting" -> new LedgerReply.Waiting(text(r.get(4)));
            case "more" -> new LedgerReply.More(text(r.get(4)), r.subList(7, r.size()));
            case "newepoch" -> new LedgerReply.CaughtUpBefore(text(r.get(4)));
            case "notempty" -> new LedgerReply.NotEmpty(text(r.get(4)));
            case "refused" -> new Refused(field(r.get(1)), longOf(r.get(2)));
            case "stopped" ->
                new Stopped(
                        field(r.get(1)).orElseThrow(),
                        failureKind(text(r.get(5))),
                        text(r.get(4)),
                        0,
                        number(r, 6),
                        List.of());
            default -> throw unknown(r.get(0));
        };
    }

    static LedgerReply.Noted writer(List<byte[]> r) {
        return switch (text(r.get(0))) {
            case "done" -> LedgerReply.Noted.DONE;
            case "moved" -> LedgerReply.Noted.WRITER_CHANGED;
            case "refused" -> LedgerReply.Noted.REFUSED;
            default -> throw unknown(r.get(0));
        };
    }

    static LedgerReply.Status status(List<byte[]> r) {
        DatabaseStatus status = new DatabaseStatus(
                text(r.get(0)).equals("1"),
                DatabaseStatus.nanosIn(longOf(r.get(2)).orElseThrow() - statusTime(r)),
                DeadlineState.of(text(r.get(3))),
                !text(r.get(4)).equals(ScriptValues.NONE),
                partitions(text(r.get(6))),
                r.subList(8, r.size()).stream().map(ScriptValues::text).collect(Collectors.joining(", ")));
        return new LedgerReply.Status(status, partitions(text(r.get(7))));
    }

    /** Redis' clock when {@code status.lua} ran. */
    static long statusTime(List<byte[]> r) {
        return longOf(r.get(1)).orElseThrow();
    }

    static LedgerReply.SweptPage sweptPage(List<byte[]> r) {
        return new LedgerReply.SweptPage(
                text(r.get(0)).equals("page"),
                DeadlineState.of(text(r.get(1))),
                text(r.get(2)),
                number(r, 3),
                number(r, 4),
                Optional.of(text(r.get(5))).filter(why -> !why.equals(ScriptValues.NONE)),
                longOf(r.get(6)).orElseThrow() * 1_000);
    }

    static Optional<Writer> writer(String text) {
        return text.equals(ScriptValues.NONE) ? Optional.empty() : Optional.of(Writer.parse(text));
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
                : Optional.of(new LedgerReply.FormerEpoch(text.substring(0, space), writer(text.substring(space + 1))));
    }

    private static List<Discarded> discarded(List<byte[]> r, int from) {
        List<Discarded> discarded = new ArrayList<>();
        for (int i = from; i < r.size(); i += 4) {
            discarded.add(
                    new Discarded(number(r, i), number(r, i + 1), reason(text(r.get(i + 2))), text(r.get(i + 3))));
        }
        return discarded;
    }

    private static Reason reason(String how) {
        return switch (how) {
            case "wrongtype skip" -> Reason.WRONG_TYPE_SKIPPED;
            case "wrongtype overwrite" -> Reason.WRONG_TYPE_OVERWRITTEN;
            case "wrongtype read" -> Reason.WRONG_TYPE_READ;
            case "conflict skip" -> Reason.CONFLICT_SKIPPED;
            case "conflict overwrite" -> Reason.CONFLICT_OVERWRITTEN;
            case "spop miss" -> Reason.NOTHING_TO_POP;
            default -> throw new IllegalStateException("unknown reason of a discarded command: " + how);
        };
    }

    private static FailureKind failureKind(String word) {
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

    private static IllegalStateException unknown(byte[] status) {
        return new IllegalStateException("unknown reply of a script: " + text(status));
    }
}
