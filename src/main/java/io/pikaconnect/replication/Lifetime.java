package io.pikaconnect.replication;

import io.pikaconnect.replication.ReplicationException.Kind;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Stop signal of a replica: ends pauses and closes the connection. Thread-safe. */
final class Lifetime {

    private static final String OVER = "the replica was closed";

    private final CountDownLatch over = new CountDownLatch(1);
    /** The connection in use; guarded by this. */
    private Optional<Connection> connection = Optional.empty();

    /** Registers the connection in use; one that is registered after the end is closed at once. */
    synchronized void use(Connection used) {
        connection = Optional.of(used);
        if (isOver()) {
            used.close(OVER);
        }
    }

    /** Pauses, unless the end comes first. */
    void pause(Duration time) throws ReplicationException, InterruptedException {
        if (over.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new ReplicationException(Kind.RETRY, OVER);
        }
    }

    boolean isOver() {
        return over.getCount() == 0;
    }

    synchronized void end() {
        over.countDown();
        connection.ifPresent(l -> l.close(OVER));
    }
}
