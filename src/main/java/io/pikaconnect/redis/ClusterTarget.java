package io.pikaconnect.redis;

import java.net.Socket;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * A Redis Cluster. Some of its nodes are named; they are asked which node has which slot until one has answered. From then on
 * the nodes that were met last are asked first: one that is named may have left the cluster.
 */
public final class ClusterTarget implements Target {

    /** A node that is asked for the slots should answer soon. */
    private static final int ASKED_MS = 5_000;

    private static final String ANNOUNCED =
            "; nodes of a cluster are connected to as they announce themselves, which is by a name with"
                    + " cluster-announce-hostname and cluster-preferred-endpoint-type hostname (from 7.0 on)";

    /** So many nodes that were met are compared: more would know no more. */
    private static final int COMPARED = 3;

    /** What a node says of the cluster. */
    private record View(SlotMap slots, long epoch) {

        private static final Comparator<View> BY_WORTH =
                Comparator.comparingInt((View view) -> view.slots.size()).thenComparingLong(View::epoch);
    }

    private final List<Server> named;
    private final String setting;

    /** The nodes by the last answer. Any thread's. */
    private volatile List<Server> met = List.of();

    /** By the last node for which the cluster was down. Any thread's. */
    private volatile String whyDown = "";

    /** @param setting the one that names the nodes */
    public ClusterTarget(List<Server> named, String setting) {
        this.named = List.copyOf(named);
        this.setting = setting;
    }

    /** A connection to the first node that answers. */
    @Override
    public Jedis connect(int database, int answerMs, Consumer<Socket> opened) {
        Failures failures = new Failures();
        Set<Server> all = new LinkedHashSet<>(named);
        all.addAll(met);
        for (Server server : all) {
            try {
                return server.connect(database, answerMs, opened);
            } catch (JedisConnectionException e) {
                failures.add(server, e);
            }
        }
        throw failures.all();
    }

    /** A connection to that node; the caller closes it. */
    public Jedis connectTo(Server node, int answerMs, Consumer<Socket> opened) {
        try {
            return node.connect(0, answerMs, opened);
        } catch (ConnectFailed e) {
            throw e.isForAnotherHost() ? e.with(ANNOUNCED) : e;
        }
    }

    /**
     * Asks nodes which one has which slot. Only those are believed for which the cluster is up: a node that was taken out of it,
     * or is cut off from the others, finds it down.
     *
     * @return empty if it is down for every node that answers
     * @throws ConnectFailed if none of them answers
     * @throws JedisDataException if it is no cluster, or does not let us ask
     */
    public Optional<SlotMap> slots(Consumer<Socket> opened) {
        Failures failures = new Failures();
        List<Server> known = new ArrayList<>(met);
        Collections.shuffle(known);
        Optional<View> best =
                best(known, COMPARED, failures, opened).or(() -> best(named, named.size(), failures, opened));
        if (best.isEmpty() && (!failures.hasAnswer || failures.refused.isPresent())) {
            throw failures.all();
        }
        best.ifPresent(view -> met = List.copyOf(view.slots.masters()));
        return best.map(View::slots);
    }

    /** Why the cluster is down, and what to do; asked after {@link #slots} found it so. */
    public String whyDown() {
        return whyDown;
    }

    /** @param enough so many for which the cluster is up */
    private Optional<View> best(List<Server> nodes, int enough, Failures failures, Consumer<Socket> opened) {
        List<View> views = new ArrayList<>();
        for (Server node : nodes) {
            if (views.size() < enough) {
                ask(node, failures, opened).ifPresent(views::add);
            }
        }
        return views.stream().max(View.BY_WORTH);
    }

    /** Empty if the cluster is down for it, or it does not answer. */
    private Optional<View> ask(Server node, Failures failures, Consumer<Socket> opened) {
        try (Jedis jedis = node.connect(0, ASKED_MS, opened)) {
            String info = jedis.clusterInfo();
            failures.hasAnswer = true;
            if (!info.contains("cluster_state:ok")) {
                whyDown = DownReason.of(jedis.clusterNodes());
                return Optional.empty();
            }
            jedis.getConnection().sendCommand(Protocol.Command.CLUSTER, "SLOTS");
            SlotMap slots = SlotMap.of((List<?>) jedis.getConnection().getOne(), node);
            return Optional.of(new View(slots, currentEpoch(info)));
        } catch (JedisConnectionException e) {
            failures.add(node, e);
        } catch (JedisDataException e) {
            failures.refused = failures.refused.or(() -> Optional.of(e));
        }
        return Optional.empty();
    }

    private static long currentEpoch(String info) {
        return info.lines()
                .filter(line -> line.startsWith("cluster_current_epoch:"))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1)))
                .findFirst()
                .orElse(0);
    }

    /** Why nodes did not answer. */
    private final class Failures {

        private final StringBuilder texts = new StringBuilder();
        private Optional<ConnectFailed> first = Optional.empty();
        private Optional<JedisDataException> refused = Optional.empty();
        private boolean hasAnswer;

        void add(Server server, JedisConnectionException e) {
            ConnectFailed failed = ConnectFailed.of(server, e);
            first = first.or(() -> Optional.of(failed));
            texts.append(texts.isEmpty() ? "" : "; ")
                    .append(server)
                    .append(": ")
                    .append(failed.getMessage());
        }

        RuntimeException all() {
            return refused.<RuntimeException>map(e -> e)
                    .orElseGet(() -> new ConnectFailed(
                            first.map(e -> e.settingOr(setting)).orElse(setting),
                            texts.toString(),
                            first.orElse(null)));
        }
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
