package io.pikaconnect.replication;

import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.ReplicationProto.Response;
import io.pikaconnect.replication.Responses.Accepted;
import io.pikaconnect.replication.Responses.PositionRejected;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a stream starts on a connection, so that as many as possible of the items before the position come once more and are
 * compared with those that were received ({@link LastItems}).
 *
 * <p>A replica that took a full sync of its own has only padding before that place in its log (replication-protocol 8.4),
 * and once promoted it refuses every start there, or ends the connection. What was before came to it in its dump, so nothing
 * need be lost: the comparison starts later then. But another history refuses starts, too, and may take a later one by
 * chance. The start of the file tells them apart: a log that starts within the file cannot be read from there, and any
 * other one can. Only after that a start that was refused is passed over, and what is then not compared is logged; a log
 * that can be read from the start of its file is compared from there on.
 *
 * <p>For the thread that follows.
 */
final class StreamStarts {

    private static final Logger LOG = LoggerFactory.getLogger(StreamStarts.class);

    /** How often a comparison may be cut off before it starts later: something may be missing there. */
    private static final int COMPARISONS = 3;

    /** How often a connection has to end at the start of a file: a master that stops looks the same. */
    private static final int CLOSINGS = 2;

    private static final BinlogPosition NOWHERE = new BinlogPosition(-1, 0);
    private static final long NONE = -1;

    /**
     * A start.
     *
     * @param from which position
     * @param compared the items that have to come; empty where none are compared
     * @param accepted by the master
     */
    record Start(BinlogPosition from, Optional<LastItems.Chain> compared, Accepted accepted) {}

    private record Candidate(BinlogPosition from, Optional<LastItems.Chain> compared) {}

    private String server = "";
    /** The log cannot be read from there, nor from before. */
    private BinlogPosition tooEarly = NOWHERE;
    /** The file that starts with padding. */
    private long padded = NONE;
    /** The file that can be read from its start. */
    private long whole = NONE;
    /** A start that is no start of an item, if the log is whole there. */
    private Optional<Candidate> suspect = Optional.empty();

    private int closings;
    private int comparisons;

    /**
     * Finds a start that the master accepts.
     *
     * @param safe what is acknowledged, from which on the master shall keep its log
     * @param had what is received
     */
    Start find(Handshake on, ReplicaConfig config, BinlogPosition safe, BinlogPosition had, LastItems last)
            throws ReplicationException, PositionRejected, InterruptedException {
        forgetUnlessOf(config.member() + " " + on.master().runId());
        Responses responses = new Responses(config);
        List<Candidate> candidates = candidates(safe, had, last);
        Candidate youngest = candidates.get(candidates.size() - 1);
        if (suspect.isPresent()) {
            Candidate tried = suspect.get();
            suspect = Optional.empty();
            return fromStartOfFile(on, responses, tried);
        }
        for (Candidate candidate : candidates) {
            boolean isLast = candidate.equals(youngest);
            if (!isLast && candidate.from.compareTo(tooEarly) <= 0) {
                continue;
            }
            Response answer = on.connection().ask(on.requests().trySync(candidate.from));
            if (Responses.unreadable(answer) && whole != candidate.from.filenum()) {
                if (padded != candidate.from.filenum()) {
                    return fromStartOfFile(on, responses, candidate);
                }
                if (isLast) {
                    throw responses.startsLater(had);
                }
            }
            if (!isLast
                    && (Responses.purged(answer)
                            || Responses.unreadable(answer) && padded == candidate.from.filenum())) {
                tooEarly = candidate.from;
                continue;
            }
            Accepted accepted = responses.trySync(answer, candidate.from);
            report(config, candidate, last, had);
            return new Start(candidate.from, candidate.compared, accepted);
        }
        throw new IllegalStateException("no start of " + candidates);
    }

    private void forgetUnlessOf(String now) {
        if (!now.equals(server)) {
            server = now;
            tooEarly = NOWHERE;
            padded = NONE;
            whole = NONE;
            suspect = Optional.empty();
            closings = 0;
            comparisons = 0;
        }
    }

