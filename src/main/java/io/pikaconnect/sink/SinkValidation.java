package io.pikaconnect.sink;

import io.pikaconnect.kafka.ClusterId;
import io.pikaconnect.kafka.KafkaSettings;
import io.pikaconnect.kafka.TopicCheck;
import io.pikaconnect.kafka.Traces;
import io.pikaconnect.redis.ClusterTarget;
import io.pikaconnect.redis.ConnectFailed;
import io.pikaconnect.redis.Server;
import io.pikaconnect.redis.SlotMap;
import io.pikaconnect.redis.Target;
import io.pikaconnect.settings.Converters;
import io.pikaconnect.settings.Moment;
import io.pikaconnect.settings.Problems;
import io.pikaconnect.settings.Started;
import io.pikaconnect.settings.Transformations;
import io.pikaconnect.settings.UnknownSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.sink.SinkConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Checks that span several settings of a sink, or need Redis or Kafka: whether records arrive as they were written, whether
 * the topics match the databases and keep their records, and whether Redis can be a target.
 */
final class SinkValidation {

    private static final Logger LOG = LoggerFactory.getLogger(SinkValidation.class);
    private static final int CONNECT_MS = 5_000;
    private static final String TOLERANCE = "errors.tolerance";
    private static final String DEAD_LETTERS = "errors.deadletterqueue.topic.name";
    private static final String RESET = "consumer.override.auto.offset.reset";
    private static final String GROUP = "consumer.override.group.id";

    private final Map<String, String> settings;

    SinkValidation(Map<String, String> settings) {
        this.settings = settings;
    }

    /** Adds what is wrong to the settings concerned. Asks Redis and Kafka only if nothing else is wrong. */
    void addErrors(Config config) {
        Problems problems = new Problems(config);
        Converters.ofSink(settings, problems);
        Transformations.check(settings, problems);
        UnknownSettings.ofSink(RedisSinkConfig.names()).check(settings.keySet(), problems);
        ofConnect(problems);
        RedisSinkConfig sink;
        try {
            sink = new RedisSinkConfig(settings);
        } catch (ConfigException e) {
            if (problems.isEmpty()) { // otherwise it is named already
                problems.add(RedisSinkConfig.ON_LONG_ABSENCE, e.getMessage());
            }
            return;
        }
        ConnectionSettings.check(sink, problems);
        if (!problems.isEmpty()) {
            return;
        }
        databases(sink, problems);
        if (!problems.isEmpty()) {
            return;
        }
        if (!sink.getBoolean(Moment.VALIDATE_CONNECT)) {
            LOG.info("{}: neither Redis nor Kafka was asked, as validate.connect=false", sink.connector());
            return;
        }
        Moment moment = new Moment(sink.connector(), problems, () -> hasRun(sink));
        target(sink, problems, moment);
        topics(sink, problems, moment);
    }

    /** Settings of Connect's that would lose records. */
    private void ofConnect(Problems problems) {
        if ("all".equals(settings.get(TOLERANCE))
                && settings.getOrDefault(DEAD_LETTERS, "").isBlank()) {
            problems.add(
                    TOLERANCE,
                    "all would drop records without a trace; name a topic for them in " + DEAD_LETTERS
                            + ", or leave it at none");
        }
        if ("latest".equals(settings.getOrDefault(RESET, "").strip())) {
            problems.add(RESET, "latest would pass over records that the topic has lost; remove it (earliest)");
        }
    }

    private static void databases(RedisSinkConfig sink, Problems problems) {
        try {
            long databases =
                    sink.topics().stream().map(sink::database).distinct().count();
            if (databases < sink.topics().size()) {
                boolean byNumber = sink.hasOneDatabase();
                problems.add(
                        byNumber ? RedisSinkConfig.REDIS_DATABASE : SinkConnector.TOPICS_CONFIG,
                        "several topics would go to one db; a db takes one topic: "
                                + (byNumber
                                        ? "set redis.database=source, or deploy a sink for each"
                                        : "deploy a sink for each, with its own redis.database"));
            }
        } catch (ConfigException e) {
            problems.add(RedisSinkConfig.REDIS_DATABASE, e.getMessage());
        }
    }

    private static void target(RedisSinkConfig sink, Problems problems, Moment moment) {
        Target target = sink.target();
        String where = "Redis " + target + ": ";
        try (Jedis jedis = target.connect(0, CONNECT_MS)) {
            if (ConnectionSettings.mayBeCluster(sink) && TargetCheck.isOfCluster(TargetCheck.info(jedis))) {
                found(sink.ofCluster(), problems, moment);
                return;
            }
            Optional<String> refusal = TargetCheck.refusal(jedis, target instanceof ClusterTarget);
            if (refusal.isPresent()) {
                problems.add(target.setting(), where + refusal.get() + ". " + TargetCheck.REMEDY);
            } else if (target instanceof ClusterTarget cluster) {
                ofCluster(cluster, sink, where, problems, moment);
            } else if (TargetCheck.isReplica(jedis)) {
                moment.met(target.setting(), where + "it is a read-only replica; give the address of its master");
            } else {
                TargetProbe probe = new TargetProbe(target.setting());
                for (int database : databasesOf(sink)) {
                    probe.refusal(jedis, database, sink.getString(RedisSinkConfig.LEDGER_PREFIX))
                            .ifPresent(r -> refused(r, where, problems, moment));
                }
                if (problems.isEmpty()) {
                    owners(jedis, sink, problems);
                }
            }
        } catch (ConnectFailed e) {
            moment.met(e.setting(target), where + "no connection: " + e.getMessage());
        } catch (JedisConnectionException e) {
            moment.met(target.setting(), where + "the connection broke: " + e.getMessage());
        } catch (JedisDataException e) {
            refused(new TargetProbe(target.setting()).refused("it does not let us in", e), where, problems, moment);
        } catch (JedisException e) {
            moment.met(target.setting(), where + "it does not answer as it should: " + e.getMessage());
        }
    }

