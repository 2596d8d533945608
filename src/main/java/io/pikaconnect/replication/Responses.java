package io.pikaconnect.replication;

import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.pika.PikaVersion;
import io.pikaconnect.replication.ReplicationException.Concern;
import io.pikaconnect.replication.ReplicationException.Kind;
import io.pikaconnect.replication.ReplicationProto.Response;
import io.pikaconnect.replication.ReplicationProto.StatusCode;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** What a master's responses mean, and every refusal as an exception (replication-protocol 4.2, 4.3, 7.8). */
final class Responses {

    /** A master that serves the stream: the session, and where its log ends. */
    record Accepted(int session, BinlogPosition masterEnd) {}

    /** The position is not readable now, which proves nothing: a master that is stopping looks the same. */
    static final class PositionRejected extends Exception {

        private static final long serialVersionUID = 1L;

        PositionRejected(String message) {
            super(message);
        }
    }

    /** Larger than any file number, so a TrySync from there is refused, with the master's end. */
    static final BinlogPosition BEYOND = new BinlogPosition(Integer.MAX_VALUE, 0);

    private final ReplicaConfig config;

    Responses(ReplicaConfig config) {
        this.config = config;
    }

    /**
     * Whether the master still considers our identity attached. Versions use different codes for it, so the text
     * decides.
     */
    static boolean taken(Response answer) {
        return answer.getCode() != StatusCode.OK && answer.getReply().contains("AlreadyExist");
    }

    /** Whether the response to TrySync is that the position's file was removed. */
    static boolean purged(Response answer) {
        return answer.getCode() == StatusCode.OK
                && answer.getTrySync().getReplyCode() == Response.TrySync.ReplyCode.SYNC_POINT_BE_PURGED;
    }

    /** Checks the response to MetaSync. */
    Response.MetaSync metaSync(Response answer) throws ReplicationException {
        if (answer.getCode() == StatusCode.ERROR && answer.getReply().contains("auth")) {
            throw new ReplicationException(
                    Kind.REFUSED,
                    Concern.PASSWORD,
                    config + ": the master refused " + (config.password().isPresent() ? "our" : "us without a")
                            + " password (" + answer.getReply() + "); set pika.password to its requirepass"
                            + unresolved(config.password()));
        }
        if (answer.getCode() != StatusCode.OK || !answer.hasMetaSync()) {
            throw new ReplicationException(
                    answer.getCode() == StatusCode.ERROR ? Kind.REFUSED : Kind.RETRY,
                    config + ": the master refused us as a replica (" + answer.getReply() + "); check its log");
        }
        checkMode(answer.getMetaSync());
        return answer.getMetaSync();
    }

    /** Connect leaves a reference as it is where the provider has no such key, or there is no such provider. */
    private static String unresolved(Optional<String> password) {
        return password.filter(p -> p.matches("\\$\\{.*}"))
                .map(reference -> ". It is still the reference " + reference
                        + ": the worker has no such config provider (config.providers), or that has no such key")
                .orElse("");
    }

    private void checkMode(Response.MetaSync master) throws ReplicationException {
        if (!master.getClassicMode()) {
            throw new ReplicationException(
                    Kind.REFUSED,
                    config + ": the master is in sharding mode (instance-mode : sharding), as for Codis, in which each"
                            + " slot has a log of its own; only classic mode is supported");
        }
        List<String> databases = databases(master);
        if (!databases.contains(config.database())) {
            throw new ReplicationException(
                    Kind.REFUSED,
                    Concern.DATABASES,
                    config + ": the master has no " + config.database() + ", only " + databases
                            + "; correct pika.databases");
        }
        if (databases.size() > 1 && !config.severalDatabases()) {
            throw new ReplicationException(
                    Kind.REFUSED,
                    Concern.DATABASES,
                    config + ": the master has several databases, " + databases + ", and only " + config.database()
                            + " would be replicated; list in pika.databases which ones you want");
        }
        for (Response.MetaSync.DbInfo db : master.getDbsInfoList()) {
            if (db.getSlotNum() != 1) {
                throw new ReplicationException(
                        Kind.REFUSED,
                        config + ": " + db.getDbName() + " has " + db.getSlotNum()
                                + " slots on the master; sharding is not supported");
            }
        }
    }

    static List<String> databases(Response.MetaSync master) {
        return master.getDbsInfoList().stream()
                .map(Response.MetaSync.DbInfo::getDbName)
                .toList();
    }

    /**
     * Determines the master's version: what is set takes precedence over what it reports, and that over what its
     * response shows. Neither may contradict the response, whose form depends on the version.
     *
     * @param reported what INFO reports, if it was answered
     */
    PikaVersion version(Optional<String> reported, Response.MetaSync answer) throws ReplicationException {
        PikaVersion shown = shown(answer);
        PikaVersion version = claimed(reported).orElse(shown);
        if (!version.mayBe(shown)) {
            throw versionMismatch(version, "its response to MetaSync is that of a Pika " + shown);
        }
        return version;
    }

