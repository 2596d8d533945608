package io.pikaconnect.sink;

/** The Redis that was connected to is a node of a cluster, and nothing says that it is none: the task starts again as one for a cluster. */
final class ClusterFound extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ClusterFound() {
        super("a node of a Redis Cluster", null, false, false);
    }
}
