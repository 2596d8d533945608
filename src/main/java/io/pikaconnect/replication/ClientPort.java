package io.pikaconnect.replication;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A master's client port, for what only INFO, CONFIG GET and TIME can tell (replication-protocol 10.5). Nothing a
 * replication needs: where it does not answer, everything here is empty.
 */
final class ClientPort implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ClientPort.class);

    private static final Pattern REPLICA = Pattern.compile("(?m)^slave\\d+:ip=([^,\\s]+),port=(\\d{1,5}),");

    private final Jedis jedis;

    private ClientPort(Jedis jedis) {
        this.jedis = jedis;
    }

    /** Connects and authenticates; empty if the master does not answer or does not let us in. */
    static Optional<ClientPort> open(ReplicaConfig config, Duration limit) {
        try {
            return Optional.of(open(config, limit, config.password()));
        } catch (JedisDataException e) {
            // AUTH is an error, too, where no password is set: then it works without.
            try {
                return Optional.of(open(config, limit, Optional.empty()));
            } catch (JedisException again) {
                return refused(config, again);
            }
        } catch (JedisException e) {
            return refused(config, e);
        }
    }

    private static Optional<ClientPort> refused(ReplicaConfig config, JedisException e) {
        LOG.debug("{}: the client port does not answer: {}", config, e.getMessage());
        return Optional.empty();
    }

    private static ClientPort open(ReplicaConfig config, Duration limit, Optional<String> password) {
        int millis = (int) limit.toMillis();
        DefaultJedisClientConfig.Builder client = DefaultJedisClientConfig.builder()
                .connectionTimeoutMillis(millis)
                .socketTimeoutMillis(millis)
                .clientSetInfoConfig(ClientSetInfoConfig.DISABLED);
        password.ifPresent(client::password);
        return new ClientPort(new Jedis(new HostAndPort(config.host(), config.port()), client.build()));
    }

    /** Such as {@code 3.5.5}. */
    Optional<String> version() {
        return info("server", "(?m)^pika_version:(\\S+)").map(m -> m.group(1));
    }

    /** End of the log of a db. */
    Optional<BinlogOffset> end(String database) {
        return info("replication", "(?m)^" + Pattern.quote(database) + "[ :]binlog_offset=(\\d+) (\\d+)")
                .map(m -> new BinlogOffset(Long.parseLong(m.group(1)), Long.parseLong(m.group(2))));
    }

    /** The addresses that the replicas attached now have announced. */
    List<InetSocketAddress> replicas() {
        List<InetSocketAddress> replicas = new ArrayList<>();
        info("replication", REPLICA).ifPresent(m -> {
            do {
                replicas.add(InetSocketAddress.createUnresolved(m.group(1), Integer.parseInt(m.group(2))));
            } while (m.find());
        });
        return replicas;
    }

    /** Bytes of the master's data on its disk. */
    OptionalLong dataBytes() {
        return number(info("data", "(?m)^db_size:(\\d+)").map(m -> m.group(1)));
    }

    /** How many binlog files the master keeps. */
    OptionalLong expireLogsNums() {
        return number(config("expire-logs-nums"));
    }

    /** How long a binlog file gets before the next one is begun. */
    OptionalLong binlogFileSize() {
        return number(config("binlog-file-size"));
    }

    /** Whether the master is known not to log its changes. */
    boolean writesNoBinlog() {
        return config("write-binlog").filter("no"::equalsIgnoreCase).isPresent();
    }

    /** The master's clock minus ours, as of the middle of the question. */
    Optional<Duration> clockOffset() {
        try {
            Instant asked = Instant.now();
            List<String> time = jedis.time();
            Duration half = Duration.between(asked, Instant.now()).dividedBy(2);
            Instant there = Instant.ofEpochSecond(Long.parseLong(time.get(0)), Long.parseLong(time.get(1)) * 1000);
            return Optional.of(Duration.between(asked.plus(half), there));
        } catch (JedisException | NumberFormatException e) {
            LOG.debug("TIME was not answered: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<Matcher> info(String section, String pattern) {
        return info(section, Pattern.compile(pattern));
    }

    /** The first place in that section, if there is one. */
    private Optional<Matcher> info(String section, Pattern pattern) {
        try {
            return Optional.of(pattern.matcher(jedis.info(section))).filter(Matcher::find);
        } catch (JedisException e) {
            LOG.debug("INFO {} was not answered: {}", section, e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<String> config(String name) {
        try {
            Map<String, String> answer = jedis.configGet(name);
            return Optional.ofNullable(answer.get(name));
        } catch (JedisException e) {
            LOG.debug("CONFIG GET {} was not answered: {}", name, e.getMessage());
            return Optional.empty();
        }
    }

    private static OptionalLong number(Optional<String> text) {
        return text.filter(t -> t.matches("\\d{1,18}"))
                .map(t -> OptionalLong.of(Long.parseLong(t)))
                .orElse(OptionalLong.empty());
    }

    @Override
    public void close() {
        try {
            jedis.close();
        } catch (JedisException e) { // it first sends what a broken connection did not take
            LOG.debug("While closing a connection to the client port", e);
        }
    }
}
