package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.LogLines;
import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.redis.Certificates;
import io.pikaconnect.tool.ReadyConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/** Sentinels name the master: real ones, in front of real servers. */
@Execution(ExecutionMode.CONCURRENT)
class SentinelTest {

    private static final int PARTITIONS = 4;

    @RegisterExtension
    private final SinkFixture sink = new SinkFixture();

    private Map<String, List<String>> errors(String... settings) {
        Map<String, String> properties = sink.properties(settings);
        properties.put("name", "sink-" + UUID.randomUUID());
        return new RedisSinkConnector()
                .validate(properties).configValues().stream()
                        .filter(v -> !v.errorMessages().isEmpty())
                        .collect(Collectors.toMap(ConfigValue::name, ConfigValue::errorMessages));
    }

    private void answers(String setting, String words, String... settings) {
        assertThat(errors(settings))
                .containsOnlyKeys(setting)
                .hasEntrySatisfying(
                        setting,
                        errors -> assertThat(errors).singleElement().asString().contains(words));
    }

    /**
     * {@code -Dfailovers=20} for more than the first; {@code -Dseed=…} as it was.
     *
     * @param ordered the first one is by order; otherwise the master crashes, its replica lacks the last writes, and the
     *     sentinel that the sink asks first is away, too
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void failoversUnderLoadAlsoToAReplicaThatIsBehindLoseAndDoubleNothing(boolean ordered) {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        ModelTopic topic = new ModelTopic("pika.db0", PARTITIONS)
                .at(System.currentTimeMillis() - 3_600_000)
                .begin();
        RandomChanges changes = new RandomChanges(random, topic);
        try (SentinelGroup group = new SentinelGroup(sink.server, 3)) {
            ModelWorker worker = sink.all(topic, group.settings("sync.batch.num", "20", "sink.buffer.bytes", "4000"));
            for (int i = 0; i < Integer.getInteger("failovers", 1); i++) {
                atWorkDuring(worker, group::awaitReplica);
                changes.make(1_500);
                boolean planned = i > 0 ? random.nextBoolean() : ordered;
                if (!planned) {
                    group.detachReplica();
                    group.killSentinel(i % 3);
                }
                long before = worker.task.started().counters().sum(SinkCounter.RECORDS);
                worker.until(() -> worker.task.started().counters().sum(SinkCounter.RECORDS) > before + 300);
                long start = System.nanoTime();
                atWorkDuring(worker, planned ? group::failOver : group::crash);
                long applied = worker.task.started().counters().sum(SinkCounter.RECORDS);
                worker.until(() -> worker.task.started().counters().sum(SinkCounter.RECORDS) > applied, 90_000);
                System.out.printf(
                        "%s: writes again after at most %d ms%n",
                        planned ? "planned" : "crash, replica lags, sentinel " + i % 3 + " away",
                        (System.nanoTime() - start) / 1_000_000);
                if (!planned) {
                    group.restartSentinel(i % 3);
                }
            }
            changes.make(200);
            worker.until(() -> group.ofMaster(master -> SinkFixture.isAtEnd(master, topic)), 90_000);
            assertThat(group.<Map<String, Object>>ofMaster(SinkFixture::content))
                    .isEqualTo(changes.content());
        }
    }

    /**
     * A script of somebody else keeps the master busy for longer than the sentinels wait. It was never down, so for some seconds
     * there are two masters, and the former one still takes writes, which are lost with its demotion.
     *
     * @param replies whether Redis replies BUSY while it runs; then the sentinels kill the script. Otherwise it does not answer
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aMasterThatTheSentinelsTakeForDownWhileItIsBusyLosesAndDoublesNothing(boolean replies) {
        ModelTopic topic = new ModelTopic("pika.db0", PARTITIONS)
                .at(System.currentTimeMillis() - 3_600_000)
                .begin();
        RandomChanges changes = new RandomChanges(new Random(11), topic);
        sink.redis().configSet("lua-time-limit", replies ? "20" : "60000");
        try (SentinelGroup group = new SentinelGroup(sink.server, 3)) {
            ModelWorker worker = sink.all(topic, group.settings("sync.batch.num", "20", "sink.buffer.bytes", "4000"));
            atWorkDuring(worker, group::awaitReplica);
            changes.make(1_500);
            group.detachReplica();
            long before = worker.task.started().counters().sum(SinkCounter.RECORDS);
            worker.until(() -> worker.task.started().counters().sum(SinkCounter.RECORDS) > before + 300);
            long start = System.nanoTime();
            RedisServer master = group.master();
            atWorkDuring(worker, () -> group.keepBusyUntilAnotherIsMaster(master));
            System.out.printf(
                    "busy, %s: another master after %d ms%n",
                    replies ? "BUSY" : "silent", (System.nanoTime() - start) / 1_000_000);
            changes.make(200);
            worker.until(() -> group.ofMaster(redis -> SinkFixture.isAtEnd(redis, topic)), 90_000);
            System.out.printf("complete after %d ms%n", (System.nanoTime() - start) / 1_000_000);
            assertThat(group.master()).isNotSameAs(master);
            assertThat(group.<Map<String, Object>>ofMaster(SinkFixture::content))
                    .isEqualTo(changes.content());
        }
    }

    @Test
    void withoutAMajorityOfSentinelsItWaitsLogsWhyAndResumesWhenTheyAreBack() throws IOException {
        LogLines log = LogLines.fromNow();
        AtomicLong later = new AtomicLong();
        sink.workersAhead(later::get);
        ModelTopic topic = ModelTopic.begun(1);
        topic.command("SET", "before", "v");
        try (SentinelGroup group = new SentinelGroup(sink.server, 3)) {
            ModelWorker worker = sink.all(topic, group.settings());
            atWorkDuring(worker, group::awaitReplica);
            worker.until(() -> group.ofMaster(master -> SinkFixture.isAtEnd(master, topic)));
            RedisServer master = group.master();
            group.killSentinel(1);
            group.killSentinel(2);
            master.kill();
            topic.command("SET", "after", "v");
            later.addAndGet(31_000); // it is logged every 30 s
            worker.until(
                    () -> log.warnings("of the 3 sentinels in redis.sentinel.addresses only 1 answered").stream()
                            .anyMatch(line -> line.contains(master.address())
                                    && line.contains(group.sentinels.get(1).address())
                                    && line.contains("Trying again until it succeeds")),
                    60_000);
            long start = System.nanoTime();
            atWorkDuring(worker, () -> {
                group.restartSentinel(1);
                group.awaitAnother(master);
            });
            worker.until(() -> group.ofMaster(jedis -> SinkFixture.isAtEnd(jedis, topic)), 60_000);
            System.out.printf("majority back: writes again after %d ms%n", (System.nanoTime() - start) / 1_000_000);
            assertThat(group.<Map<String, Object>>ofMaster(SinkFixture::content))
                    .isEqualTo(Map.of("before", "v", "after", "v"));
        }
    }

    @Test
    void aFailoverOfServersAndSentinelsWithTlsAndPasswordsLosesAndDoublesNothing(@TempDir Path directory) {
        ModelTopic topic = new ModelTopic("pika.db0", PARTITIONS)
                .at(System.currentTimeMillis() - 3_600_000)
                .begin();
        RandomChanges changes = new RandomChanges(new Random(7), topic);
        try (SentinelGroup group = new SentinelGroup(SentinelSecrets.in(directory), 3)) {
            ModelWorker worker = sink.all(topic, group.settings("sync.batch.num", "20"));
            changes.make(500);
            atWorkDuring(worker, group::awaitReplica);
            group.detachReplica();
            long start = System.nanoTime();
            changes.make(500);
            atWorkDuring(worker, group::crash);
            changes.make(200);
            worker.until(() -> group.ofMaster(master -> SinkFixture.isAtEnd(master, topic)), 90_000);
            System.out.printf("TLS and passwords: complete after %d ms%n", (System.nanoTime() - start) / 1_000_000);
            assertThat(group.<Map<String, Object>>ofMaster(SinkFixture::content))
                    .isEqualTo(changes.content());
        }
    }

    /** The worker is at work while something else happens. */
    private static void atWorkDuring(ModelWorker worker, Runnable what) {
        CompletableFuture<Void> done = CompletableFuture.runAsync(what);
        worker.until(done::isDone, 90_000);
        done.join();
    }

