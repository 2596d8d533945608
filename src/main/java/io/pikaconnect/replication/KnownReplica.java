package io.pikaconnect.replication;

/**
 * A replica that is attached to a master, as reported by INFO (replication-protocol 10.4).
 *
 * @param host as it announced it
 * @param port as it announced it
 * @param details the other details of INFO, such as {@code conn_fd=21,lag=(db0:0)}
 */
public record KnownReplica(String host, int port, String details) {

    public boolean isAt(String otherHost, int otherPort) {
        return host.equals(otherHost) && port == otherPort;
    }

    @Override
    public String toString() {
        return host + ":" + port + (details.isEmpty() ? "" : " (" + details + ")");
    }
}
