package io.pikaconnect.replication;

import io.pikaconnect.pika.BinlogPosition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A master's client port, for what only INFO, CONFIG GET and TIME return (replication-protocol 10.5). Replication does
 * not depend on it: if it does not answer, everything here is empty.
 */
final class ClientPort implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ClientPort.class);

    private static final Pattern REPLICA =
            Pattern.compile("(?m)^slave\\d+:ip=([^,\\s]+),port=(\\d{1,5}),?([^\\r\\n]*)");

    /** Before the error that the password was answered with. */
    static final String AUTH = "AUTH: ";

    private static final byte[] RAFT_CLUSTER = "RAFT.CLUSTER".getBytes(StandardCharsets.US_ASCII);

    private final Jedis jedis;
    private final List<String> refused = new ArrayList<>();
    private Optional<String> silence = Optional.empty();
    /** The response to the password, if it was an error. */
    private Optional<String> refusal = Optional.empty();

    private ClientPort(Jedis jedis) {
        this.jedis = jedis;
    }

    /** Connects and authenticates; empty if the master does not answer or does not let us in. */
    static Optional<ClientPort> open(ReplicaConfig config, Duration limit) {
        try {
            return Optional.of(connect(config, limit));
        } catch (JedisException e) {
            LOG.debug("{}: the client port does not answer: {}", config, e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * Connects and authenticates.
     *
     * @throws JedisDataException if the master answered with an error
     * @throws JedisException if it did not answer
     */
    static ClientPort connect(ReplicaConfig config, Duration limit) {
        try {
            return open(config, limit, config.password());
        } catch (JedisDataException e) {
            // AUTH is an error, too, where no password is set: then it works without.
            ClientPort without = open(config, limit, Optional.empty());
            without.refusal = Optional.of(AUTH + e.getMessage());
            return without;
        }
    }

    /** The error of a master that would answer if it had fewer clients. */
    static Optional<String> overloaded(JedisDataException e) {
        return Optional.of(String.valueOf(e.getMessage())).filter(m -> m.contains("max number of clients"));
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

    /** Why a query was not answered at all, if so. */
    Optional<String> silence() {
        return silence;
    }

    /** The queries that were answered with an error, and the errors; AUTH first, if that may be their cause. */
    List<String> refused() {
        return refused.isEmpty()
                ? List.of()
                : Stream.concat(refusal.stream(), refused.stream()).toList();
    }

    private void unanswered(String question, JedisException e) {
        LOG.debug("{} was not answered: {}", question, e.getMessage());
        if (e instanceof JedisDataException data && overloaded(data).isEmpty()) {
            refused.add(question + ": " + e.getMessage());
        } else {
            silence = Optional.of(question + ": " + e.getMessage());
        }
    }

    /** What a master reports of replication by Raft, which development branches of 3.5 have. */
    enum Raft {
        /** No such command: every release. */
        NONE,
        /** The command is known, and reports no cluster. */
        KNOWN,
        CLUSTER
    }

    /** What the master reports of Raft; none if it does not answer, or refuses the query. */
    Raft raft() {
        try {
            jedis.sendCommand(() -> RAFT_CLUSTER, "INFO");
            return Raft.CLUSTER;
        } catch (JedisDataException e) {
            String error = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
            boolean unknown = error.contains("unknown") || error.startsWith("noperm") || error.startsWith("noauth");
            return error.contains("raft") && !unknown ? Raft.KNOWN : Raft.NONE;
        } catch (JedisException e) {
            unanswered("RAFT.CLUSTER", e);
            return Raft.NONE;
        }
    }

    /** The server's role: whether it has a master itself. */
    Role role() {
        return info("replication").map(Role::of).orElse(Role.UNKNOWN);
    }

    /** Identifies the history of its data; empty before 3.5.1, and until a replica first attached. */
    String replicationId() {
        return info("replication", "(?m)^ReplicationID:(\\w+)")
                .map(m -> m.group(1))
                .orElse("");
    }

    /** Whether its release has replication ids, but it has none: it will create one when the next replica attaches. */
    boolean lacksReplicationId() {
        return info("replication", "(?m)^ReplicationID:[ \\t]*$").isPresent();
    }

    /** Identifies the server; empty before 3.5. */
    String runId() {
        return info("server", "(?m)^run_id:(\\w+)").map(m -> m.group(1)).orElse("");
    }

    /** Such as {@code 3.5.5}. */
    Optional<String> version() {
        return info("server", "(?m)^pika_version:(\\S+)").map(m -> m.group(1));
    }

    /** End of the log of a db. */
    Optional<BinlogPosition> end(String database) {
        return info("replication", "(?m)^" + Pattern.quote(database) + "[ :]binlog_offset=(\\d+) (\\d+)")
                .map(m -> new BinlogPosition(Long.parseLong(m.group(1)), Long.parseLong(m.group(2))));
    }

    /** The replicas attached now. */
    List<KnownReplica> replicas() {
        List<KnownReplica> replicas = new ArrayList<>();
        info("replication", REPLICA).ifPresent(m -> {
            do {
                replicas.add(new KnownReplica(m.group(1), Integer.parseInt(m.group(2)), m.group(3)));
            } while (m.find());
        });
        return replicas;
    }

    /** Bytes of the master's data on its disk. */
    OptionalLong dataBytes() {
        return number(info("data", "(?m)^db_size:(\\d+)").map(m -> m.group(1)));
    }

    /** Whether the master is known to be making a dump of one of its databases. */
    boolean isMakingDump() {
        return info("stats", "(?m)^is_bgsaving:Yes").isPresent();
    }

    /** How many binlog files the master keeps. */
    OptionalLong expireLogsNums() {
        return number(config("expire-logs-nums"));
    }

    /** Size in bytes at which the next binlog file is started. */
    OptionalLong binlogFileSize() {
        return number(config("binlog-file-size"));
    }

    /** Whether the master is known not to log its changes. */
    boolean writesNoBinlog() {
        return config("write-binlog").filter("no"::equalsIgnoreCase).isPresent();
    }

    /** Whether the master is known to have no requirepass. */
    boolean needsNoPassword() {
        return config("requirepass").filter(String::isEmpty).isPresent();
    }

    /** The master's clock minus ours, measured in the middle of the query. */
    Optional<Duration> clockOffset() {
        try {
            Instant asked = Instant.now();
            List<String> time = jedis.time();
            Duration half = Duration.between(asked, Instant.now()).dividedBy(2);
            Instant there = Instant.ofEpochSecond(Long.parseLong(time.get(0)), Long.parseLong(time.get(1)) * 1000);
            return Optional.of(Duration.between(asked.plus(half), there));
        } catch (JedisException e) {
            unanswered("TIME", e);
            return Optional.empty();
        } catch (NumberFormatException e) {
            LOG.debug("TIME was answered with something else: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<Matcher> info(String section, String pattern) {
        return info(section, Pattern.compile(pattern));
    }

    /** The first match in that section, if there is one. */
    private Optional<Matcher> info(String section, Pattern pattern) {
        return info(section).map(pattern::matcher).filter(Matcher::find);
    }

    private Optional<String> info(String section) {
        try {
            return Optional.of(jedis.info(section));
        } catch (JedisException e) {
            unanswered("INFO " + section, e);
            return Optional.empty();
        }
    }

    private Optional<String> config(String name) {
        try {
            Map<String, String> answer = jedis.configGet(name);
            return Optional.ofNullable(answer.get(name));
        } catch (JedisException e) {
            unanswered("CONFIG GET " + name, e);
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
        } catch (JedisException e) { // closing first flushes what a broken connection did not take
            LOG.debug("While closing a connection to the client port", e);
        }
    }
}