    @Test
    void aSentinelThatIsAwayOrKnowsNothingIsPassedOver() {
        ModelTopic topic = ModelTopic.begun(1);
        topic.command("SET", "k", "v");
        try (RedisServer foreign = RedisServer.startSentinel();
                SentinelGroup group = new SentinelGroup(sink.server, 1)) {
            String[] settings = group.settings(
                    "redis.sentinel.addresses",
                    "127.0.0.1:1," + foreign.address() + ","
                            + group.sentinels.get(0).address());
            assertThat(errors(settings)).isEmpty();
            sink.applyAll(topic, settings);
            assertThat(sink.content()).isEqualTo(Map.of("k", "v"));
        }
    }

    @Test
    void theReadyFileIsRight() throws IOException {
        sink.redis().configSet("requirepass", "secret");
        try (RedisServer sentinel = sentinelOf(sink.server)) {
            Map<String, String> ready = ReadyConfig.in(Path.of("config"), "redis-sink-sentinel");
            ready.put("redis.address", "");
            ready.put("redis.sentinel.addresses", sentinel.address());
            ready.put("redis.password", "secret");
            assertThat(errors(TlsTest.settings(ready))).isEmpty();
            assertThat(TlsTest.withoutRedis(ready))
                    .isEqualTo(TlsTest.withoutRedis(ReadyConfig.in(Path.of("config"), "redis-sink")));
        }
    }

