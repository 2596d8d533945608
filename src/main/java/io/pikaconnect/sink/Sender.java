package io.pikaconnect.sink;

import io.pikaconnect.failure.TaskFailure;
import io.pikaconnect.redis.Target;
import io.pikaconnect.retry.Backoff;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * One connection to Redis and its thread: in each round it takes, runs and settles one step of each of its partitions.
 *
 * <p>A connection that breaks may have lost a reply, and Redis may come back with less than it had. So after every connect
 * each partition is claimed again and read again from the ledger's place.
 */
final class Sender {

    private static final Logger LOG = LoggerFactory.getLogger(Sender.class);

    private static final long WITHOUT_PARTITIONS_NANOS = 1_000_000_000L;
    private static final long IDLE_NANOS = 20_000_000L;
    private static final long PING_EVERY_NANOS = 2_000_000_000L;
    private static final long LOG_EVERY_NANOS = 30_000_000_000L;

    private static final Backoff RECONNECT = Backoff.ofMillis(100, 2_000);

    private final TaskClock clock;
    private final Target target;
    private final Link.Opener opener;
    private final SinkCounters counters;
    private final Optional<IdleTaskPoller> idlePoller;
    private final Thread thread;

    /** Changed by the task's thread, read by this thread. */
    private final List<SinkPartition> partitions = new CopyOnWriteArrayList<>();

    /** A partition that was taken away, and what waits until the link has noted that. */
    private record Leaving(TopicPartition partition, CompletableFuture<Void> isNoted) {}

    /** Filled by the task's thread, emptied by this thread. */
    private final Queue<Leaving> leaving = new ConcurrentLinkedQueue<>();

    private volatile boolean stopped;
    private volatile boolean hasFoundCluster;
    private volatile Optional<Link> link = Optional.empty();

    /** Of the link, or of one that is being made; closed to stop this thread. */
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    // This thread's own.
    private int failedConnects;
    private long loggedNanos;
    private long lastReplyNanos;

