package io.pikaconnect.sink;

import io.pikaconnect.change.KeySlot;
import io.pikaconnect.redis.ClusterTarget;
import io.pikaconnect.redis.Server;
import io.pikaconnect.redis.SlotMap;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.utils.Utils;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** The one db of a cluster, with a connection to each of its masters. Used by one thread. */
final class ClusterDb implements TargetDb {

    private final ClusterTarget target;
    private final String control;
    private final int answerMs;
    private final Map<Server, Jedis> nodes = new LinkedHashMap<>();
    private SlotMap slots;

    /** @param control prefix of the sink's keys that concern the whole cluster */
    ClusterDb(ClusterTarget target, String control, int answerMs) {
        this.target = target;
        this.control = control;
        this.answerMs = answerMs;
        this.slots = target.slots(socket -> {})
                .orElseThrow(
                        () -> new JedisConnectionException("the cluster is down: CLUSTER INFO of its nodes has why"));
    }

    @Override
    public List<Jedis> servers() {
        return slots.masters().stream().map(this::node).toList();
    }

    @Override
    public Jedis serverOf(byte[] key) {
        int slot = KeySlot.slot(key);
        return node(slots.master(slot)
                .orElseThrow(() -> new JedisConnectionException("no node of the cluster has slot " + slot)));
    }

    private Jedis node(Server server) {
        return nodes.computeIfAbsent(server, s -> target.connectTo(s, answerMs, socket -> {}));
    }

    /** Connections that broke, or are to nodes that have no slots any more, are closed. */
    @Override
    public boolean refresh() {
        target.slots(socket -> {}).ifPresent(now -> slots = now);
        Collection<Server> masters = slots.masters();
        nodes.entrySet().removeIf(node -> {
            boolean isOver = node.getValue().isBroken() || !masters.contains(node.getKey());
            if (isOver) {
                Utils.closeQuietly(node.getValue(), "connection");
            }
            return isOver;
        });
        return true;
    }

    /** That of the whole cluster; each slot has one beside its data, too, which counts as a key of the sink's own. */
    @Override
    public Optional<LedgerView> ledger() {
        return LedgerView.read(serverOf((control + "ledger").getBytes(StandardCharsets.UTF_8)), control)
                .map(ledger -> ledger.epoch().isPresent() ? ledger.withMoreOwnKeys(SlotMap.SLOTS) : ledger);
    }

    @Override
    public void close() {
        nodes.values().forEach(node -> Utils.closeQuietly(node, "connection"));
        nodes.clear();
    }
}