    /**
     * Whether Redis is a cluster, though nothing says so.
     *
     * @throws JedisException if it cannot be asked
     */
    static boolean isCluster(RedisSinkConfig sink) {
        if (!ConnectionSettings.mayBeCluster(sink) || !sink.getBoolean(Moment.VALIDATE_CONNECT)) {
            return false;
        }
        try (Jedis jedis = sink.target().connect(0, CONNECT_MS)) {
            return TargetCheck.isOfCluster(TargetCheck.info(jedis));
        }
    }

    /** What was named turned out to be a cluster. */
    private static void found(RedisSinkConfig cluster, Problems problems, Moment moment) {
        ConnectionSettings.check(cluster, problems);
        databases(cluster, problems);
        if (problems.isEmpty()) {
            target(cluster, problems, moment);
        }
    }

    /** Tries the scripts on each node that has slots. */
    private static void ofCluster(
            ClusterTarget cluster, RedisSinkConfig sink, String where, Problems problems, Moment moment) {
        Optional<SlotMap> found = cluster.slots(socket -> {});
        if (found.isEmpty()) {
            moment.met(cluster.setting(), where + "the cluster is down: " + cluster.whyDown());
            return;
        }
        SlotMap slots = found.get();
        TargetProbe probe = new TargetProbe(cluster.setting());
        for (Server node : slots.masters()) {
            int slot = IntStream.range(0, SlotMap.SLOTS)
                    .filter(s -> slots.master(s).filter(node::equals).isPresent())
                    .findFirst()
                    .orElseThrow();
            try (Jedis jedis = cluster.connectTo(node, CONNECT_MS, socket -> {})) {
                probe.refusal(jedis, 0, sink.getString(RedisSinkConfig.LEDGER_PREFIX) + "{" + SlotTags.of(slot) + "}")
                        .ifPresent(r -> refused(r, where + "node " + node + ": ", problems, moment));
                if (problems.isEmpty()
                        && slots.master(SlotTags.slot(SlotTags.CONTROL))
                                .filter(node::equals)
                                .isPresent()) {
                    owners(jedis, sink, problems);
                }
            }
        }
    }

    /** A db that another sink, topic or Kafka cluster has written to. */
    private static void owners(Jedis jedis, RedisSinkConfig sink, Problems problems) {
        ClusterId cluster = new ClusterId(KafkaSettings.of(sink));
        for (String topic : new TreeSet<>(sink.topics())) {
            jedis.select(sink.database(topic));
            ForeignLedger.in(jedis, sink, topic, cluster)
                    .ifPresent(other -> problems.add(
                            other.setting(),
                            "Redis " + sink.target() + ", db " + sink.database(topic) + ": " + other.cause() + ". "
                                    + other.remedy()));
        }
    }

    private static void refused(TargetProbe.Refusal r, String where, Problems problems, Moment moment) {
        if (r.temporary()) {
            moment.met(r.setting(), where + r.text());
        } else {
            problems.add(r.setting(), where + r.text());
        }
    }

    /** Topics that are given by a pattern are not known here; their databases are checked when they are assigned. */
    private static Set<Integer> databasesOf(RedisSinkConfig sink) {
        Set<Integer> databases =
                sink.topics().stream().map(sink::database).collect(Collectors.toCollection(TreeSet::new));
        return databases.isEmpty() ? Set.of(sink.hasOneDatabase() ? sink.database("") : 0) : databases;
    }

    /** Checks the topics as they are, if Kafka can be asked. */
    private static void topics(RedisSinkConfig sink, Problems problems, Moment moment) {
        Optional<TopicCheck> check = KafkaSettings.of(sink).map(TopicCheck::new);
        if (check.isEmpty()) {
            return;
        }
        try {
            for (String topic : List.copyOf(new TreeSet<>(sink.topics()))) {
                check.get().sink(topic).forEach(p -> moment.met(SinkConnector.TOPICS_CONFIG, p.text()));
            }
        } catch (TopicCheck.LookupFailed e) {
            moment.met(KafkaSettings.BOOTSTRAP_SERVERS, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            problems.add(KafkaSettings.BOOTSTRAP_SERVERS, "looking at the topics was interrupted");
        }
    }

    private boolean hasRun(RedisSinkConfig sink) {
        String group = settings.getOrDefault(GROUP, "connect-" + sink.connector());
        return Started.isNoted(RedisSinkConnector.class, sink.connector())
                || KafkaSettings.of(sink)
                        .map(Traces::new)
                        .filter(t -> t.hasOffsets(group))
                        .isPresent();
    }
}
