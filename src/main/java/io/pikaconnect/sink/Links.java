package io.pikaconnect.sink;

import io.pikaconnect.redis.ClusterTarget;
import io.pikaconnect.redis.Target;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.connect.sink.ErrantRecordReporter;

/** What the senders of a task work with, by the kind of its target: a single Redis, or a cluster. */
final class Links {

    private final Target target;
    private final Ledger ledger;
    private final Link.Opener opener;

    /**
     * @param partitions of the task, as they change
     * @param kafka the id of the Kafka cluster, where it is known
     * @param nodes of a Redis Cluster
     */
    Links(
            RedisSinkConfig config,
            SinkCounters counters,
            CatchUpTracker tracker,
            ClockDifference clockDifference,
            Collection<SinkPartition> partitions,
            Optional<ErrantRecordReporter> reporter,
            Supplier<Optional<String>> kafka,
            NodeCounts nodes,
            TaskClock clock) {
        this.target = config.target();
        this.ledger = new Ledger(config, config.ledgerPrefix(), reporter.isPresent(), clockDifference, kafka, clock);
        DatabaseMaintenance maintenance = new DatabaseMaintenance(ledger, tracker, partitions, clock);
        if (target instanceof ClusterTarget cluster) {
            SlotScripts scripts = new SlotScripts(config, clockDifference, kafka);
            ClusterApplier applier = new ClusterApplier(
                    config,
                    ledger,
                    scripts,
                    new SlotBatches(config, reporter.isPresent(), clockDifference),
                    counters,
                    reporter,
                    tracker,
                    clock);
            ClusterMaintenance ofCluster = new ClusterMaintenance(
                    applier, scripts, maintenance, new ClusterSweep(config, ledger, scripts, clock), clock);
            this.opener = (database, opened) -> new ClusterLink(cluster, applier, ofCluster, nodes, clock, opened);
        } else {
            Applier applier = new Applier(config, ledger, counters, reporter, tracker, clock);
            this.opener = (database, opened) -> new NodeLink(
                    target,
                    applier,
                    maintenance,
                    new TargetWatch(target, ConnectionSettings.mayBeCluster(config), clock::wallMs),
                    database,
                    opened);
        }
    }

    Target target() {
        return target;
    }

    /** The ledger that shows where the partitions are. */
    Ledger ledger() {
        return ledger;
    }

    Link.Opener opener() {
        return opener;
    }
}
