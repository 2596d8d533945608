package io.pikaconnect.source;

import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.Replica;
import io.pikaconnect.replication.ReplicaConfig;
import io.pikaconnect.replication.ReplicationException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A replica that waits for the next item as long as there is one to come, so that what a poll returns does not depend on
 * how fast the items arrive.
 */
final class PatientReplica extends Replica {

    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final BinlogPosition end;

    /** @param end of the master's binlog, which does not grow */
    PatientReplica(ReplicaConfig config, BooleanSupplier inFlight, BinlogPosition end) {
        super(config, inFlight);
        this.end = end;
    }

    @Override
    public Optional<BinlogItem> poll(Duration limit) throws ReplicationException, InterruptedException {
        return super.poll(received().compareTo(end) < 0 ? LIMIT : limit);
    }
}