    @Test
    void aReplicaThatASentinelStillNamesIsNotWrittenTo() {
        try (RedisServer sentinel = sentinelOf(sink.server)) {
            sink.redis().replicaof("127.0.0.1", 1);
            answers(
                    "redis.sentinel.addresses",
                    sink.server.address() + " is named, but is a replica",
                    of(sentinel.address()));
        }
    }

    /** It notices no failover within the test. */
    private static RedisServer sentinelOf(RedisServer master, String... lines) {
        String[] all = new String[lines.length + 1];
        all[0] = "sentinel monitor orders 127.0.0.1 " + master.port() + " 1";
        System.arraycopy(lines, 0, all, 1, lines.length);
        return RedisServer.startSentinel(all);
    }

    private static String[] of(String sentinel, String... more) {
        String[] all = new String[more.length + 6];
        List<String> first =
                List.of("redis.address", "", "redis.sentinel.master", "orders", "redis.sentinel.addresses", sentinel);
        System.arraycopy(first.toArray(String[]::new), 0, all, 0, 6);
        System.arraycopy(more, 0, all, 6, more.length);
        return all;
    }

    @Test
    void aMasterThatIsNoLongerTheOneIsLeftThoughItStillAnswers() {
        AtomicLong later = new AtomicLong();
        sink.workersAhead(later::get);
        ModelTopic topic = ModelTopic.begun(1);
        topic.command("SET", "k", "v");
        try (RedisServer other = RedisServer.start();
                RedisServer sentinel = sentinelOf(sink.server);
                Jedis toSentinel = sentinel.connect();
                Jedis toOther = other.connect()) {
            ModelWorker worker = sink.applyAll(topic, of(sentinel.address()));
            toSentinel.sentinelRemove("orders");
            toSentinel.sentinelMonitor("orders", "127.0.0.1", other.port(), 1);
            later.addAndGet(30_000);
            worker.until(() -> SinkFixture.isAtEnd(toOther, topic));
            assertThat(SinkFixture.content(toOther)).isEqualTo(Map.of("k", "v"));
        }
    }

