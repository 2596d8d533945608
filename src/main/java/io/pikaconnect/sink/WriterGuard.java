package io.pikaconnect.sink;

import io.pikaconnect.change.Writer;
import io.pikaconnect.failure.TaskFailure;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Jedis;

/**
 * Makes sure that only one source writes a topic. The ledger has which; another one is accepted only if it declares that it
 * takes over, or if the user has set so (topic.writer), who may also have epochs of other sources passed over.
 *
 * <p>Used by all senders of a task.
 */
final class WriterGuard {

    private static final Logger LOG = LoggerFactory.getLogger(WriterGuard.class);
    private static final String UNNAMED = "a source of release 0.1.0, which does not name itself";

    private enum Verdict {
        FOLLOWS,
        PASSED_OVER,
        REFUSED
    }

    private final Ledger ledger;
    private final SinkCounters counters;
    private final String wanted;

    WriterGuard(RedisSinkConfig config, Ledger ledger, SinkCounters counters) {
        this.ledger = ledger;
        this.counters = counters;
        this.wanted = config.getString(RedisSinkConfig.TOPIC_WRITER);
    }

    /** Which epoch is of which writer, as a sentence for a failure; empty before the first epoch. */
    static String epochWriters(LedgerReply.Claimed claimed) {
        if (claimed.epoch().isEmpty()) {
            return "";
        }
        return "epoch " + claimed.epoch().getAsLong() + " is of " + described(claimed.writer())
                + claimed.former()
                        .map(former -> ", epoch " + former.epoch() + " before it of " + described(former.writer()))
                        .orElse("");
    }

    /** What follows if the partition may not pass this barrier, which begins an epoch; empty if it may. */
    Optional<Outcome> refuse(Jedis jedis, Step.AwaitBarrier step) {
        BarrierRecord barrier = step.barrier();
        Ledger.CurrentWriter now = ledger.currentWriter(jedis);
        long epoch = barrier.header().epoch();
        return switch (classify(now, barrier.writer())) {
            case FOLLOWS -> {
                barrier.acceptWriter(
                        now.text(),
                        "epoch " + epoch + " is of " + described(barrier.writer())
                                + (now.epoch().isPresent()
                                        ? ", epoch " + now.epoch().getAsLong() + " before it of "
                                                + described(now.writer())
                                        : ""));
                yield Optional.empty();
            }
            case PASSED_OVER -> {
                LedgerReply.Noted noted = ledger.noteWriter(
                        jedis,
                        step.assignment().topicPartition(),
                        step.token(),
                        now,
                        now.text(),
                        OptionalLong.of(epoch));
                if (noted == LedgerReply.Noted.DONE) {
                    counters.discards.count(
                            "other.writer",
                            () -> step.assignment() + ": epoch " + epoch + " of " + described(barrier.writer())
                                    + " is passed over, since topic.writer=" + wanted);
                }
                yield Optional.of(new Outcome.Unclaimed()); // the claim returns which epochs are passed over
            }
            case REFUSED -> Optional.of(new Outcome.Failed(refusedBarrier(now, barrier)));
        };
    }

    private Verdict classify(Ledger.CurrentWriter now, Optional<Writer> writer) {
        Optional<Writer> former = now.writer();
        if (!wanted.isEmpty()) {
            boolean isWanted = writer.map(w -> w.isNamed(wanted)).orElse(former.isEmpty());
            return isWanted ? Verdict.FOLLOWS : Verdict.PASSED_OVER;
        }
        boolean follows = now.epoch().isEmpty()
                || Writer.mayFollow(writer, former, now.epoch().getAsLong());
        return follows ? Verdict.FOLLOWS : Verdict.REFUSED;
    }

