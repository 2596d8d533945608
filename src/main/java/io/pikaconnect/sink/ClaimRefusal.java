package io.pikaconnect.sink;

import io.pikaconnect.change.Escaped;
import io.pikaconnect.change.Resp;
import io.pikaconnect.failure.TaskFailure;
import org.apache.kafka.connect.errors.ConnectException;

/** Why a partition could not be claimed, by the replies of open.lua, and what to do. */
final class ClaimRefusal {

    private ClaimRefusal() {}

    /** @param reply one that is not {@link LedgerReply.Claimed}, {@link LedgerReply.Superseded} or {@link LedgerReply.OwnerChanged} */
    static ConnectException of(RedisSinkConfig config, Step.Assignment p, LedgerReply.Claim reply) {
        String where = p + " to db " + p.database() + " of " + config.target();
        if (reply instanceof LedgerReply.NoLedger) {
            return TaskFailure.of(
                    where,
                    "The target db has no ledger, and rebuild=never forbids starting from the beginning of the topic",
                    "Redis has lost its data: restore it, or set rebuild=auto to have it rebuilt from the topic.");
        }
        if (reply instanceof LedgerReply.NotEmpty notEmpty) {
            return TaskFailure.of(
                    where,
                    "The target db has no ledger but is not empty; it holds, for instance, the key "
                            + Escaped.text(Resp.bytes(notEmpty.key())),
                    "Choose an empty db, or set on.target.not.empty=clear to have everything in it deleted.");
        }
        if (reply instanceof LedgerReply.OtherOwner other) {
            return stop(where, ForeignLedger.of(p.topic(), other.connector(), other.topic()));
        }
        if (reply instanceof LedgerReply.OtherCluster other) {
            return stop(where, ForeignLedger.ofCluster(other.id()));
        }
        if (reply instanceof LedgerReply.OtherKeys other) {
            return stop(where, ForeignLedger.ofOtherKeys(config, other.settings()));
        }
        if (reply instanceof LedgerReply.ExpiryModeNeeded) {
            return TaskFailure.of(
                    where,
                    "The ledger in the target db is of an earlier release of this plugin, under which Redis expired"
                            + " keys by itself, and Redis was caught up, so applications may be writing to it",
                    "Set which applies: expiry.mode=held if no application writes to this Redis yet (deadlines are"
                            + " then held until the cut-over), expiry.mode=native if one does.");
        }
        if (reply instanceof LedgerReply.DeadlinesNotKept server) {
            return TaskFailure.of(
                    where, "This server does not keep deadlines: " + server.what(), TargetProbe.KEEPS_DEADLINES);
        }
        if (reply instanceof LedgerReply.AlreadyReleased) {
            return TaskFailure.of(
                    where,
                    "expiry.mode=held, but in this db deadlines were released, so applications may be writing to it;"
                            + " their keys would be held and never expire",
                    "Set expiry.mode=native. To have deadlines held again, empty the db: it is then rebuilt from the"
                            + " topic.");
        }
        return TaskFailure.of(
                where,
                "The ledger in the target db has format " + ((LedgerReply.UnknownFormat) reply).version()
                        + ", which this version does not know",
                "Use the plugin version that wrote it, or a later one.");
    }

    private static ConnectException stop(String where, ForeignLedger other) {
        return TaskFailure.of(where, other.cause(), other.remedy());
    }
}
