package io.pikaconnect.source;

import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.LastItems;
import io.pikaconnect.replication.MasterIdentity;
import io.pikaconnect.replication.Role;
import java.util.Map;
import java.util.Optional;

/**
 * Where everything before a position came from: by it a restart decides whether to continue with the server that answers
 * now. In the map of {@link SourceOffset}:
 *
 * <pre>
 * identity   replication id of the epoch's master, or empty
 * server     its present replication id/its run id; where it is missing (first release), the identity and no run id
 * last       see LastItems; only in the binlog
 * </pre>
 *
 * @param epochs replication id of the master at the epoch's start; it stays, as the name of the data
 * @param replicationId its present one, which is another after CLEARREPLICATIONID
 * @param runId of the server that was followed last
 * @param last the items before the position
 */
record MasterOrigin(String epochs, String replicationId, String runId, Optional<LastItems> last) {

    static MasterOrigin of(MasterIdentity master) {
        return new MasterOrigin(master.replicationId(), master.replicationId(), master.runId(), Optional.empty());
    }

    /** Of which nothing but the replication id is known. */
    static MasterOrigin of(String replicationId) {
        return new MasterOrigin(replicationId, replicationId, "", Optional.empty());
    }

    /** Whether that server may continue from here. */
    boolean mayContinueOn(MasterIdentity master, Role role) {
        return master.mayContinue(replicationId, runId, role);
    }

    /** The same place, as that server has it. */
    MasterOrigin on(MasterIdentity master) {
        return new MasterOrigin(
                epochs.isEmpty() ? master.replicationId() : epochs, master.replicationId(), master.runId(), last);
    }

    boolean isOn(MasterIdentity master) {
        return replicationId.equals(master.replicationId()) && runId.equals(master.runId());
    }

    /** After one more item, which begins at {@code from}. */
    MasterOrigin after(BinlogItem item, BinlogPosition from) {
        LastItems before = last.orElseGet(() -> LastItems.none(from));
        return new MasterOrigin(epochs, replicationId, runId, Optional.of(before.after(item)));
    }

    /** The items before {@code position}, as far as they are known. */
    LastItems lastBefore(BinlogPosition position) {
        return last.orElseGet(() -> LastItems.none(position));
    }

    void putInto(Map<String, String> map) {
        map.put("identity", epochs);
        if (!runId.isEmpty() || !replicationId.equals(epochs)) {
            map.put("server", replicationId + "/" + runId);
        }
        last.ifPresent(items -> map.put("last", items.toString()));
    }

    /** @throws IllegalArgumentException when it is not one of ours */
    static MasterOrigin from(String identity, Map<String, ?> map, BinlogPosition position) {
        String server = map.containsKey("server") ? map.get("server").toString() : identity + "/";
        int slash = server.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("\"server\" is not replication id/run id: " + server);
        }
        Optional<LastItems> last = map.containsKey("last")
                ? Optional.of(LastItems.parse(map.get("last").toString(), position))
                : Optional.empty();
        return new MasterOrigin(identity, server.substring(0, slash), server.substring(slash + 1), last);
    }
}