    /** Compares the writer that a record names with the ledger's. */
    Outcome check(Jedis jedis, Step.CheckWriter step) {
        WriterCheck note = step.note();
        Ledger.CurrentWriter now = ledger.currentWriter(jedis);
        Writer writer = note.writer();
        Optional<Writer> known = now.writer();
        boolean ofEpoch = now.epoch().equals(OptionalLong.of(note.epoch()));
        boolean isWanted = !wanted.isEmpty() && writer.isNamed(wanted);
        boolean isKnown = known.filter(writer::isSameConnector).isPresent();
        if (ofEpoch && (writer.mayContinue(known) || isWanted)) {
            String noted = isKnown ? merge(writer, known.get()).toString() : writer.toString();
            if (!noted.equals(now.text())) {
                LedgerReply.Noted reply = ledger.noteWriter(
                        jedis, step.assignment().topicPartition(), step.token(), now, noted, OptionalLong.empty());
                if (reply != LedgerReply.Noted.DONE) {
                    return new Outcome.Again(); // checked again, or refused with what comes next
                }
                LOG.info("{}: epoch {} is written by {}", step.assignment(), note.epoch(), writer.described());
            }
        } else if (ofEpoch && wanted.isEmpty()
                || isOlder(note, now) && !isKnown && known.isPresent() && wanted.isEmpty()) {
            return new Outcome.Failed(refusedRecord(now, note));
        }
        return new Outcome.Done(note, Optional.empty());
    }

    private static boolean isOlder(WriterCheck note, Ledger.CurrentWriter now) {
        return now.epoch().isPresent() && note.epoch() < now.epoch().getAsLong();
    }

    /** The ledger's writer, with what the ledger did not have of it. */
    private static Writer merge(Writer writer, Writer known) {
        return new Writer(
                known.connector(),
                known.group().isEmpty() ? writer.group() : known.group(),
                known.master().isEmpty() ? writer.master() : known.master(),
                known.previous(),
                known.takes(),
                known.severalTypes() || writer.severalTypes());
    }

    private static ConnectException refusedBarrier(Ledger.CurrentWriter now, BarrierRecord barrier) {
        String that = described(barrier.writer());
        return TaskFailure.of(
                ChangeRecord.describe(barrier.record()),
                "Here begins a full sync by " + that + ", but so far the topic is written by " + described(now.writer())
                        + " (epoch " + now.epoch().getAsLong() + "). Nothing of it was applied: Redis holds what "
                        + shortName(now.writer()) + " wrote",
                remedy(now.writer(), barrier.writer())
                        + " A full sync begins with an empty db: a sink that had been caught up takes it only with"
                        + " on.new.epoch=clear.");
    }

    private static ConnectException refusedRecord(Ledger.CurrentWriter now, WriterCheck note) {
        Optional<Writer> that = Optional.of(note.writer());
        return TaskFailure.of(
                ChangeRecord.describe(note.record().record()),
                "Two sources write this topic: this record of epoch " + note.epoch() + " is of " + described(that)
                        + ", but epoch " + now.epoch().getAsLong() + " is written by " + described(now.writer())
                        + ". It was not applied",
                remedy(now.writer(), that));
    }

    private static String remedy(Optional<Writer> known, Optional<Writer> other) {
        if (known.isPresent() && other.filter(known.get()::isSameConnector).isPresent()) {
            return "If the other Pika is meant, set " + RedisSinkConfig.TOPIC_WRITER + "="
                    + other.get().connector() + " here; else correct the source's pika.address.";
        }
        return "Only one source may write a topic. If " + shortName(other)
                + " is there by mistake, delete it or give it"
                + " another topic.prefix, and set " + RedisSinkConfig.TOPIC_WRITER + "=" + name(known)
                + " here: what the other wrote is then passed over, and Redis stays as it is. If it continues instead of "
                + shortName(known) + ", delete that one, and set " + RedisSinkConfig.TOPIC_WRITER + "=" + name(other)
                + " here (topic.takeover, set at the source before its first start, does the same).";
    }

    private static String described(Optional<Writer> writer) {
        return writer.map(Writer::described).orElse(UNNAMED);
    }

    private static String shortName(Optional<Writer> writer) {
        return writer.map(Writer::fullName).orElse("the source of release 0.1.0");
    }

    private static String name(Optional<Writer> writer) {
        return writer.map(Writer::fullName).orElse("(the other connector's name)");
    }
}
