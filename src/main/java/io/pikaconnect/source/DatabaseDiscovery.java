package io.pikaconnect.source;

import io.pikaconnect.failure.TaskFailure;
import io.pikaconnect.replication.MasterProbe;
import io.pikaconnect.replication.Outage;
import io.pikaconnect.replication.ReplicaConfig;
import io.pikaconnect.replication.ReplicationException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a master that is away which databases it has, on a thread of its own, until it answers. */
final class DatabaseDiscovery implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseDiscovery.class);

    /** A fifth of it is the limit of each step: a link over which an answer takes seconds is slow, but works. */
    static final Duration LIMIT = Duration.ofSeconds(40);

    /** Who wants to know; called once, on the asking thread. */
    interface Asker {
        void answered(List<String> databases);

        /** There will be no answer, as somebody has to change something first. */
        void failed(TaskFailure failure);
    }

    private final ReplicaConfig config;
    private final Duration every;
    private final Asker asker;
    private final Thread thread;
    private volatile boolean closed;

    private DatabaseDiscovery(ReplicaConfig config, Duration every, Asker asker) {
        this.config = config;
        this.every = every;
        this.asker = asker;
        this.thread = new Thread(this::run, "pika-source-databases-" + config.name());
        thread.setDaemon(true);
    }

    /** @param every how long to wait before each attempt */
    static DatabaseDiscovery ask(ReplicaConfig config, Duration every, Asker asker) {
        DatabaseDiscovery question = new DatabaseDiscovery(config, every, asker);
        question.thread.start();
        return question;
    }

    private void run() {
        try {
            List<String> databases = await();
            asker.answered(databases);
        } catch (Throwable e) {
            if (!closed) {
                asker.failed(
                        e instanceof ReplicationException
                                ? TaskFailure.of(e.getMessage(), e)
                                : TaskFailure.unexpected(config + ", asking for its databases", e));
            }
        }
    }

    private List<String> await() throws ReplicationException, InterruptedException {
        Outage outage = new Outage();
        while (true) {
            Thread.sleep(every.toMillis());
            try {
                List<String> databases = MasterProbe.ask(config, LIMIT).databases();
                outage.over().ifPresent(said -> LOG.info("{}: the master {}", config, said));
                return databases;
            } catch (ReplicationException e) {
                if (e.kind() != ReplicationException.Kind.RETRY) {
                    throw e;
                }
                outage.failed(e.getMessage()).ifPresent(LOG::warn);
            }
        }
    }

    /** From any thread, but for the one that asks: nobody is told anything afterwards. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
