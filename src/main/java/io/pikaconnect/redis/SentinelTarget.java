package io.pikaconnect.redis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * The master that sentinels name. They are asked at each connect, one after the other, and the server has to confirm that
 * it is a master: a sentinel may not have heard of a failover yet.
 */
public final class SentinelTarget implements Target {

    /** Sentinels do little but answer. */
    private static final int SENTINEL_MS = 2_000;

    /**
     * @param addresses the one that lists the sentinels
     * @param master the one that names the master
     * @param password the one for logging in to the sentinels
     */
    public record Settings(String addresses, String master, String password) {}

    private final String master;
    private final List<Server> sentinels;
    private final Access access;
    private final Settings settings;

    /** The sentinel that is asked first: the last one that was right. Any thread's. */
    private volatile int first;

    /**
     * @param master its name with the sentinels
     * @param access what the servers that they name ask for
     */
    public SentinelTarget(String master, List<Server> sentinels, Access access, Settings settings) {
        this.master = master;
        this.sentinels = List.copyOf(sentinels);
        this.access = access;
        this.settings = settings;
    }

    @Override
    public Jedis connect(int database, int answerMs, Consumer<Socket> opened) {
        Attempts attempts = new Attempts(sentinels.size(), settings.addresses());
        Set<Server> tried = new HashSet<>();
        int start = first;
        for (int i = 0; i < sentinels.size(); i++) {
            int which = (start + i) % sentinels.size();
            Optional<Server> named = named(sentinels.get(which), attempts, opened);
            if (named.filter(tried::add).isPresent()) {
                Optional<Jedis> jedis = connectIfMaster(named.get(), database, answerMs, attempts, opened);
                if (jedis.isPresent()) {
                    first = which;
                    return jedis.get();
                }
            }
        }
        throw attempts.failure();
    }

    /** What this sentinel answers. */
    private Optional<Server> named(Server sentinel, Attempts attempts, Consumer<Socket> opened) {
        try {
            Optional<Server> named = ask(sentinel, opened);
            if (named.isEmpty()) {
                attempts.failed(Step.UNKNOWN, settings.master(), sentinel + " knows no master " + master, null);
            }
            return named;
        } catch (ConnectFailed e) {
            attempts.failed(Step.SENTINEL_AWAY, e.settingOr(settings.addresses()), sentinel + ": " + e.getMessage(), e);
        } catch (JedisDataException e) {
            attempts.failed(Step.SENTINEL_REFUSES, settings.password(), sentinel + " refuses: " + e.getMessage(), e);
        }
        return Optional.empty();
    }

    private Optional<Server> ask(Server sentinel, Consumer<Socket> opened) {
        try (Jedis jedis = sentinel.connectToSentinel(SENTINEL_MS, opened)) {
            return Optional.ofNullable(jedis.sentinelGetMasterAddrByName(master))
                    .filter(address -> address.size() == 2)
                    .map(address -> new Server(address.get(0), Integer.parseInt(address.get(1)), access));
        } catch (JedisConnectionException e) {
            throw ConnectFailed.of(sentinel, e);
        }
    }

    private Optional<Jedis> connectIfMaster(
            Server server, int database, int answerMs, Attempts attempts, Consumer<Socket> opened) {
        try {
            Jedis jedis = server.connect(database, answerMs, opened);
            try {
                if (jedis.info("replication").contains("role:master")) {
                    return Optional.of(jedis);
                }
            } catch (RuntimeException e) {
                jedis.close();
                throw e;
            }
            jedis.close();
            attempts.failed(
                    Step.REDIS,
                    settings.addresses(),
                    server + " is named, but is a replica: a failover is going on",
                    null);
        } catch (JedisConnectionException e) {
            ConnectFailed failed = ConnectFailed.of(server, e);
            attempts.failed(
                    Step.REDIS, failed.settingOr(settings.addresses()), server + ": " + failed.getMessage(), failed);
        }
        return Optional.empty();
    }

    @Override
    public Optional<String> successorOf(SocketAddress connected) {
        int which = first;
        try {
            return ask(sentinels.get(which), socket -> {})
                    .filter(named -> !leadsTo(named, connected))
                    .map(Server::toString);
        } catch (JedisConnectionException | JedisDataException e) {
            first = (which + 1) % sentinels.size(); // the next one is asked the next time
            return Optional.empty();
        }
    }

    private static boolean leadsTo(Server named, SocketAddress connected) {
        if (!(connected instanceof InetSocketAddress to)) {
            return true;
        }
        try {
            return to.getPort() == named.port()
                    && List.of(InetAddress.getAllByName(named.host())).contains(to.getAddress());
        } catch (IOException e) {
            return true; // not known
        }
    }

    @Override
    public String setting() {
        return settings.addresses();
    }

    @Override
    public String toString() {
        return "master " + master + " of the sentinels "
                + sentinels.stream().map(Server::toString).collect(Collectors.joining(","));
    }

    /** How far an attempt got. */
    private enum Step {
        SENTINEL_AWAY,
        SENTINEL_REFUSES,
        UNKNOWN,
        REDIS
    }

    /** What was tried; the setting is that of the attempt that got furthest. */
    private static final class Attempts {

        private final int sentinels;
        private final String addresses;
        private final StringBuilder texts = new StringBuilder();
        private int away;
        private Step furthest = Step.SENTINEL_AWAY;
        private String setting = "";
        private Throwable cause;

        Attempts(int sentinels, String addresses) {
            this.sentinels = sentinels;
            this.addresses = addresses;
        }

        void failed(Step step, String itsSetting, String text, Throwable e) {
            away += step == Step.SENTINEL_AWAY ? 1 : 0;
            texts.append(texts.isEmpty() ? "" : "; ").append(text);
            if (setting.isEmpty() || step.compareTo(furthest) > 0) {
                furthest = step;
                setting = itsSetting;
                cause = e;
            }
        }

        ConnectFailed failure() {
            return new ConnectFailed(setting, texts + majority(), cause);
        }

        /** Why no other server becomes the master. */
        private String majority() {
            return furthest == Step.REDIS && 2 * away >= sentinels
                    ? "; of the " + sentinels + " sentinels in " + addresses + " only " + (sentinels - away)
                            + " answered: without a majority of them no other server becomes the master"
                    : "";
        }
    }
}
