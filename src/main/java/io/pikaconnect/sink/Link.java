package io.pikaconnect.sink;

import io.pikaconnect.failure.TaskFailure;
import java.net.Socket;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import redis.clients.jedis.Jedis;

/** A sender's way to Redis while its connection lasts. The sender's thread only. */
interface Link {

    /** How a link is made. */
    interface Opener {

        /**
         * @param database that is needed first
         * @param opened gets each socket before anything is sent
         */
        Link open(int database, Consumer<Socket> opened);
    }

    /** Why Redis cannot be the target; asked once, after it was opened. */
    Optional<TaskFailure> refusal();

    /**
     * Looks, from time to time, whether Redis is still right.
     *
     * @return why it cannot be the target any more
     * @throws redis.clients.jedis.exceptions.JedisConnectionException if another one is by now
     */
    Optional<TaskFailure> check();

    Outcome run(Step step);

    /** Does what is due for a db besides its records. */
    void maintain(SinkPartition p);

    /** How long until {@link #maintain} has something to do for it, ns; at most that long. */
    long nanosUntilMaintenance(SinkPartition p, long now, long most);

    /** Whether {@link #leave} has anything to do. */
    boolean notesWhatIsLeft();

    /** The partition is not the task's any more: notes what makes its next start short. */
    void leave(TopicPartition partition);

    /** The connection on which the ledger of that db is. */
    Jedis ledger(int database);

    /** Notices whether it is broken. */
    void ping();

    void disconnect();
}
