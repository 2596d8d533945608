package io.pikaconnect.demo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.args.ClientType;
import redis.clients.jedis.args.ClusterFailoverOption;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.ClientKillParams;

/**
 * A real Redis Cluster on the loopback address: masters that share the slots evenly, replicas of each, and what can happen
 * to them. Each operation waits until it is complete and the nodes that are alive agree about it. One thread at a time
 * calls the operations; {@link #masters} and what else only asks may be called beside it.
 */
public final class RedisCluster implements AutoCloseable {

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);
    /** Redis gives up a failover by order after 5 s. */
    private static final long ORDER_NANOS = TimeUnit.SECONDS.toNanos(6);

    private static final List<String> OPTIONS = List.of(
            "--cluster-node-timeout", "1500",
            "--cluster-replica-validity-factor", "0", // one that is behind takes over, too
            "--repl-diskless-sync-delay", "0");

    /** By their ids. */
    private final Map<String, RedisServer> nodes = new LinkedHashMap<>();

    private RedisCluster(Collection<RedisServer> servers) {
        servers.forEach(server -> nodes.put(ask(server, Jedis::clusterMyId), server));
    }

    /** @param options more, for each node */
    public static RedisCluster start(int masters, int replicasOfEach, String... options) {
        return start(masters, replicasOfEach, node -> List.of(options));
    }

    /** @param options more, for the first, second, … node */
    public static RedisCluster start(int masters, int replicasOfEach, IntFunction<List<String>> options) {
        List<RedisServer> servers = new ArrayList<>();
        try {
            for (int i = 0; i < masters * (1 + replicasOfEach); i++) {
                List<String> all = new ArrayList<>(OPTIONS);
                all.addAll(options.apply(i));
                servers.add(RedisServer.startNode(all.toArray(String[]::new)));
            }
            RedisCluster cluster = new RedisCluster(servers);
            cluster.join(servers, masters);
            return cluster;
        } catch (RuntimeException | Error e) {
            servers.forEach(RedisServer::close);
            throw e;
        }
    }

    private void join(List<RedisServer> servers, int masters) {
        for (int i = 0; i < servers.size(); i++) {
            try (Jedis node = servers.get(i).connect()) {
                node.clusterSetConfigEpoch(i + 1);
                for (RedisServer other : servers.subList(0, i)) {
                    node.clusterMeet("127.0.0.1", other.port());
                }
                if (i < masters) {
                    node.clusterAddSlots(IntStream.range(share(i, masters), share(i + 1, masters))
                            .toArray());
                }
            }
        }
        await("all nodes know each other", () -> servers.stream().allMatch(s -> view(s).isComplete(servers.size())));
        List<String> ids = List.copyOf(nodes.keySet());
        for (int i = masters; i < servers.size(); i++) {
            String master = ids.get(i % masters);
            ask(servers.get(i), node -> node.clusterReplicate(master));
        }
        awaitAgreement();
        awaitReplicas();
    }

    private static int share(int i, int masters) {
        return ClusterView.SLOTS * i / masters;
    }

    /** The addresses of all nodes, with commas in between. */
    public String addresses() {
        return nodes.values().stream().map(RedisServer::address).collect(Collectors.joining(","));
    }

    /** All nodes, also those that are away. */
    public List<RedisServer> nodes() {
        return List.copyOf(nodes.values());
    }

    /** Those that have slots at the moment and are alive, the one with the lowest slot first. */
    public List<RedisServer> masters() {
        return Arrays.stream(anyView().owners())
                .distinct()
                .map(nodes::get)
                .filter(server -> server != null && server.isAlive())
                .toList();
    }

    /** The one that has the slot, also if it is away. A node to which the slot is being moved may not know. */
    public RedisServer masterOf(int slot) {
        return alive().stream()
                .map(server -> view(server).owners()[slot])
                .filter(Objects::nonNull)
                .findFirst()
                .map(nodes::get)
                .orElseThrow(() -> new IllegalStateException("no node has slot " + slot));
    }

    /** Its replica that is alive. */
    public RedisServer replicaOf(RedisServer master) {
        String id = idOf(master);
        return anyView().lines().stream()
                .filter(line -> line.master().filter(id::equals).isPresent())
                .map(line -> nodes.get(line.id()))
                .filter(RedisServer::isAlive)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(master.address() + " has no replica that is alive"));
    }

    public boolean hasReplica(RedisServer master) {
        String id = idOf(master);
        return anyView().lines().stream()
                .anyMatch(line -> line.master().filter(id::equals).isPresent()
                        && nodes.get(line.id()).isAlive());
    }

    /** How many slots it has. */
    public int slotsOf(RedisServer master) {
        return (int) view(master).self().allSlots().count();
    }

    /** A replica takes over by order, with everything that its master has; gives the new master. */
    public RedisServer failOver(RedisServer master) {
        RedisServer replica = takeOver(master);
        awaitAgreement();
        awaitReplicas();
        return replica;
    }

    /** The same while slots are halfway: a node to which one is being moved never agrees about it, until that is finished. */
    public RedisServer failOverHalfway(RedisServer master) {
        RedisServer replica = takeOver(master);
        String id = idOf(replica);
        await(
                "all nodes know of " + replica.address(),
                () -> alive().stream()
                        .flatMap(server -> view(server).lines().stream())
                        .filter(line -> line.id().equals(idOf(master)))
                        .allMatch(line -> line.master().filter(id::equals).isPresent()));
        awaitReplicas();
        return replica;
    }

    /**
     * The replica takes over without asking anybody, whatever it lacks; the master, which was cut off from it, gives way and keeps
     * its clients.
     */
    public RedisServer replace(RedisServer master) {
        RedisServer replica = replicaOf(master);
        ask(replica, node -> node.clusterFailover(ClusterFailoverOption.TAKEOVER));
        await(replica.address() + " takes over", () -> isMaster(replica) && !isMaster(master));
        attach(replica);
        awaitAgreement();
        awaitReplicas();
        return replica;
    }

    private RedisServer takeOver(RedisServer master) {
        RedisServer replica = replicaOf(master);
        long ordered = System.nanoTime() - ORDER_NANOS;
        long start = System.nanoTime();
        while (!isMaster(replica)) {
            if (System.nanoTime() - ordered >= ORDER_NANOS) {
                ask(replica, Jedis::clusterFailover);
                ordered = System.nanoTime();
            }
            pause("a failover to " + replica.address(), start);
        }
        return replica;
    }

    /** The master crashes, and the others elect its replica, whatever that lacks; gives the new master. */
    public RedisServer crash(RedisServer master) {
        RedisServer replica = replicaOf(master);
        master.kill();
        await("the others elect " + replica.address(), () -> isMaster(replica));
        attach(replica);
        awaitAgreement();
        return replica;
    }

    /** From now on it gets nothing from its master, which the other nodes do not notice. */
    public void detach(RedisServer replica) {
        ask(replica, node -> {
            node.configSet("masteruser", "nobody");
            node.configSet("masterauth", "wrong");
            return node.clientKill(ClientKillParams.clientKillParams().type(ClientType.MASTER));
        });
    }

    /** The end of {@link #detach}. */
    public void attach(RedisServer node) {
        ask(node, jedis -> {
            jedis.configSet("masterauth", "");
            return jedis.configSet("masteruser", "");
        });
    }

    /** The node crashes, and no other takes its slots. */
    public void takeAway(RedisServer node) {
        if (hasReplica(node)) {
            ask(replicaOf(node), replica -> replica.configSet("cluster-replica-no-failover", "yes"));
        }
        node.kill();
    }

    /** Starts one that crashed with what it had saved; another that has its slots by now becomes its master. */
    public void restart(RedisServer node) {
        node.restart();
        awaitReturn();
    }

    /** The same, without data. */
    public void restartEmpty(RedisServer node) {
        node.restartEmpty();
        awaitReturn();
    }

    private void awaitReturn() {
        awaitAgreement();
        for (RedisServer node : alive()) {
            ask(node, jedis -> jedis.configSet("cluster-replica-no-failover", "no"));
        }
        awaitReplicas();
    }

    /** Moves slots, with their keys, one after the other. */
    public void move(int first, int last, RedisServer to) {
        for (int slot = first; slot <= last; slot++) {
            if (masterOf(slot) != to) {
                beginMove(slot, to).finish();
            }
        }
        awaitAgreement();
    }

    /** A slot that is on its way: its keys are where they were, and new ones go to the other node. */
    public SlotMove beginMove(int slot, RedisServer to) {
        return new SlotMove(this, slot, to);
    }

    /** Moves slots until all masters have the same number of them. */
    public void rebalance() {
        List<RedisServer> masters = masters();
        int share = ClusterView.SLOTS / masters.size();
        List<Integer> surplus = new ArrayList<>();
        for (RedisServer master : masters) {
            int[] slots = view(master).self().allSlots().toArray();
            Arrays.stream(slots).skip(share).forEach(surplus::add);
        }
        for (RedisServer master : masters) {
            for (int has = slotsOf(master); has < share; has++) {
                beginMove(surplus.remove(0), master).finish();
            }
        }
        awaitAgreement();
    }

    /** All nodes that are alive know the same, and every slot has a master that is one of them. */
    public void awaitAgreement() {
        await("all nodes agree", () -> {
            List<RedisServer> alive = alive();
            List<ClusterView> views = alive.stream().map(RedisCluster::view).toList();
            return views.stream().map(ClusterView::agreement).distinct().count() == 1
                    && Arrays.stream(views.get(0).owners())
                            .distinct()
                            .allMatch(id -> id != null && nodes.get(id).isAlive())
                    && alive.stream().allMatch(s -> ask(s, Jedis::clusterInfo).contains("cluster_state:ok"));
        });
    }

    /** Every replica that is alive is connected to its master and has what that has. */
    public void awaitReplicas() {
        await(
                "replicas are connected",
                () -> alive().stream()
                        .map(s -> ask(s, node -> node.info("replication")))
                        .allMatch(info -> info.contains("role:master") || info.contains("master_link_status:up")));
    }

    private List<RedisServer> alive() {
        return nodes.values().stream().filter(RedisServer::isAlive).toList();
    }

    private ClusterView anyView() {
        return view(alive().get(0));
    }

    static ClusterView view(RedisServer server) {
        return ask(server, ClusterView::of);
    }

    private static boolean isMaster(RedisServer server) {
        return view(server).self().master().isEmpty();
    }

    /** The node itself, or what took over from it. */
    RedisServer successorOf(String id) {
        return anyView().lines().stream()
                .filter(line -> line.id().equals(id))
                .findFirst()
                .flatMap(ClusterView.Line::master)
                .map(nodes::get)
                .orElseGet(() -> nodes.get(id));
    }

    String idOf(RedisServer server) {
        return nodes.entrySet().stream()
                .filter(node -> node.getValue() == server)
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    static <T> T ask(RedisServer server, Function<Jedis, T> question) {
        try (Jedis jedis = server.connect()) {
            return question.apply(jedis);
        }
    }

    /** A node that has just been killed or started may close a connection. */
    private static void await(String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (true) {
            try {
                if (condition.getAsBoolean()) {
                    return;
                }
            } catch (JedisException e) {
                if (System.nanoTime() - start > LIMIT_NANOS) {
                    throw e;
                }
            }
            pause(what, start);
        }
    }

    /** Repeats what a node refuses because it finds the cluster down. */
    static void untilItIsUp(Runnable what) {
        long start = System.nanoTime();
        while (true) {
            try {
                what.run();
                return;
            } catch (JedisDataException e) {
                if (!e.getMessage().contains("CLUSTERDOWN")) {
                    throw e;
                }
                pause("the cluster is up", start);
            }
        }
    }

    private static void pause(String what, long start) {
        if (System.nanoTime() - start > LIMIT_NANOS) {
            throw new IllegalStateException("not within a minute: " + what);
        }
        LockSupport.parkNanos(10_000_000);
    }

    @Override
    public void close() {
        nodes.values().forEach(RedisServer::close);
    }
}
