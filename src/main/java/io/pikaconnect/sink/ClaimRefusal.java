package io.pikaconnect.sink;

import io.pikaconnect.change.Escaped;
import io.pikaconnect.change.Resp;
import java.util.List;
import org.apache.kafka.connect.errors.ConnectException;

/** Why a partition could not be claimed, by the answers of open.lua, and what to do. */
final class ClaimRefusal {

    private ClaimRefusal() {}

    static ConnectException of(RedisSinkConfig config, SinkPartition p, Ledger.Opened opened) {
        String where = p.topicPartition + " to db " + p.database + " of " + config.target();
        List<String> w = opened.words();
        return switch (opened.status()) {
            case "never" ->
                Stop.of(
                        where,
                        "The target db has no ledger, and rebuild=never forbids to begin from the start of the topic",
                        "Redis has lost its data: restore it, or set rebuild=auto to build it again from the topic.");
            case "notempty" ->
                Stop.of(
                        where,
                        "The target db has no ledger but is not empty; it holds for instance the key "
                                + Escaped.text(Resp.bytes(w.get(0))),
                        "Choose an empty db, or set on.target.not.empty=clear to have everything in it deleted.");
            case "other" -> stop(where, OtherLedger.of(p.topicPartition.topic(), w.get(0), w.get(1)));
            case "cluster" -> stop(where, OtherLedger.ofCluster(w.get(0)));
            case "decide" ->
                Stop.of(
                        where,
                        "The ledger in the target db is of an earlier release of this plugin, under which Redis ended keys"
                                + " by itself, and it was caught up with, so applications may be writing to it",
                        "Say which holds: expiry.mode=held if no application writes to this Redis yet (deadlines are"
                                + " then held until the cut-over), expiry.mode=native if one does.");
            case "deadline" ->
                Stop.of(where, "This server does not keep deadlines: " + w.get(0), TargetProbe.KEEPS_DEADLINES);
            case "released" ->
                Stop.of(
                        where,
                        "expiry.mode=held, but in this db deadlines were released, so applications may be writing to it;"
                                + " held, their keys would never end",
                        "Set expiry.mode=native. To have deadlines held again, empty the db: it is then built again from"
                                + " the topic.");
            default ->
                Stop.of(
                        where,
                        "The ledger in the target db has format " + w.get(0) + ", which this version does not know",
                        "Use the plugin version that wrote it, or a later one.");
        };
    }

    private static ConnectException stop(String where, OtherLedger other) {
        return Stop.of(where, other.cause(), other.remedy());
    }
}
