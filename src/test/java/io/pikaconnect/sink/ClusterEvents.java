package io.pikaconnect.sink;

import io.pikaconnect.change.KeySlot;
import io.pikaconnect.change.Resp;
import io.pikaconnect.demo.RedisCluster;
import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.demo.SlotMove;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.args.ClientType;
import redis.clients.jedis.params.ClientKillParams;

/** What can happen to a cluster, chosen at random. Each takes up to some seconds, while somebody else writes. */
final class ClusterEvents {

    private static final int CONTROL = KeySlot.slot(Resp.bytes(ClusterFixture.CONTROL));
    private static final long LONGEST_AWAY_MS = 3_000;

    /** What may happen. */
    enum Kind {
        FAILOVER_BY_ORDER,
        CRASH,
        CRASH_WHILE_THE_REPLICA_IS_BEHIND,
        REPLACED_BY_A_REPLICA_THAT_IS_BEHIND,
        NODE_AWAY,
        NODE_BACK_WITHOUT_DATA,
        SLOTS_MOVE,
        SLOT_HALF_MOVED,
        REBALANCE,
        CONNECTIONS_KILLED,
        SCRIPTS_FLUSHED
    }

    private static final Set<Kind> BESIDE_A_FORGOTTEN_MOVE =
            Set.of(Kind.SLOT_HALF_MOVED, Kind.CONNECTIONS_KILLED, Kind.SCRIPTS_FLUSHED);

    private final RedisCluster cluster;
    private final Random random;
    private final Function<Integer, String> keys;
    /** By slot. */
    private final Map<Integer, SlotMove> halfway = new HashMap<>();

    private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);

    /** A failover makes the nodes before Redis 8 forget that a slot is halfway. They do not agree then, and a second one of the other
     * end would leave nobody who knows. */
    private boolean hasForgotten;

    /** @param keys of the data: the slots that are moved halfway have some */
    ClusterEvents(RedisCluster cluster, Random random, Function<Integer, String> keys) {
        this.cluster = cluster;
        this.random = random;
        this.keys = keys;
    }

    /** Lets any happen but the one that breaks no connection: a sink that has nothing to do finds that out some time later. */
    void happens() {
        List<Kind> kinds = Stream.of(Kind.values())
                .filter(kind -> kind != Kind.REPLACED_BY_A_REPLICA_THAT_IS_BEHIND)
                .toList();
        happens(kinds.get(random.nextInt(kinds.size())));
    }

    /** How often each has happened. */
    Map<Kind, Integer> counts() {
        return counts;
    }

    /** Lets it happen; the nodes agree afterwards, but a slot may be halfway. */
    void happens(Kind kind) {
        counts.merge(kind, 1, Integer::sum);
        if (hasForgotten && !BESIDE_A_FORGOTTEN_MOVE.contains(kind)) {
            finishMoves();
        }
        switch (kind) {
            case FAILOVER_BY_ORDER -> {
                hasForgotten = isHalfway();
                if (hasForgotten) {
                    cluster.failOverHalfway(anyMaster());
                } else {
                    cluster.failOver(anyMaster());
                }
            }
            case CRASH -> {
                finishMoves();
                crash(anyMaster());
            }
            case CRASH_WHILE_THE_REPLICA_IS_BEHIND -> {
                finishMoves();
                RedisServer master = anyMaster();
                cluster.detach(cluster.replicaOf(master));
                pause(300);
                crash(master);
            }
            case REPLACED_BY_A_REPLICA_THAT_IS_BEHIND -> {
                finishMoves();
                RedisServer master = anyMaster();
                cluster.detach(cluster.replicaOf(master));
                pause(300);
                cluster.replace(master);
            }
            case NODE_AWAY -> {
                RedisServer master = anyMaster();
                cluster.takeAway(master);
                pause(LONGEST_AWAY_MS);
                cluster.restart(master);
            }
            case NODE_BACK_WITHOUT_DATA -> {
                finishMoves();
                RedisServer master = anyMaster();
                if (master == cluster.masterOf(CONTROL)) {
                    return; // the sink stops: see ClusterControlTest
                }
                cluster.takeAway(master);
                pause(LONGEST_AWAY_MS);
                cluster.restartEmpty(master);
            }
            case SLOTS_MOVE -> {
                finishMoves();
                int first = random.nextInt(16_000);
                cluster.move(first, first + random.nextInt(200), anyMaster());
            }
            case SLOT_HALF_MOVED -> beginMove();
            case REBALANCE -> {
                finishMoves();
                cluster.rebalance();
            }
            case CONNECTIONS_KILLED ->
                cluster.masters()
                        .forEach(master -> on(
                                master,
                                node -> node.clientKill(ClientKillParams.clientKillParams()
                                        .type(ClientType.NORMAL)
                                        .skipMe(ClientKillParams.SkipMe.YES))));
            case SCRIPTS_FLUSHED -> on(anyMaster(), Jedis::scriptFlush);
        }
    }

    private void crash(RedisServer master) {
        cluster.crash(master);
        pause(1_000);
        cluster.restart(master);
    }

    /** Some of the slot's keys, the ledger's perhaps among them, are moved. */
    private void beginMove() {
        int slot = KeySlot.slot(Resp.bytes(keys.apply(random.nextInt(1_000))));
        RedisServer to = anyMaster();
        if (!halfway.containsKey(slot) && cluster.masterOf(slot) != to) {
            int share = random.nextInt(4);
            halfway.put(slot, cluster.beginMove(slot, to).keys(key -> random.nextInt(3) < share));
        }
    }

    boolean isHalfway() {
        return !halfway.isEmpty();
    }

    /** No slot is halfway any more. */
    void finishMoves() {
        halfway.values().forEach(SlotMove::finish);
        halfway.clear();
        hasForgotten = false;
        cluster.awaitAgreement();
    }

    private RedisServer anyMaster() {
        List<RedisServer> masters = cluster.masters();
        return masters.get(random.nextInt(masters.size()));
    }

    private void pause(long mostMs) {
        LockSupport.parkNanos(1_000_000L * random.nextInt((int) mostMs));
    }

    private static <T> void on(RedisServer server, Function<Jedis, T> what) {
        try (Jedis node = server.connect()) {
            what.apply(node);
        }
    }
}
