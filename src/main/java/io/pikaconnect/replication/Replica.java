package io.pikaconnect.replication;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** One identity's conversation with a master about one db. */
public final class Replica implements AutoCloseable {

    public Replica(ReplicaConfig config) {}

    public MasterIdentity connect() throws ReplicationException, InterruptedException {
        throw new UnsupportedOperationException();
    }

    /** The master's current end of log, asked for. */
    public BinlogOffset askMasterEnd() throws ReplicationException, InterruptedException {
        throw new UnsupportedOperationException();
    }

    public void requestDump(long filenum) throws ReplicationException, InterruptedException {
        throw new UnsupportedOperationException();
    }

    public boolean sessionAlive() {
        throw new UnsupportedOperationException();
    }

    public void follow(BinlogOffset from) {
        throw new UnsupportedOperationException();
    }

    public Optional<BinlogItem> poll(Duration limit) throws ReplicationException, InterruptedException {
        throw new UnsupportedOperationException();
    }

    public void acknowledge(BinlogOffset end) {
        throw new UnsupportedOperationException();
    }

    public Optional<Instant> idleSince() {
        throw new UnsupportedOperationException();
    }

    public BinlogOffset received() {
        throw new UnsupportedOperationException();
    }

    public Optional<BinlogOffset> masterEnd() {
        throw new UnsupportedOperationException();
    }

    public Duration clockOffset() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
