package io.pikaconnect.sink;

import static org.awaitility.Awaitility.await;

import io.pikaconnect.demo.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.args.ClientType;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.params.ClientKillParams;

/** A master, a replica, and sentinels that make the one the other when the master is away for half a second. */
final class SentinelGroup implements AutoCloseable {

    static final String NAME = "orders";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    final List<RedisServer> sentinels = new ArrayList<>();
    private final RedisServer one;
    private final RedisServer other = RedisServer.start("--repl-diskless-sync-delay", "0");

    /** @param master started already */
    SentinelGroup(RedisServer master, int sentinels, String... lines) {
        one = master;
        try (Jedis replica = other.connect();
                Jedis jedis = master.connect()) {
            jedis.configSet("repl-diskless-sync-delay", "0");
            replica.replicaof("127.0.0.1", master.port());
            awaitLink(other); // a sentinel looks at once, and then after ten seconds only
        }
        List<String> all = new ArrayList<>(List.of(
                "sentinel monitor " + NAME + " 127.0.0.1 " + master.port() + " " + (sentinels / 2 + 1),
                "sentinel down-after-milliseconds " + NAME + " 500",
                "sentinel failover-timeout " + NAME + " 2000"));
        all.addAll(Arrays.asList(lines));
        for (int i = 0; i < sentinels; i++) {
            this.sentinels.add(RedisServer.startSentinel(all.toArray(String[]::new)));
        }
    }

    /** All sentinels know the replica, which has everything. */
    void awaitReplica() {
        await().atMost(LIMIT)
                .until(() -> sentinels.stream().allMatch(s -> {
                    try (Jedis sentinel = s.connect()) {
                        return sentinel.sentinelReplicas(NAME).stream()
                                .anyMatch(r ->
                                        "ok".equals(r.get("master-link-status")) && "slave".equals(r.get("flags")));
                    }
                }));
        awaitLink(replica());
    }

    private static void awaitLink(RedisServer replica) {
        await().atMost(LIMIT)
                .until(() ->
                        answer(() -> replica, jedis -> jedis.info("replication").contains("master_link_status:up")));
    }

    /**
     * Asked again where the connection ends before the answer: a sentinel closes the connections of a server whenever it
     * changes that server's role.
     */
    private static <T> T answer(Supplier<RedisServer> server, Function<Jedis, T> question) {
        return await().atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .ignoreException(JedisConnectionException.class)
                .until(
                        () -> {
                            try (Jedis jedis = server.get().connect()) {
                                return question.apply(jedis);
                            }
                        },
                        answer -> true);
    }

    /** What the master of the moment answers. */
    <T> T ofMaster(Function<Jedis, T> question) {
        return answer(this::master, question);
    }

    /** By the word of the first sentinel. */
    RedisServer master() {
        try (Jedis sentinel = sentinels.get(0).connect()) {
            int port =
                    Integer.parseInt(sentinel.sentinelGetMasterAddrByName(NAME).get(1));
            return port == one.port() ? one : other;
        }
    }

    RedisServer replica() {
        return master() == one ? other : one;
    }

    /** From now on the replica gets nothing, although the sentinels see it as before. */
    void detachReplica() {
        answer(this::replica, replica -> {
            replica.configSet("masteruser", "nobody");
            replica.configSet("masterauth", "wrong");
            return replica.clientKill(ClientKillParams.clientKillParams().type(ClientType.MASTER));
        });
    }

    /** The master crashes, and comes back empty once another is the master. */
    void crash() {
        RedisServer before = master();
        before.kill();
        await().atMost(LIMIT).until(() -> master() != before && isMaster(master()));
        ofMaster(jedis -> {
            jedis.configSet("masterauth", "");
            return jedis.configSet("masteruser", "");
        });
        before.restart();
    }

    /** The replica becomes the master by order. */
    void failOver() {
        RedisServer before = master();
        try (Jedis sentinel = sentinels.get(0).connect()) {
            sentinel.sentinelFailover(NAME);
        }
        await().atMost(LIMIT).until(() -> master() != before && isMaster(master()));
    }

    private static boolean isMaster(RedisServer server) {
        return answer(() -> server, jedis -> jedis.info("replication").contains("role:master"));
    }

    /** The sink's settings. */
    String[] settings(String... more) {
        List<String> all = new ArrayList<>(List.of(
                "redis.address",
                "",
                "redis.sentinel.master",
                NAME,
                "redis.sentinel.addresses",
                sentinels.stream().map(RedisServer::address).collect(Collectors.joining(","))));
        all.addAll(Arrays.asList(more));
        return all.toArray(String[]::new);
    }

    @Override
    public void close() {
        sentinels.forEach(RedisServer::close);
        other.close();
    }
}
