package io.pikaconnect.replication;

/**
 * Why replication from a master could not continue; the message has the problem, the place, the cause and the remedy.
 */
public final class ReplicationException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What kind of reaction is possible. */
    public enum Kind {
        /** Transient, like a lost connection: a retry may succeed. */
        RETRY,
        /** The master certainly cannot continue from the requested position: only a new full sync helps. */
        POSITION_LOST,
        /** The master repeatedly did not continue from the position, but nothing proves that it cannot. */
        POSITION_DOUBTED,
        /** The master, or its mode, version or password, cannot be replicated: a person has to change something. */
        REFUSED,
        /** An unexpected failure in this process. */
        FAILED
    }

    /** The part of the configuration that it concerns. */
    public enum Concern {
        /** The master, or its address. */
        MASTER,
        PASSWORD,
        DATABASES,
        VERSION,
        /** The address that we announce. */
        REPLICA_ADDRESS
    }

    private final Kind kind;
    private final Concern concern;

    public ReplicationException(Kind kind, String message) {
        this(kind, message, null);
    }

    public ReplicationException(Kind kind, Concern concern, String message) {
        this(kind, concern, message, null);
    }

    /** @param cause may be null, as with any exception */
    public ReplicationException(Kind kind, String message, Throwable cause) {
        this(kind, Concern.MASTER, message, cause);
    }

    /** @param cause may be null, as with any exception */
    public ReplicationException(Kind kind, Concern concern, String message, Throwable cause) {
        super(printable(message), cause);
        this.kind = kind;
        this.concern = concern;
    }

    /**
     * For an unexpected failure that ended a thread or a connection and is not the master's.
     *
     * @param what was being done, and where
     */
    static ReplicationException unforeseen(ReplicaConfig config, String what, Throwable cause) {
        return new ReplicationException(
                Kind.FAILED,
                config + ": " + what + " failed unexpectedly: " + cause
                        + ". The worker's log has the details; restart the task, it resumes there, and report the"
                        + " failure if it happens again",
                cause);
    }

    /** Messages quote what a master sends, and are written to logs line by line. */
    private static String printable(String message) {
        return message.replaceAll("\\s*\\R\\s*", " ").replaceAll("\\p{Cntrl}", "?");
    }

    public Kind kind() {
        return kind;
    }

    public Concern concern() {
        return concern;
    }
}
