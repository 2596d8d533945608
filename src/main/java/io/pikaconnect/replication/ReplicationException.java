package io.pikaconnect.replication;

/** Why a conversation with a master did not go on; the message says what, where, why and what to do. */
public final class ReplicationException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What can be done about it. */
    public enum Kind {
        /** Passing, like a lost connection: the same again later may work. */
        RETRY,
        /** The master cannot go on from the position asked for, and that is certain: only a new full sync helps. */
        POSITION_LOST,
        /** The master did not go on from the position, time and again, but nothing proves that it cannot. */
        POSITION_DOUBTED,
        /** The master, or its mode, version or password, is not one to replicate from: somebody has to change something. */
        REFUSED,
        /** Something of ours failed that nobody foresaw. */
        FAILED
    }

    /** What of the configuration it is about. */
    public enum Concern {
        /** Which master it is, or the master itself. */
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
     * What ended a thread or a connection of ours and is no failure of the master.
     *
     * @param what was being done, and where
     */
    static ReplicationException unforeseen(ReplicaConfig config, String what, Throwable cause) {
        return new ReplicationException(
                Kind.FAILED,
                config + ": " + what + " failed unexpectedly: " + cause
                        + ". The worker's log has the details; restart the task, it goes on there, and report the"
                        + " failure if it comes again",
                cause);
    }

    /** Messages quote what a master says, and are written to logs line by line. */
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
