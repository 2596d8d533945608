package io.pikaconnect.redis;

import java.net.Socket;
import java.net.SocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * A Redis Cluster. Some of its nodes are named; they are asked which node has which slot, and so is, once they do not answer,
 * every node that was met since.
 */
public final class ClusterTarget implements Target {

    /** A node that is asked for the slots should answer soon. */
    private static final int ASKED_MS = 5_000;

    private final List<Server> named;
    private final String setting;

    /** The nodes by the last answer. Any thread's. */
    private volatile List<Server> met = List.of();

    /** @param setting the one that names the nodes */
    public ClusterTarget(List<Server> named, String setting) {
        this.named = List.copyOf(named);
        this.setting = setting;
    }

    /** A connection to the first node that answers. */
    @Override
    public Jedis connect(int database, int answerMs, Consumer<Socket> opened) {
        return firstOf(server -> server.connect(database, answerMs, opened));
    }

    /** A connection to that node; the caller closes it. */
    public Jedis connectTo(Server node, int answerMs, Consumer<Socket> opened) {
        return node.connect(0, answerMs, opened);
    }

    /**
     * Asks a node which one has which slot.
     *
     * @throws ConnectFailed if none of them answers
     * @throws redis.clients.jedis.exceptions.JedisDataException if it is no cluster, or does not let us ask
     */
    public SlotMap slots(Consumer<Socket> opened) {
        SlotMap map = firstOf(server -> {
            try (Jedis jedis = server.connect(0, ASKED_MS, opened)) {
                jedis.getConnection().sendCommand(Protocol.Command.CLUSTER, "SLOTS");
                return SlotMap.of((List<?>) jedis.getConnection().getOne(), server);
            }
        });
        met = List.copyOf(map.masters());
        return map;
    }

    private <T> T firstOf(Function<Server, T> attempt) {
        Set<Server> all = new LinkedHashSet<>(named);
        all.addAll(met);
        StringBuilder texts = new StringBuilder();
        ConnectFailed first = null;
        for (Server server : all) {
            try {
                return attempt.apply(server);
            } catch (JedisConnectionException e) {
                ConnectFailed failed = ConnectFailed.of(server, e);
                first = first == null ? failed : first;
                texts.append(texts.isEmpty() ? "" : "; ")
                        .append(server)
                        .append(": ")
                        .append(failed.getMessage());
            }
        }
        throw new ConnectFailed(first.settingOr(setting), texts.toString(), first);
    }

    /** Which node is a master is seen by each step. */
    @Override
    public Optional<String> successorOf(SocketAddress connected) {
        return Optional.empty();
    }

    @Override
    public String setting() {
        return setting;
    }

    @Override
    public String toString() {
        return "cluster of " + named.stream().map(Server::toString).collect(Collectors.joining(","));
    }
}
