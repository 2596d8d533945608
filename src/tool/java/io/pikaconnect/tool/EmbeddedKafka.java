package io.pikaconnect.tool;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;

/** A real one-node Kafka (KRaft) as a child JVM on free loopback ports, for transactions, Connect and quotas. */
public final class EmbeddedKafka implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final long ANSWER_SECONDS = 30;
    private static final int ATTEMPTS = 3;
    private static final List<String> QUICK_START = List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

    private final ChildJvm broker;
    private final String bootstrapServers;
    private final Admin admin;

    private EmbeddedKafka(ChildJvm broker, String bootstrapServers, Admin admin) {
        this.broker = broker;
        this.bootstrapServers = bootstrapServers;
        this.admin = admin;
    }

    /**
     * Starts an empty broker and waits until it answers.
     *
     * @param directory for its data and its log; created, and not deleted afterwards
     * @throws IOException when the broker cannot be started, with the end of its log
     */
    public static EmbeddedKafka start(Path directory) throws IOException {
        return start(directory, directory.resolve("data"), QUICK_START);
    }

    /** As {@link #start(Path)}, with other options than those for a quick start, which cost throughput. */
    public static EmbeddedKafka start(Path directory, List<String> jvmOptions) throws IOException {
        return start(directory, directory.resolve("data"), jvmOptions);
    }

    /**
     * Starts a broker with the data of an earlier one, or with none, and waits until it answers.
     *
     * @param directory for its log; created, and new for each broker
     * @param data this broker starts with what an earlier one left there
     * @throws IOException when the broker cannot be started, with the end of its log
     */
    public static EmbeddedKafka start(Path directory, Path data) throws IOException {
        return start(directory, data, QUICK_START);
    }

    private static EmbeddedKafka start(Path directory, Path data, List<String> jvmOptions) throws IOException {
        for (int attempt = 1; ; attempt++) {
            Optional<EmbeddedKafka> started =
                    tryToStart(directory.resolve("broker-" + attempt), data, jvmOptions, attempt == ATTEMPTS);
            if (started.isPresent()) {
                return started.get();
            }
        }
    }

    private static Optional<EmbeddedKafka> tryToStart(Path directory, Path data, List<String> jvmOptions, boolean last)
            throws IOException {
        Files.createDirectories(directory);
        int[] ports = freePorts();
        Path properties = Files.writeString(directory.resolve("server.properties"), properties(data, ports));
        if (Files.notExists(data.resolve("meta.properties"))) {
            format(properties);
        }
        ChildJvm broker = ChildJvm.start(
                "kafka.Kafka",
                jvmOptions,
                ChildJvm.classPath(),
                directory.resolve("broker.log"),
                properties.toString());
        String bootstrapServers = "127.0.0.1:" + ports[0];
        Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (broker.isAlive() && System.nanoTime() < deadline) {
            if (broker.logText().contains("Kafka Server started")) {
                return Optional.of(new EmbeddedKafka(broker, bootstrapServers, admin));
            }
            pause();
        }
        admin.close(Duration.ZERO);
        boolean portTaken = !broker.isAlive() && broker.logText().contains("Address already in use");
        broker.kill();
        if (portTaken && !last) {
            return Optional.empty();
        }
        throw new IOException("the embedded Kafka ended or did not start within " + START_LIMIT.toSeconds()
                + " s; its log " + broker.log() + " ends with:\n" + broker.logTail());
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Of the broker's process. */
    public long pid() {
        return broker.pid();
    }

    /** Creates a topic of the kind both connectors expect: nothing is ever deleted from it. */
    public void createTopic(String topic, int partitions) {
        createTopic(
                topic, partitions, Map.of("retention.ms", "-1", "retention.bytes", "-1", "cleanup.policy", "delete"));
    }

    /** Creates a topic with its own settings. */
    public void createTopic(String topic, int partitions, Map<String, String> settings) {
        answer(admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(settings)))
                .all());
    }

    /** Gives a topic more partitions. */
    public void addPartitions(String topic, int total) {
        answer(admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(total)))
                .all());
    }

    /** Number of offsets used in all partitions of a topic, transaction markers included; 0 if it does not exist yet. */
    public long offsetsUsed(String topic) {
        try {
            int partitions = answer(admin.describeTopics(List.of(topic)).allTopicNames())
                    .get(topic)
                    .partitions()
                    .size();
            return answer(admin.listOffsets(IntStream.range(0, partitions)
                                    .boxed()
                                    .collect(Collectors.toMap(
                                            p -> new TopicPartition(topic, p), p -> OffsetSpec.latest())))
                            .all())
                    .values()
                    .stream()
                    .mapToLong(info -> info.offset())
                    .sum();
        } catch (UnknownTopicOrPartitionException e) {
            return 0;
        }
    }

    /**
     * Slows one client down, so that it can be caught in the middle of its work.
     *
     * @param clientId as Connect names them: {@code connector-producer-<connector>-<task>},
     *     {@code connector-consumer-<connector>-<task>}
     * @param bytesPerSecond both ways; none to lift the limit
     */
    public void limit(String clientId, Optional<Integer> bytesPerSecond) {
        ClientQuotaEntity entity = new ClientQuotaEntity(Map.of(ClientQuotaEntity.CLIENT_ID, clientId));
        Double rate = bytesPerSecond.map(Integer::doubleValue).orElse(null);
        answer(admin.alterClientQuotas(List.of(new ClientQuotaAlteration(
                        entity,
                        List.of(
                                new ClientQuotaAlteration.Op("producer_byte_rate", rate),
                                new ClientQuotaAlteration.Op("consumer_byte_rate", rate)))))
                .all());
    }

    /** Shuts the broker down, so that another can start with its data at once. */
    public void stop() {
        admin.close(Duration.ZERO);
        broker.close();
    }

    /** Kills the broker: its data are not needed again. */
    @Override
    public void close() {
        admin.close(Duration.ZERO);
        broker.kill();
    }

    private static <T> T answer(KafkaFuture<T> future) {
        try {
            return future.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("the embedded Kafka did not answer within " + ANSWER_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the embedded Kafka", e);
        }
    }

    private static void format(Path properties) throws IOException {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        String[] args = {"format", "-t", Uuid.randomUuid().toString(), "-c", properties.toString()};
        int exit = StorageTool.execute(args, new PrintStream(printed, true, StandardCharsets.UTF_8));
        if (exit != 0) {
            throw new IOException("cannot format the embedded Kafka's storage by " + properties + ": "
                    + printed.toString(StandardCharsets.UTF_8));
        }
    }

    private static String properties(Path data, int[] ports) {
        return String.join(
                "\n",
                "process.roles=broker,controller",
                "node.id=1",
                "listeners=PLAINTEXT://127.0.0.1:" + ports[0] + ",CONTROLLER://127.0.0.1:" + ports[1],
                "advertised.listeners=PLAINTEXT://127.0.0.1:" + ports[0],
                "controller.listener.names=CONTROLLER",
                "controller.quorum.voters=1@127.0.0.1:" + ports[1],
                "log.dirs=" + data,
                "offsets.topic.replication.factor=1",
                "offsets.topic.num.partitions=1",
                "transaction.state.log.replication.factor=1",
                "transaction.state.log.min.isr=1",
                "transaction.state.log.num.partitions=1",
                "transaction.abort.timed.out.transaction.cleanup.interval.ms=1000",
                "share.coordinator.state.topic.replication.factor=1",
                "share.coordinator.state.topic.num.partitions=1",
                "auto.create.topics.enable=false",
                // a killed member is replaced fast
                "group.initial.rebalance.delay.ms=0",
                "group.min.session.timeout.ms=1000",
                // limits take effect at once instead of after a burst
                "quota.window.num=2",
                "");
    }

    private static int[] freePorts() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket a = new ServerSocket(0, 1, loopback);
                ServerSocket b = new ServerSocket(0, 1, loopback)) {
            return new int[] {a.getLocalPort(), b.getLocalPort()};
        }
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted while the embedded Kafka was starting", e));
        }
    }
}
