package io.pikaconnect.replication;

import io.pikaconnect.replication.ReplicationException.Kind;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Until when a conversation lasts: its end cuts pauses and the connection short. Safe for threads. */
final class Lifetime {

    private static final String OVER = "the replica was closed";

    private final CountDownLatch over = new CountDownLatch(1);
    /** The connection in use; guarded by this. */
    private Optional<Connection> connection = Optional.empty();

    /** From now on {@code used} is the connection; one that comes too late is closed at once. */
    synchronized void use(Connection used) {
        connection = Optional.of(used);
        if (isOver()) {
            used.close(OVER);
        }
    }

    /** Waits. */
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