    /** What the response alone shows. */
    static PikaVersion shown(Response.MetaSync answer) {
        return PikaVersion.shown(
                answer.hasRunId() || answer.hasReplicationId(),
                answer.getDbsInfoList().stream().anyMatch(Response.MetaSync.DbInfo::hasDbInstanceNum));
    }

    /** What is set, else what is reported; empty if neither is. */
    Optional<PikaVersion> claimed(Optional<String> reported) throws ReplicationException {
        try {
            return config.version().or(() -> reported.map(PikaVersion::reported));
        } catch (IllegalArgumentException e) {
            throw new ReplicationException(
                    Kind.REFUSED,
                    Concern.VERSION,
                    config + ": " + e.getMessage() + ". If INFO is wrong about this master, set pika.version",
                    e);
        }
    }

    /** The master does not behave as the version that we take it for. */
    ReplicationException versionMismatch(PikaVersion version, String how) {
        return new ReplicationException(
                Kind.REFUSED,
                Concern.VERSION,
                config + ": the master is a Pika " + version + " by "
                        + (config.version().isPresent() ? "pika.version" : "its own report") + ", but " + how
                        + ". Its binlog would be misread; set pika.version to its real version");
    }

    /** The master would take another attached replica for us, and us for it (replication-protocol 11, row 7). */
    void checkConfused(InetSocketAddress announced, List<KnownReplica> replicas) throws ReplicationException {
        String host = announced.getHostString();
        int port = announced.getPort();
        for (KnownReplica replica : replicas) {
            if (!replica.isAt(host, port) && (replica.host() + replica.port()).equals(host + port)) {
                throw new ReplicationException(
                        Kind.REFUSED,
                        Concern.REPLICA_ADDRESS,
                        config + ": the master cannot tell us, " + host + " port " + port + ", from its replica "
                                + replica.host() + " port " + replica.port()
                                + ", since this version compares address and port written together; choose another"
                                + " port in replica.address");
            }
        }
    }

    /** Whether the response to TrySync is that the position cannot be read, which may be for the padding of a log. */
    static boolean unreadable(Response answer) {
        return answer.getCode() == StatusCode.OK
                && !answer.getTrySync().hasPreparedId()
                && answer.getTrySync().getReplyCode() == Response.TrySync.ReplyCode.SYNC_ERROR;
    }

    /**
     * The end of the log, from the response to a TrySync from {@link #BEYOND}.
     *
     * @throws ReplicationException REFUSED if the master refuses any position: it would report that one as beyond its end
     */
    BinlogPosition end(Response answer) throws ReplicationException {
        if (unreadable(answer) && answer.getTrySync().hasBinlogOffset()) {
            throw new ReplicationException(
                    Kind.REFUSED,
                    config + ": the master refuses every position, one beyond its log's end, too, as only the"
                            + " consistency mode of a development branch does (slaveof … strong), which is not supported."
                            + " Replicate from a master without it");
        }
        if (!answer.getTrySync().hasBinlogOffset()) {
            throw new ReplicationException(
                    Kind.RETRY, config + ": the master did not report where its log ends (" + answer.getReply() + ")");
        }
        return Offsets.of(answer.getTrySync().getBinlogOffset());
    }

    /** Checks the response to TrySync from {@code from}. */
    Accepted trySync(Response answer, BinlogPosition from) throws ReplicationException, PositionRejected {
        Response.TrySync body = answer.getTrySync();
        if (body.hasPreparedId()) {
            throw consistencyMode();
        }
        BinlogPosition end = Offsets.of(body.getBinlogOffset());
        if (answer.getCode() != StatusCode.OK) {
            if (answer.getReply().contains("not found")) {
                throw new ReplicationException(
                        Kind.REFUSED,
                        Concern.DATABASES,
                        config + ": the master no longer has " + config.database() + " (" + answer.getReply()
                                + "); correct pika.databases");
            }
            throw new PositionRejected(
                    config + ": the master cannot serve position " + from + " (" + answer.getReply() + ")");
        }
        return switch (body.getReplyCode()) {
            case SYNC_OK -> new Accepted(body.getSessionId(), end);
            case SYNC_POINT_BE_PURGED ->
                throw new ReplicationException(
                        Kind.POSITION_LOST,
                        config + ": position " + from
                                + " is lost, the master removed that binlog file; its log ends at " + end
                                + ". A new full sync is needed; a larger expire-logs-nums on the master keeps more");
            case SYNC_POINT_LARGER ->
                throw new ReplicationException(
                        Kind.POSITION_LOST,
                        config + ": position " + from + " is after the end of the master's log, " + end
                                + ": the master lost data, was reset, or is another one, such as a replica that was"
                                + " promoted without the last items. This position must not be used"
                                + " again; a new full sync is needed");
            default ->
                throw new PositionRejected(
                        config + ": position " + from + " is not the end of an item in the master's log");
        };
    }

