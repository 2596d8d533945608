package io.pikaconnect.sink;

import java.util.List;
import java.util.Optional;
import redis.clients.jedis.Jedis;

/** The db that a sink fills, as it is seen from outside: on one server, or on the masters of a cluster. */
public interface TargetDb extends AutoCloseable {

    /** A connection to each server that has keys; they are closed with this. */
    List<Jedis> servers();

    /** The connection to the server that has this key, or would have it. */
    Jedis serverOf(byte[] key);

    /**
     * Asks again which server has what, after one did not have what it should.
     *
     * @return whether it may be another one now; false where there is only one
     */
    boolean refresh();

    /** The sink's ledger; empty if there is none. */
    Optional<LedgerView> ledger();

    @Override
    void close();

    /** How many keys there are, the sink's own among them. */
    default long size() {
        return servers().stream().mapToLong(Jedis::dbSize).sum();
    }

    /**
     * A db on one server.
     *
     * @param jedis with the db selected
     * @param prefix of the sink's own keys
     */
    static TargetDb on(Jedis jedis, String prefix) {
        return new ServerDb(jedis, prefix);
    }
}
