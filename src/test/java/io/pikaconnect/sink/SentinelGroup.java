package io.pikaconnect.sink;

import static org.awaitility.Awaitility.await;

import io.pikaconnect.demo.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.args.ClientType;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.ClientKillParams;

/** A master, a replica, and sentinels that make the one the other when the master is away for half a second. */
final class SentinelGroup implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SentinelGroup.class);

    static final String NAME = "orders";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    final List<RedisServer> sentinels = new ArrayList<>();
    private final List<String> sentinelAddresses = new ArrayList<>();
    private final Set<RedisServer> away = new HashSet<>();
    private final RedisServer one;
    private final RedisServer other;

    /** By the port that the sentinels know. */
    private final Map<Integer, RedisServer> servers;

    private final Optional<SentinelSecrets> secrets;

    /** @param master started already */
    SentinelGroup(RedisServer master, int sentinels) {
        one = master;
        other = RedisServer.start("--repl-diskless-sync-delay", "0");
        servers = Map.of(one.port(), one, other.port(), other);
        secrets = Optional.empty();
        start(one.port(), sentinels);
    }

    /** Everybody demands TLS, a client certificate and a password; the sentinels' are not those of the servers. */
    SentinelGroup(SentinelSecrets secrets, int sentinels) {
        int first = SentinelSecrets.freePort();
        int second = SentinelSecrets.freePort();
        one = RedisServer.start(secrets.options(first));
        other = RedisServer.start(secrets.options(second));
        servers = Map.of(first, one, second, other);
        this.secrets = Optional.of(secrets);
        start(first, sentinels);
    }

    private void start(int masterPort, int count) {
        try (Jedis replica = connect(other);
                Jedis jedis = connect(one)) {
            jedis.configSet("repl-diskless-sync-delay", "0");
            replica.replicaof("127.0.0.1", masterPort);
            awaitLink(other); // a sentinel looks at once, and then after ten seconds only
        }
        List<String> lines = List.of(
                "sentinel monitor " + NAME + " 127.0.0.1 " + masterPort + " " + (count / 2 + 1),
                "sentinel down-after-milliseconds " + NAME + " 500",
                "sentinel failover-timeout " + NAME + " 2000");
        for (int i = 0; i < count; i++) {
            List<String> all = new ArrayList<>(lines);
            int tlsPort = SentinelSecrets.freePort();
            secrets.ifPresent(s -> all.addAll(s.lines(NAME, tlsPort)));
            RedisServer sentinel = RedisServer.startSentinel(all.toArray(String[]::new));
            sentinels.add(sentinel);
            sentinelAddresses.add("127.0.0.1:" + (secrets.isPresent() ? tlsPort : sentinel.port()));
        }
    }

    private Jedis connect(RedisServer server) {
        Jedis jedis = server.connect();
        secrets.ifPresent(s -> jedis.auth(sentinels.contains(server) ? s.sentinelPassword() : s.password()));
        return jedis;
    }

    private List<RedisServer> present() {
        return sentinels.stream().filter(s -> !away.contains(s)).toList();
    }

    /** As a crash does. */
    void killSentinel(int which) {
        sentinels.get(which).kill();
        away.add(sentinels.get(which));
    }

    /** It knows what it knew. */
    void restartSentinel(int which) {
        sentinels.get(which).restart();
        away.remove(sentinels.get(which));
    }

    /** All sentinels know each other and the replica, which has everything. */
    void awaitReplica() {
        await().atMost(LIMIT)
                .ignoreException(JedisConnectionException.class)
                .until(() -> present().stream().allMatch(s -> {
                    try (Jedis sentinel = connect(s)) {
                        return sentinel.sentinelMaster(NAME)
                                        .get("num-other-sentinels")
                                        .equals(String.valueOf(sentinels.size() - 1))
                                && sentinel.sentinelReplicas(NAME).stream()
                                        .anyMatch(r -> "ok".equals(r.get("master-link-status"))
                                                && "slave".equals(r.get("flags")));
                    }
                }));
        awaitLink(replica());
    }

    private void awaitLink(RedisServer replica) {
        await().atMost(LIMIT)
                .until(() ->
                        answer(() -> replica, jedis -> jedis.info("replication").contains("master_link_status:up")));
    }

    /**
     * Asked again where the connection ends before the answer: a sentinel closes the connections of a server whenever it
     * changes that server's role.
     */
    private <T> T answer(Supplier<RedisServer> server, Function<Jedis, T> question) {
        return await().atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .ignoreException(JedisConnectionException.class)
                .until(
                        () -> {
                            try (Jedis jedis = connect(server.get())) {
                                return question.apply(jedis);
                            }
                        },
                        answer -> true);
    }

    /** What the master of the moment answers. */
    <T> T ofMaster(Function<Jedis, T> question) {
        return answer(this::master, question);
    }

    /** By the word of the first sentinel that is there. */
    RedisServer master() {
        try (Jedis sentinel = connect(present().get(0))) {
            return servers.get(
                    Integer.parseInt(sentinel.sentinelGetMasterAddrByName(NAME).get(1)));
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
        awaitAnother(before);
        ofMaster(jedis -> {
            jedis.configSet("masterauth", secrets.map(SentinelSecrets::password).orElse(""));
            return jedis.configSet("masteruser", "");
        });
        before.restart();
    }

    /** The replica becomes the master by order. */
    void failOver() {
        RedisServer before = master();
        try (Jedis sentinel = connect(present().get(0))) {
            sentinel.sentinelFailover(NAME);
        }
        awaitAnother(before);
    }

    /** It runs a script that writes nothing, again when it was killed. */
    void keepBusyUntilAnotherIsMaster(RedisServer before) {
        await().atMost(LIMIT).until(() -> {
            try (Jedis jedis = new Jedis("127.0.0.1", before.port(), 60_000)) {
                jedis.eval("for i = 1, 2e8 do local x = i % 7 end");
            } catch (JedisException e) { // BUSY, killed, or the connection closed with the demotion
                LOG.debug("The script ended early", e);
            }
            return master() != before;
        });
        awaitAnother(before);
    }

    void awaitAnother(RedisServer before) {
        await().atMost(LIMIT)
                .ignoreException(JedisConnectionException.class)
                .until(() -> master() != before && isMaster(master()));
    }

    private boolean isMaster(RedisServer server) {
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
                String.join(",", sentinelAddresses)));
        secrets.ifPresent(s -> all.addAll(s.settings()));
        all.addAll(Arrays.asList(more));
        return all.toArray(String[]::new);
    }

    @Override
    public void close() {
        sentinels.forEach(RedisServer::close);
        other.close();
        if (secrets.isPresent()) { // else it is not ours
            one.close();
        }
    }
}
