package io.pikaconnect.failure;

import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TransactionAbortedException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Failures of Kafka, Connect, the JVM or the machine: their messages as one text, and the remedy. */
final class Causes {

    private static final int MOST = 20;

    /** The first match counts, so a class comes before those that it extends. */
    private static final List<Known> KNOWN = List.of(
            new Known(
                    OutOfMemoryError.class,
                    "Give the worker more memory (KAFKA_HEAP_OPTS) and restart it: other threads may be affected, too"),
            new Known(
                    LinkageError.class,
                    "A library could not be loaded: make sure that the plugin's folder is complete and that the folder"
                            + " of java.io.tmpdir has space and is not mounted noexec, and restart the worker"),
            new Known(
                    ProducerFencedException.class,
                    "Another producer with this task's transactional id took over: make sure that no second Connect"
                            + " cluster of this group.id runs the connector, and restart the task; it continues where"
                            + " it was"),
            new Known(
                    InvalidProducerEpochException.class,
                    "Kafka ended the transaction, since it was open for longer than transaction.timeout.ms: restart"
                            + " the task, it continues where it was; if this happens again, raise"
                            + " producer.override.transaction.timeout.ms"),
            new Known(
                    TransactionAbortedException.class,
                    "Kafka ended the transaction: restart the task, it continues where it was; if this happens again,"
                            + " raise producer.override.transaction.timeout.ms"),
            new Known(
                    RecordTooLargeException.class,
                    "Raise max.message.bytes of the topic and producer.override.max.request.size above record.max.bytes,"
                            + " and restart the task"),
            new Known(
                    RecordBatchTooLargeException.class,
                    "Raise max.message.bytes of the topic above record.max.bytes, and restart the task"),
            new Known(
                    AuthorizationException.class,
                    "Grant the worker's Kafka user the permission that is named, and restart the task"),
            new Known(
                    AuthenticationException.class,
                    "Correct the credentials in the worker's configuration, or in the connector's producer.override,"
                            + " consumer.override and admin.override settings, and restart the task"),
            new Known(
                    UnknownTopicOrPartitionException.class,
                    "Make sure that the topic exists and has as many partitions as the connector is configured for,"
                            + " and restart the task"),
            new Known(
                    RetriableException.class,
                    "Make sure that the worker can reach every broker, and restart the task; it continues where it"
                            + " was"),
            new Known(
                    FileSystemException.class,
                    "Make sure that the folder exists, has space and belongs to the worker's user, and restart the"
                            + " task"),
            new Known(
                    InterruptedException.class,
                    "The thread was interrupted, which this connector never does itself: restart the task, it continues"
                            + " where it was"));

    static final String REPORT = "The worker's log has the stack trace; restart the task, it continues where it was,"
            + " and report the failure if it happens again";

    private record Known(Class<? extends Throwable> type, String remedy) {}

    private Causes() {}

    /** The messages of the whole chain, outermost first, each once. */
    static String text(Throwable failure) {
        Set<String> texts = new LinkedHashSet<>();
        for (Throwable t : chain(failure)) {
            String message = Optional.ofNullable(t.getMessage()).orElse("");
            boolean repeats =
                    t.getCause() != null && message.equals(t.getCause().toString());
            if (!repeats) {
                texts.add(message.isBlank() ? t.getClass().getSimpleName() : named(t, message));
            }
        }
        return String.join(": ", texts);
    }

    /** The messages of Connect's own exceptions need no class name. */
    private static String named(Throwable t, String message) {
        return t.getClass().getName().startsWith("org.apache.kafka.connect.")
                ? message
                : t.getClass().getSimpleName() + " (" + message + ")";
    }

    /** The remedy for the deepest cause that has a known one. */
    static Optional<String> remedy(Throwable failure) {
        List<Throwable> chain = chain(failure);
        for (int i = chain.size() - 1; i >= 0; i--) {
            Throwable t = chain.get(i);
            Optional<Known> known =
                    KNOWN.stream().filter(k -> k.type.isInstance(t)).findFirst();
            if (known.isPresent()) {
                return Optional.of(known.get().remedy);
            }
        }
        return Optional.empty();
    }

    private static List<Throwable> chain(Throwable failure) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable t = failure; t != null && chain.size() < MOST; t = t.getCause()) {
            chain.add(t);
        }
        return chain;
    }
}
