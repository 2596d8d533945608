package io.pikaconnect.demo;

import java.util.List;
import java.util.function.Predicate;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.MigrateParams;

/** A slot of a {@link RedisCluster} on its way from one master to another, as {@code redis-cli --cluster reshard} does it. */
public final class SlotMove {

    private static final int KEYS = 100;
    private static final int TIMEOUT_MS = 60_000;

    private final RedisCluster cluster;
    private final int slot;
    private final String to;

    SlotMove(RedisCluster cluster, int slot, RedisServer to) {
        this.cluster = cluster;
        this.slot = slot;
        this.to = cluster.idOf(to);
        mark(cluster.masterOf(slot), to);
    }

    /** Both ends know of it. Before Redis 8 a failover makes them forget, and the marks are made again. */
    private void mark(RedisServer source, RedisServer target) {
        try (Jedis from = source.connect();
                Jedis into = target.connect()) {
            if (ClusterView.of(into).owners()[slot] == null) { // it takes no news of a slot that comes to it
                into.clusterSetSlotNode(slot, cluster.idOf(source));
            }
            into.clusterSetSlotImporting(slot, cluster.idOf(source));
            from.clusterSetSlotMigrating(slot, cluster.idOf(target));
        }
    }

    /** Moves those of its keys. */
    public SlotMove keys(Predicate<byte[]> which) {
        RedisServer target = target();
        try (Jedis from = cluster.masterOf(slot).connect()) {
            byte[][] keys = from.clusterGetKeysInSlotBinary(slot, Integer.MAX_VALUE).stream()
                    .filter(which)
                    .toArray(byte[][]::new);
            migrate(from, target, keys);
        }
        return this;
    }

    /** Moves the keys that are left, and the slot. */
    public void finish() {
        RedisServer source = cluster.successorOf(cluster.idOf(cluster.masterOf(slot)));
        RedisServer target = target();
        mark(source, target);
        try (Jedis from = source.connect()) {
            List<byte[]> keys = from.clusterGetKeysInSlotBinary(slot, KEYS);
            while (!keys.isEmpty()) {
                migrate(from, target, keys.toArray(byte[][]::new));
                keys = from.clusterGetKeysInSlotBinary(slot, KEYS);
            }
        }
        give(target);
        give(source);
        cluster.masters().stream().filter(m -> m != target && m != source).forEach(this::give);
    }

    private void give(RedisServer node) {
        RedisCluster.ask(node, jedis -> jedis.clusterSetSlotNode(slot, cluster.idOf(target())));
    }

    /** Is repeated while one of both finds the cluster down, as on a busy machine it may for a moment. */
    private static void migrate(Jedis from, RedisServer target, byte[]... keys) {
        if (keys.length > 0) {
            RedisCluster.untilItIsUp(
                    () -> from.migrate("127.0.0.1", target.port(), TIMEOUT_MS, new MigrateParams(), keys));
        }
    }

    /** The master that it goes to: the one that took over from it, if it is one no longer. */
    private RedisServer target() {
        return cluster.successorOf(to);
    }
}