    /**
     * From the earliest start, where the most is compared, to the position itself, where nothing is. What is acknowledged is
     * preferred to what is only received: from there on the master has to keep its log for a restart of the task.
     */
    private static List<Candidate> candidates(BinlogPosition safe, BinlogPosition had, LastItems last) {
        List<Candidate> candidates = new ArrayList<>();
        BinlogPosition latest = NOWHERE;
        for (LastItems.Chain chain : last.chains()) {
            boolean safeIsNext = latest.compareTo(safe) < 0 && chain.from().compareTo(safe) > 0;
            if (safeIsNext) {
                candidates.add(new Candidate(safe, Optional.of(chain)));
            }
            candidates.add(new Candidate(chain.from(), Optional.of(chain)));
            latest = chain.from();
        }
        if (latest.compareTo(safe) < 0) {
            candidates.add(new Candidate(safe, Optional.empty()));
        }
        if (safe.compareTo(had) < 0) {
            candidates.add(new Candidate(had, Optional.empty()));
        }
        return candidates;
    }

    /** Whether the log is whole there: it can be read from the start of the file then, and is compared on the way. */
    private static Start fromStartOfFile(Handshake on, Responses responses, Candidate refused)
            throws ReplicationException, PositionRejected, InterruptedException {
        responses.end(on.connection().ask(on.requests().trySync(Responses.BEYOND))); // it may refuse any position
        BinlogPosition start = new BinlogPosition(refused.from.filenum(), 0);
        Response answer = on.connection().ask(on.requests().trySync(start));
        if (Responses.unreadable(answer)) {
            responses.trySync(answer, refused.from); // names the start that is refused
        }
        return new Start(start, refused.compared, responses.trySync(answer, start));
    }

    private void report(ReplicaConfig config, Candidate start, LastItems last, BinlogPosition had) {
        if (last.chains().isEmpty() || tooEarly.equals(NOWHERE)) {
            return;
        }
        LastItems.Chain all = last.chains().get(0);
        if (start.compared.isEmpty()) {
            LOG.warn(
                    "{}: none of the last {} items before {} can be compared with the log there, which cannot be read from {}"
                            + " or before: that of a replica which took a full sync of its own starts there, or the files"
                            + " are gone. The position is in it, and so are the data by their replication id; if this"
                            + " server was promoted without its master's last items, the target may keep some of those",
                    config,
                    all.items(),
                    had,
                    tooEarly);
        } else if (start.compared.get().items() < all.items()) {
            LOG.warn(
                    "{}: of the last {} items before {} only {}, from {} on, are compared with the log there, which cannot"
                            + " be read from {} or before: that of a replica which took a full sync of its own starts"
                            + " there, or the files are gone. What was before is not compared",
                    config,
                    all.items(),
                    had,
                    start.compared.get().items(),
                    start.compared.get().from(),
                    tooEarly);
        }
    }

    /**
     * The stream has ended. Why another start is to be tried, if that is so: nothing could be read of what was received
     * before, or the comparison was cut off.
     */
    Optional<String> ended(Start start, BinlogPosition had, ReplicaSession session, Connection.End end) {
        boolean before = start.from.compareTo(had) < 0;
        boolean atStartOfFile = start.from.offset() == 0;
        whole = session.readable() && atStartOfFile ? start.from.filenum() : whole;
        if (!before || !session.comparing() && start.compared.isPresent()) {
            comparisons = 0;
            return Optional.empty();
        }
        if (session.readable()) {
            return cutOff(start, session, end);
        }
        boolean closed = session.padded() || end.by() == Connection.By.MASTER;
        if (closed && atStartOfFile) {
            closings += session.padded() ? CLOSINGS : 1;
            if (closings >= CLOSINGS) {
                closings = 0;
                padded = start.from.filenum();
                tooEarly = later(tooEarly, start.from);
            } else {
                suspect = Optional.of(new Candidate(start.from, start.compared));
            }
        } else if (closed) {
            tooEarly = later(tooEarly, start.from);
        } else if (session.broken().isPresent() && padded == start.from.filenum()) {
            tooEarly = later(tooEarly, start.from);
        } else if (session.broken().isPresent() && !atStartOfFile && whole != start.from.filenum()) {
            suspect = Optional.of(new Candidate(start.from, start.compared));
        } else {
            return Optional.empty();
        }
        return Optional.of("nothing could be read from " + start.from + " on: " + end.reason());
    }

    private Optional<String> cutOff(Start start, ReplicaSession session, Connection.End end) {
        if (!session.comparing()) {
            return Optional.empty();
        }
        if (++comparisons >= COMPARISONS) {
            comparisons = 0;
            tooEarly = later(tooEarly, start.compared.orElseThrow().from());
        }
        return Optional.of("the items before the position could not all be compared: " + end.reason());
    }

    private static BinlogPosition later(BinlogPosition a, BinlogPosition b) {
        return a.compareTo(b) > 0 ? a : b;
    }
}
