package io.pikaconnect.demo;

import com.google.protobuf.ByteString;
import io.pikaconnect.fullsync.PullProto.Response;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.replication.ReplicationProto;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** What can go wrong with a {@link FakePika}, on request. From any thread. */
public final class Mischief {

    private static final int FIRST_BLOCK = 16;

    /** Bytes of an item's content before the name of its command, at most. */
    private static final int LONGEST_HEAD = 20;

    private final MasterServer server;
    private final FakeData data;

    Mischief(FakeData data) {
        this.data = data;
        this.server = data.server();
    }

    /** The next frame with items ends in its middle, and the connection with it. */
    public void cutFrame() {
        server.cutNextItems();
    }

    /** Becomes silent, with all connections open; or answers again. */
    public void fallSilent(boolean silent) {
        server.hold(silent);
    }

    /** Removes all binlog files but the one that is being written, although replicas need them. */
    public void purge() {
        server.on(() -> {
            data.databases().forEach(db -> data.log(db).purgeBefore(Long.MAX_VALUE));
            return null;
        });
    }

    /**
     * Its log has only padding before so many items at its end, as that of a replica has before its own full sync. From 3.3.6
     * on, where TrySync refuses a position in it.
     */
    public void tookFullSyncBefore(int items) {
        server.on(() -> {
            data.databases().forEach(db -> data.log(db).beginsWithLast(items));
            return null;
        });
    }

    /** Another data set, or another server of the same group; an empty replication id is one that was cleared. */
    public void identity(String replicationId, String runId) {
        server.identity(replicationId, runId);
    }

    /**
     * Has logged a command by the other name that a rename-command gave it.
     *
     * @param renamed of the same length, so that every position stays
     */
    public void rename(String command, String renamed) {
        if (command.length() != renamed.length()) {
            throw new IllegalArgumentException(renamed + " is not as long as " + command);
        }
        server.rewrite(answer -> {
            ReplicationProto.Response.Builder changed = answer.toBuilder();
            for (int i = 0; i < answer.getBinlogSyncCount(); i++) {
                byte[] item = answer.getBinlogSync(i).getBinlog().toByteArray();
                int name = new String(item, StandardCharsets.ISO_8859_1)
                        .toLowerCase(Locale.ROOT)
                        .indexOf("\r\n" + command + "\r\n");
                int head = Math.min(item.length, BinlogItem.HEADER + LONGEST_HEAD);
                if (name >= 0 && name < head) {
                    System.arraycopy(
                            renamed.getBytes(StandardCharsets.ISO_8859_1), 0, item, name + 2, renamed.length());
                    changed.getBinlogSyncBuilder(i).setBinlog(ByteString.copyFrom(item));
                }
            }
            return Optional.of(changed.build());
        });
    }

    /** Calls itself a replica of the one at that client port; its own data and log stay as they are. */
    public void replicaOf(int port, boolean linked) {
        server.replicaOf(port, linked);
    }

    /** Calls itself a master again. */
    public void promoted() {
        server.promoted();
    }

    /** Everything on the replication and pull ports is sent that much later; zero ends it. */
    public void answerLate(Duration by) {
        server.answerLate(by);
    }

    /** Ends all connections of replicas, those to the pull port included. */
    public void closeConnections() {
        server.cutReplication(false);
        server.cutPull(false);
    }

    /** Forgets every session without a word, as after 20 s of silence. */
    public void dropSessions() {
        server.dropSessions();
    }

    /** Sends its present sessions keepalives, and nothing of its log any more. */
    public void stallSessions() {
        server.stallSessions();
    }

    /** Sets requirepass; existing connections are not affected. */
    public void password(String other) {
        server.access().password(other);
    }

    /** One byte in the first block of each SST file that is pulled from now on is another. */
    public void corruptPulls() {
        corruptPulls(Integer.MAX_VALUE);
    }

    /** The same for this many of them; what is pulled again after that is right. */
    public void corruptPulls(int files) {
        AtomicInteger left = new AtomicInteger(files);
        server.rewritePull(answer -> {
            boolean firstOfSst = answer.getFileResp().getFilename().endsWith(".sst")
                    && answer.getFileResp().getOffset() == 0
                    && answer.getFileResp().getData().size() > FIRST_BLOCK;
            if (!firstOfSst || left.getAndDecrement() <= 0) {
                return Optional.of(answer);
            }
            byte[] piece = answer.getFileResp().getData().toByteArray();
            piece[FIRST_BLOCK] ^= 1;
            Response.Builder changed = answer.toBuilder();
            changed.getFileRespBuilder().setData(ByteString.copyFrom(piece));
            return Optional.of(changed.build());
        });
    }

    /** Reports these databases, whether it has them or not. */
    public void claim(String... databases) {
        server.claim(List.of(databases));
    }

    /** Sets write-binlog: without it, writes are not logged. */
    public void writesBinlog(boolean on) {
        server.writesBinlog(on);
    }
}
