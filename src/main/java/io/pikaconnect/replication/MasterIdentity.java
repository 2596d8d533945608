package io.pikaconnect.replication;

import java.util.List;

/**
 * Who a master says it is.
 *
 * @param version such as {@code 3.5.5}, or {@code 3.5} when the protocol showed it and the master could not be asked
 * @param replicationId names the history of the data, shared by a master and its replicas; empty if it has none
 * @param runId names the server; empty if it has none
 * @param databases names of its dbs
 */
public record MasterIdentity(String version, String replicationId, String runId, List<String> databases) {

    public MasterIdentity {
        databases = List.copyOf(databases);
    }
}