    @Test
    void whatIsWrongWithSentinelsIsToldAtTheSettingConcerned() {
        try (RedisServer sentinel = sentinelOf(sink.server, "requirepass secret")) {
            answers("redis.sentinel.password", "NOAUTH", of(sentinel.address()));
            answers("redis.sentinel.password", "WRONGPASS", of(sentinel.address(), "redis.sentinel.password", "wrong"));
            answers(
                    "redis.sentinel.master",
                    "knows no master others",
                    of(sentinel.address(), "redis.sentinel.password", "secret", "redis.sentinel.master", "others"));
            sink.redis().configSet("requirepass", "its own");
            answers("redis.password", "NOAUTH", of(sentinel.address(), "redis.sentinel.password", "secret"));
            assertThat(errors(of(sentinel.address(), "redis.sentinel.password", "secret", "redis.password", "its own")))
                    .isEmpty();
        }
        answers("redis.sentinel.addresses", "127.0.0.1:1: Failed to connect", of("127.0.0.1:1"));
    }

    @Test
    void settingsThatContradictEachOtherAreRefused() {
        answers(
                "redis.address",
                "contradicts redis.sentinel.master",
                of("127.0.0.1:1", "redis.address", "127.0.0.1:2"));
        answers("redis.sentinel.addresses", "is missing", "redis.address", "", "redis.sentinel.master", "orders");
        answers("redis.sentinel.addresses", "has no effect without", "redis.sentinel.addresses", "127.0.0.1:1");
        answers("redis.sentinel.addresses", "must be host:port", of("sentinel"));
        answers(
                "redis.sentinel.tls.ca.location",
                "has no effect while redis.sentinel.tls=same",
                of("127.0.0.1:1", "redis.sentinel.tls.ca.location", "/ca.pem"));
        assertThat(errors("redis.address", "").get("redis.address"))
                .singleElement()
                .asString()
                .contains("redis.sentinel.master");
    }

    @Test
    void theSentinelsUserNeedsOneRight() throws IOException {
        String[] rights = PoliciesTest.rightsInOperations("sentinels");
        try (RedisServer sentinel = sentinelOf(sink.server);
                Jedis jedis = sentinel.connect()) {
            jedis.aclSetUser("sink", "on", ">secret", "-@all");
            jedis.aclSetUser("sink", rights);
            assertThat(errors(
                            of(sentinel.address(), "redis.sentinel.user", "sink", "redis.sentinel.password", "secret")))
                    .isEmpty();
            jedis.aclSetUser("sink", "-sentinel");
            answers(
                    "redis.sentinel.password",
                    "NOPERM",
                    of(sentinel.address(), "redis.sentinel.user", "sink", "redis.sentinel.password", "secret"));
        }
    }

    @Test
    void sentinelsMayHaveTlsOfTheirOwn(@TempDir Path directory) throws IOException {
        Certificates ca = new Certificates(directory);
        Certificates.Pair pair = ca.right("sentinel");
        int port = SentinelSecrets.freePort();
        try (RedisServer sentinel = sentinelOf(
                sink.server,
                "tls-port " + port,
                "tls-cert-file " + pair.certificate(),
                "tls-key-file " + pair.key(),
                "tls-ca-cert-file " + ca.caPem(),
                "tls-auth-clients no")) {
            String address = "127.0.0.1:" + port;
            assertThat(errors(of(
                            address,
                            "redis.sentinel.tls",
                            "true",
                            "redis.sentinel.tls.ca.location",
                            ca.caPem().toString())))
                    .isEmpty();
            answers("redis.sentinel.tls", "no CA that is trusted here", of(address, "redis.sentinel.tls", "true"));
            answers(
                    "redis.sentinel.tls",
                    "give the server's TLS port",
                    of(sentinel.address(), "redis.sentinel.tls", "true"));
            answers("redis.sentinel.addresses", "redis.sentinel.tls=true", of(address));
        }
    }
}