    /** The session of an accepted DBSync. */
    int dbSync(Response answer) throws ReplicationException {
        if (answer.getCode() != StatusCode.OK
                || !answer.getDbSync().hasSessionId()
                || answer.getDbSync().getSessionId() < 0) {
            throw new ReplicationException(
                    Kind.RETRY,
                    config + ": the master did not accept a full sync (" + answer.getReply() + "); check its log");
        }
        return answer.getDbSync().getSessionId();
    }

    /** The failure for a position that was rejected too often. */
    ReplicationException doubted(BinlogPosition from, int tries, String last, Role role) {
        return new ReplicationException(
                Kind.POSITION_DOUBTED,
                config + ": the master does not continue from position " + from + ", tried " + tries + " times; last"
                        + " result: "
                        + last + ". Nothing proves that the position is lost; the master's log may have the cause"
                        + (role instanceof Role.OfReplica replica
                                ? ". This server is a " + replica
                                        + ": if it took a full sync of its own, its log begins"
                                        + " there. Then point pika.address to its master, which may have the log from"
                                        + " before"
                                : ""));
    }

    /** Items of a consensus group may be sent before they are committed, so it is refused. */
    ReplicationException consensus(long term) {
        return new ReplicationException(
                Kind.REFUSED,
                config + ": the master runs in consensus mode (term " + term + "), which is not supported; set its"
                        + " consensus-level to 0");
    }

    /** Items may be sent before they are committed there, too. */
    ReplicationException consistencyMode() {
        return new ReplicationException(
                Kind.REFUSED,
                config + ": the master runs the consistency mode of a development branch (slaveof … strong), in which"
                        + " items are sent before they are committed; it is not supported. Replicate from a master"
                        + " without it");
    }

    ReplicationException batched() {
        return new ReplicationException(
                Kind.REFUSED,
                config + ": the master sends its items in the batches of a development branch (command-batch-enabled),"
                        + " which are not supported; switch that off on the master");
    }

    /**
     * Checks what the client port reports of Raft.
     *
     * @throws ReplicationException REFUSED if it replicates by Raft, or is a development branch that could and
     *     pika.version does not name the release whose rules apply
     */
    void checkRaft(ClientPort.Raft raft) throws ReplicationException {
        if (raft == ClientPort.Raft.CLUSTER) {
            throw new ReplicationException(
                    Kind.REFUSED,
                    config
                            + ": the master replicates by Raft (RAFT.CLUSTER INFO reports a cluster), and what it"
                            + " changes may not be in its binlog; it is not supported. Replicate from a master without"
                            + " it");
        }
        if (raft == ClientPort.Raft.KNOWN && config.version().isEmpty()) {
            throw new ReplicationException(
                    Kind.REFUSED,
                    config + ": the master knows Raft (RAFT.CLUSTER), as no release of Pika does, so its rules are not"
                            + " known; set pika.version to the release that it logs like");
        }
    }

    /** The log has padding beyond that position: what is missing came to this server in its own full sync. */
    ReplicationException startsLater(BinlogPosition received) {
        return new ReplicationException(
                Kind.POSITION_LOST,
                config + ": the log here starts only after position " + received
                        + ": this server took a full sync of its own there, and what was written in between is only in its"
                        + " data. A new full sync is needed");
    }

    /**
     * Padding stands for what the master does not have: it was a replica, and its log starts with its own full sync.
     */
    ReplicationException onlyPadding(BinlogPosition from) {
        return new ReplicationException(
                Kind.POSITION_LOST,
                config + ": the master has only padding after position " + from
                        + ", since it was itself a replica and started its log later: it never had what it should send"
                        + " from there. A new full sync is needed");
    }

    /** A master that is starting, or has too many clients, answers later. */
    ReplicationException noVersionYet(String why) {
        return new ReplicationException(
                Kind.RETRY,
                config + ": the master's client port does not answer (" + why
                        + "), so its version is not known; allow the connector to connect there, or set pika.version");
    }

    /**
     * Masters up to 3.4 push their dump with a password that they make up if they have no requirepass.
     *
     * @param version as far as the client port reported it
     */
    void checkUnneededPassword(Optional<PikaVersion> version) throws ReplicationException {
        if (version.filter(PikaVersion::pushesDump).isPresent()) {
            throw new ReplicationException(
                    Kind.REFUSED,
                    Concern.PASSWORD,
                    config + ": pika.password is set, but the master has no requirepass, and a Pika " + version.get()
                            + " could then not log in to our rsync; remove pika.password");
        }
    }

    ReplicationException writesNoBinlog() {
        return new ReplicationException(
                Kind.POSITION_LOST,
                config + ": write-binlog is off on the master, so its changes do not reach any replica, and those made"
                        + " while it is off never will; switch it on and take a new full sync");
    }
}
