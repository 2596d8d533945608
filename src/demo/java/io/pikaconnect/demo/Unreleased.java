package io.pikaconnect.demo;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.pikaconnect.change.Command;
import io.pikaconnect.fullsync.PullProto;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.ReplicationProto.Response;
import io.pikaconnect.replication.ReplicationProto.Response.TrySync.ReplyCode;
import io.pikaconnect.replication.ReplicationProto.Type;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Behaviour of branches of Pika, and of no known release, switched on at a {@link FakePika}. Thread-safe.
 *
 * <p>What is sent has fields here that the schema of the replication port does not know.
 */
public final class Unreleased {

    /** {@code TrySync.prepared_id} and {@code BinlogSync.committed_id} of the consistency mode. */
    private static final int OF_CONSISTENCY = 5;

    private static final ByteString BATCH = ByteString.copyFromUtf8("HCTB");

    private final MasterServer server;
    private final FakeData data;

    Unreleased(FakeData data) {
        this.data = data;
        this.server = data.server();
    }

    /** A master in the consistency mode: its messages have what is prepared and committed. */
    public void consistency() {
        server.rewrite(response -> {
            Response.Builder answer = response.toBuilder();
            if (response.getType() == Type.TRY_SYNC) {
                answer.getTrySyncBuilder().mergeUnknownFields(consistent(BinlogPosition.ZERO));
            }
            answer.getBinlogSyncBuilderList()
                    .forEach(item ->
                            item.mergeUnknownFields(consistent(ReplicationPortHandler.offset(item.getBinlogOffset()))));
            return Optional.of(answer.build());
        });
    }

    private static UnknownFieldSet consistent(BinlogPosition at) {
        return UnknownFieldSet.newBuilder()
                .addField(
                        OF_CONSISTENCY,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(
                                        ReplicationPortHandler.message(at).toByteString())
                                .build())
                .build();
    }

    /** The same, refusing replicas that do not send what was committed. */
    public void consistencyOnly() {
        server.rewrite(response -> {
            Response.Builder answer = response.toBuilder();
            if (response.getType() == Type.TRY_SYNC) {
                answer.getTrySyncBuilder().setReplyCode(ReplyCode.SYNC_ERROR).clearSessionId();
            }
            return Optional.of(answer.build());
        });
    }

    /** The first element of every frame with items starts with four more bytes; so a keepalive is not empty. */
    public void batches() {
        server.rewrite(response -> {
            Response.Builder answer = response.toBuilder();
            if (answer.getBinlogSyncCount() > 0) {
                Response.BinlogSync.Builder first = answer.getBinlogSyncBuilder(0);
                first.setBinlog(BATCH.concat(first.getBinlog()));
            }
            return Optional.of(answer.build());
        });
    }

    /** RAFT.CLUSTER is a command; its INFO reports a cluster, or that there is none. */
    public void raft(boolean hasCluster) {
        server.access().raft(hasCluster);
    }

    /** Something is in db0's log that this stand-in does not execute, such as a command that it does not know. */
    public void log(Command command) {
        server.on(() -> {
            data.logOnly(command);
            return null;
        });
    }

    /** HSET takes several pairs, and is logged so. */
    public void hsetOfSeveralPairs() {
        server.on(() -> {
            data.takeSeveralPairs();
            return null;
        });
    }

    /** A dump is listed once; a second request is refused. */
    public void listsDumpsOnce() {
        Set<String> listed = new HashSet<>();
        server.rewritePull(answer -> {
            boolean again = answer.hasMetaResp() && answer.hasSnapshotUuid() && !listed.add(answer.getSnapshotUuid());
            return Optional.of(
                    again
                            ? answer.toBuilder()
                                    .setCode(PullProto.StatusCode.ERROR)
                                    .clearMetaResp()
                                    .build()
                            : answer);
        });
    }
}
