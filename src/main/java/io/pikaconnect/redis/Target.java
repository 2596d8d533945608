package io.pikaconnect.redis;

import java.net.Socket;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.function.Consumer;
import redis.clients.jedis.Jedis;

/**
 * The Redis that a sink writes to: the one place that knows how it is reached, which server that is at the moment, and
 * which setting is to be changed when it is not there. Its text names it in logs and messages. Thread-safe.
 */
public sealed interface Target permits StandaloneTarget, SentinelTarget, ClusterTarget {

    /**
     * A connection to the server that takes writes, with this db selected; the caller closes it.
     *
     * @param answerMs longest wait for a reply
     * @param opened gets each socket before anything is sent; closing it ends every wait for it
     * @throws ConnectFailed if there is no such server, with the reason
     * @throws redis.clients.jedis.exceptions.JedisDataException if it does not let us in
     */
    Jedis connect(int database, int answerMs, Consumer<Socket> opened);

    /** The same, where nobody has to end the wait. */
    default Jedis connect(int database, int answerMs) {
        return connect(database, answerMs, socket -> {});
    }

    /**
     * Another server that takes the writes by now, by its address, although the one that is connected to still answers.
     *
     * @param connected the other end of a connection that {@link #connect} made
     */
    Optional<String> successorOf(SocketAddress connected);

    /** The setting that says where it is. */
    String setting();
}