    /** @param idlePoller reads the ledgers while the whole task has no partitions; one sender of a task has it */
    Sender(String name, Links links, SinkCounters counters, Optional<IdleTaskPoller> idlePoller, TaskClock clock) {
        this.clock = clock;
        this.target = links.target();
        this.opener = links.opener();
        this.counters = counters;
        this.idlePoller = idlePoller;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    /** From now on its thread takes the turns. */
    void start() {
        thread.start();
    }

    int size() {
        return partitions.size();
    }

    void add(SinkPartition partition) {
        partition.onWake(this::wake);
        partitions.add(partition);
        wake();
    }

    /**
     * Takes a partition away.
     *
     * @return what is complete once the link has noted that; empty if it has nothing to note
     */
    Optional<CompletableFuture<Void>> remove(TopicPartition topicPartition) {
        boolean wasHere = partitions.removeIf(p -> p.topicPartition.equals(topicPartition));
        if (!wasHere || link.filter(Link::notesWhatIsLeft).isEmpty() || !thread.isAlive()) {
            return Optional.empty();
        }
        CompletableFuture<Void> isNoted = new CompletableFuture<>();
        leaving.add(new Leaving(topicPartition, isNoted));
        LockSupport.unpark(thread);
        return Optional.of(isNoted);
    }

    /** Whether it has its connection, or needs none. */
    boolean isConnected() {
        return link.isPresent() || partitions.isEmpty();
    }

    /** Whether Redis turned out to be a cluster; nothing was done then. */
    boolean hasFoundCluster() {
        return hasFoundCluster;
    }

    /** There may be something new to do. */
    void wake() {
        if (!partitions.isEmpty()) {
            LockSupport.unpark(thread);
        }
    }

    /** Ends the thread soon, and any wait for Redis or Kafka; from any thread. */
    void stop() {
        stopped = true;
        sockets.forEach(Sender::close);
        thread.interrupt();
    }

    /** Waits until the thread has ended, at most until then by {@link System#nanoTime}. */
    void awaitStopped(long untilNanos) {
        try {
            thread.join(Math.max(1, (untilNanos - System.nanoTime()) / 1_000_000));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!stopped) {
            long pause = turn();
            if (pause > 0) {
                LockSupport.parkNanos(pause);
            }
        }
        link.ifPresent(Link::disconnect);
    }

    /**
     * Does for each partition what is next, once. Called by the thread, or, if that was not started, by a test.
     *
     * @return how long to wait before the next turn, ns, unless {@link #wake} is called; 0 if there is more to do
     */
    long turn() {
        try {
            letLeave();
            if (partitions.isEmpty()) {
                idlePoller.ifPresent(
                        poller -> poller.poll(database -> link(database).ledger(database)));
                return WITHOUT_PARTITIONS_NANOS;
            }
            if (round()) {
                lastReplyNanos = clock.nanos();
                return 0;
            }
            pingWhenIdle();
            return nanosUntilNextStep();
        } catch (ClusterFound e) {
            hasFoundCluster = true;
            return WITHOUT_PARTITIONS_NANOS;
        } catch (JedisConnectionException e) {
            return connectionLost(RedisErrors.CONNECTION, e.getMessage());
        } catch (JedisDataException e) {
            if (RedisErrors.isTransient(e.getMessage())) {
                return connectionLost(RedisErrors.classOf(e.getMessage()), e.getMessage());
            }
            failAll(TaskFailure.of(
                    target,
                    "Redis refuses what the sink has to do: " + RedisRemedies.sanitized(e.getMessage()),
                    RedisRemedies.remedy(e.getMessage())));
        } catch (RuntimeException | Error e) { // the thread must not end silently: nobody else has its partitions
            if (!stopped) {
                TaskFailure failure = TaskFailure.unexpected(target, e);
                LOG.error("Unexpected: {}", failure.getMessage(), failure.getCause());
                failAll(failure);
            }
        }
        return 0;
    }

    private void letLeave() {
        for (Leaving next = leaving.poll(); next != null; next = leaving.poll()) {
            Leaving gone = next;
            try {
                link.filter(open -> !gone.isNoted().isDone()).ifPresent(open -> open.leave(gone.partition()));
            } finally {
                gone.isNoted().complete(null);
            }
        }
    }

    /** Whether anything was done, so that there may be more. */
    private boolean round() {
        boolean worked = false;
        link.flatMap(Link::check).ifPresent(this::failAll);
        for (SinkPartition p : partitions) {
            if (stopped) {
                return true;
            }
            if (p.isActive()) {
                Link open = link(p.database);
                worked |= step(open, p);
                open.maintain(p);
            }
        }
        return worked;
    }

    /** Whether anything was done, so that there may be more. */
    private boolean step(Link open, SinkPartition p) {
        Optional<Step> step = p.nextStep();
        if (step.isEmpty()) {
            return false;
        }
        Outcome outcome = run(open, p, step.get());
        p.settle(outcome);
        outcome.reconnectsAfter().ifPresent(error -> {
            throw new JedisConnectionException(error);
        });
        return outcome.more();
    }

    private static Outcome run(Link open, SinkPartition p, Step step) {
        try {
            return open.run(step);
        } catch (JedisException e) {
            p.stepFailed(step);
            throw e;
        }
    }

    /** At most {@link #IDLE_NANOS}; shorter if something is due before that. */
    private long nanosUntilNextStep() {
        long now = clock.nanos();
        return partitions.stream()
                .mapToLong(p -> {
                    long untilStep = p.nanosUntilNextStep(now, IDLE_NANOS);
                    return link.map(open -> open.nanosUntilMaintenance(p, now, untilStep))
                            .orElse(untilStep);
                })
                .min()
                .orElse(IDLE_NANOS);
    }

    /** So that a connection that breaks while there is nothing to do is noticed: Redis may have come back with less. */
    private void pingWhenIdle() {
        long now = clock.nanos();
        if (now - lastReplyNanos >= PING_EVERY_NANOS) {
            link.ifPresent(Link::ping);
            lastReplyNanos = now;
        }
    }

    /** @param database that is needed first */
    private Link link(int database) {
        if (link.isEmpty()) {
            Link opened = opener.open(database, this::socketOpened);
            link = Optional.of(opened);
            opened.refusal().ifPresent(this::failAll);
            partitions.forEach(SinkPartition::unclaim);
            if (failedConnects > 0) {
                LOG.info("Connected to Redis {} again; resuming from what it holds", target);
            }
            failedConnects = 0;
        }
        return link.get();
    }

    /** Called before anything is sent. */
    private void socketOpened(Socket made) {
        sockets.removeIf(Socket::isClosed);
        sockets.add(made);
        if (stopped) {
            close(made);
        }
    }

    /** How long to wait before the next connect, ns. */
    private long connectionLost(String errorClass, String why) {
        link.ifPresent(Link::disconnect);
        link = Optional.empty();
        sockets.clear();
        partitions.forEach(SinkPartition::unclaim);
        if (stopped) {
            return 0;
        }
        boolean answers = !errorClass.equals(RedisErrors.CONNECTION);
        String what = (answers ? "Redis at " + target + " replied " : "No Redis at " + target + ": ")
                + RedisRemedies.sanitized(why);
        counters.countRetry(errorClass, what);
        long now = clock.nanos();
        if (loggedNanos == 0 || now - loggedNanos > LOG_EVERY_NANOS) {
            LOG.warn("{}. Trying again until it succeeds{}", what, answers ? ". " + RedisRemedies.remedy(why) : "");
            loggedNanos = now;
        }
        failedConnects++;
        return RECONNECT.after(failedConnects).toNanos();
    }

    private void failAll(ConnectException e) {
        partitions.forEach(p -> p.fail(e));
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("While closing a connection", e);
        }
    }
}
