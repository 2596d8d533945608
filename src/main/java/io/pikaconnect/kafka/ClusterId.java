package io.pikaconnect.kafka;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The id of a Kafka cluster; empty if lookups are not configured, or if Kafka did not answer. */
public final class ClusterId implements Supplier<Optional<String>> {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterId.class);
    private static final long ASK_EVERY_NANOS = Duration.ofMinutes(1).toNanos();

    private final Optional<KafkaSettings> kafka;

    // Guarded by this.
    private Optional<String> known = Optional.empty();
    private Optional<Long> asked = Optional.empty();

    /** @param kafka empty if nothing is to be looked up */
    public ClusterId(Optional<KafkaSettings> kafka) {
        this.kafka = kafka;
    }

    /** Blocks for seconds while Kafka is queried: once, or once a minute while it does not answer. */
    @Override
    public synchronized Optional<String> get() {
        long now = System.nanoTime();
        boolean askedJustNow = asked.filter(at -> now - at < ASK_EVERY_NANOS).isPresent();
        if (known.isEmpty() && kafka.isPresent() && !askedJustNow) {
            known = ask(kafka.get());
            asked = Optional.of(System.nanoTime());
        }
        return known;
    }

    private static Optional<String> ask(KafkaSettings kafka) {
        try (Admin admin = kafka.admin()) {
            return Optional.ofNullable(admin.describeCluster().clusterId().get());
        } catch (ExecutionException e) {
            LOG.warn(
                    "Kafka at {} did not return the id of its cluster: {}",
                    kafka,
                    e.getCause().toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn("Kafka at {} did not return the id of its cluster: {}", kafka, e.toString());
        }
        return Optional.empty();
    }
}
