package io.pikaconnect.sink;

import io.pikaconnect.demo.RedisCluster;
import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.demo.SlotMove;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** What can happen to a cluster of masters with a replica each, at random. */
final class ClusterTrouble {

    private final RedisCluster cluster;
    private final Random random;
    private final List<SlotMove> moves = new ArrayList<>();
    private final List<RedisServer> dead = new ArrayList<>();

    ClusterTrouble(RedisCluster cluster, Random random) {
        this.cluster = cluster;
        this.random = random;
    }

    void make() {
        List<RedisServer> masters = cluster.masters();
        RedisServer master = masters.get(random.nextInt(masters.size()));
        int slot = random.nextInt(16_384);
        switch (random.nextInt(7)) {
            case 0 -> {
                finishMoves();
                comeBack();
                cluster.failOver(master);
            }
            case 1 -> crash(master);
            case 2 -> { // the replica that takes over lacks what came since
                finishMoves();
                comeBack();
                cluster.detach(cluster.replicaOf(master));
                LockSupport.parkNanos(200_000_000);
                crashNow(master);
            }
            case 3, 4 -> cluster.move(slot, Math.min(16_383, slot + random.nextInt(200)), master);
            case 5 -> {
                if (cluster.masterOf(slot) != master) {
                    moves.add(cluster.beginMove(slot, master));
                }
            }
            default -> finishMoves();
        }
    }

    private void crash(RedisServer master) {
        finishMoves();
        comeBack();
        crashNow(master);
    }

    private void crashNow(RedisServer master) {
        dead.add(master);
        cluster.crash(master);
    }

    private void finishMoves() {
        moves.forEach(SlotMove::finish);
        moves.clear();
    }

    private void comeBack() {
        dead.forEach(cluster::restart);
        dead.clear();
        cluster.awaitReplicas();
    }

    void end() {
        finishMoves();
        comeBack();
    }
}
