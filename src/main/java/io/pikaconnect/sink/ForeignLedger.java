package io.pikaconnect.sink;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import redis.clients.jedis.Jedis;

/**
 * A ledger that belongs to another sink, topic or Kafka cluster, or to other keys: why, and what to do.
 *
 * @param setting that has to be changed
 */
record ForeignLedger(String setting, String cause, String remedy) {

    /** Reads the ledger of the db that the connection has selected; empty if it belongs to this sink, or if there is none. */
    static Optional<ForeignLedger> in(
            Jedis jedis, RedisSinkConfig config, String topic, Supplier<Optional<String>> cluster) {
        List<String> owner =
                jedis.hmget(config.ledgerPrefix() + "ledger", "connector", "topic", "cluster", "epoch", "keys");
        if (owner.get(0) == null || owner.get(1) == null) {
            return Optional.empty();
        }
        boolean isOurs = owner.get(0).equals(config.connector())
                || owner.get(0).equals(config.getString(RedisSinkConfig.LEDGER_TAKEOVER));
        if (!isOurs || !owner.get(1).equals(topic)) {
            return Optional.of(of(topic, owner.get(0), owner.get(1)));
        }
        String keys = Optional.ofNullable(owner.get(4)).orElse(ScriptValues.NONE);
        return Optional.ofNullable(owner.get(2))
                .filter(id -> cluster.get().filter(ours -> !ours.equals(id)).isPresent())
                .map(ForeignLedger::ofCluster)
                .or(() -> Optional.of(keys)
                        .filter(others -> owner.get(3) != null && !others.equals(KeySettings.text(config)))
                        .map(others -> ofOtherKeys(config, others)));
    }

    /** @param topic that this sink would apply */
    static ForeignLedger of(String topic, String itsConnector, String itsTopic) {
        boolean sameTopic = itsTopic.equals(topic);
        return new ForeignLedger(
                sameTopic ? RedisSinkConfig.LEDGER_TAKEOVER : RedisSinkConfig.REDIS_DATABASE,
                "The target db belongs to topic " + itsTopic + " of connector " + itsConnector
                        + ", according to its ledger, which was not changed",
                sameTopic
                        ? "If this connector is to continue instead of " + itsConnector
                                + ", as after it was renamed, delete that one and set "
                                + RedisSinkConfig.LEDGER_TAKEOVER + "=" + itsConnector
                                + " here; otherwise choose another Redis or db."
                        : "A db takes one topic: choose another Redis or db.");
    }

    /** @param itsKeys which keys the db has, as the ledger has it */
    static ForeignLedger ofOtherKeys(RedisSinkConfig config, String itsKeys) {
        return new ForeignLedger(
                KeySettings.KEYS_INCLUDE,
                "The target db was filled with " + KeySettings.described(itsKeys)
                        + ", according to its ledger, and now the"
                        + " settings are " + KeySettings.described(KeySettings.text(config))
                        + ": keys would be missing, incomplete or left over",
                "Set them as they were. Or stop the sink and empty the db (FLUSHDB; in a cluster FLUSHALL on each node): it is"
                        + " then filled again from the topic with what is set now.");
    }

    /** @param itsCluster the id of that Kafka cluster */
    static ForeignLedger ofCluster(String itsCluster) {
        return new ForeignLedger(
                RedisSinkConfig.REDIS_DATABASE,
                "The target db was written from the Kafka cluster " + itsCluster
                        + ", according to its ledger, which was not changed; this topic is in another cluster, where the offsets in"
                        + " the ledger mean other records",
                "Choose another Redis or db for this cluster, or deploy the sink where it was.");
    }
}
