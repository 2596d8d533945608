package io.pikaconnect.replication;

/** Why a conversation with a master did not go on; the message says what, where, why and what to do. */
public final class ReplicationException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What can be done about it. */
    public enum Kind {
        /** Passing, like a lost connection: the same again later may work. */
        RETRY,
        /** The master cannot go on from the position asked for: only a new full sync helps. */
        POSITION_LOST,
        /** The master, or its mode, version or password, is not one to replicate from: somebody has to change something. */
        REFUSED
    }

    private final Kind kind;

    public ReplicationException(Kind kind, String message) {
        this(kind, message, null);
    }

    /** @param cause may be null, as with any exception */
    public ReplicationException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
