package io.pikaconnect.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.Operation;
import io.pikaconnect.change.Position;
import io.pikaconnect.change.Resp;
import io.pikaconnect.demo.BinlogItems;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.fullsync.PullProto;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.snapshot.BlackwidowDumpWriter;
import io.pikaconnect.snapshot.DumpWriter;
import io.pikaconnect.tool.ConnectRest;
import io.pikaconnect.tool.ConnectWorker;
import io.pikaconnect.tool.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** What goes wrong at a user's, in a real worker: a clear word where they look for it, and nothing lost once it is mended. */
class BadInputIT {

    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final BinlogPosition DUMP_POSITION = new BinlogPosition(3, 4711);
    private static final int DUMP_KEYS = 300;
    private static final int BINLOG_KEYS = 200;
    private static final int PARTITIONS = 4;

    private static Recording recording;
    private static ConnectWorker worker;

    @BeforeAll
    static void begin() throws Exception {
        Path dump = Workplace.folder("bad-dump").resolve("dump");
        try (DumpWriter writer = new BlackwidowDumpWriter(dump)) {
            for (int i = 0; i < DUMP_KEYS; i++) {
                writer.string("dump:" + i, "value " + i, 0);
            }
        }
        List<BinlogItem> items = new ArrayList<>();
        BinlogPosition end = DUMP_POSITION;
        for (int i = 0; i < BINLOG_KEYS; i++) {
            BinlogItem item = BinlogItems.command(end, Command.of("SET", "binlog:" + i, "value " + i));
            items.add(item);
            end = item.end();
        }
        recording = new Recording(dump, DUMP_POSITION, items);
        worker = start("bad", Map.of());
    }

    @AfterAll
    static void end() {
        worker.close();
    }

    private static ConnectWorker start(String group, Map<String, String> overrides) throws IOException {
        return ConnectWorker.start(ConnectWorker.Options.of(
                        SharedKafka.kafka().bootstrapServers(), group, PluginArchive.plugins(), Workplace.folder(group))
                .withOverrides(overrides));
    }

    /** A place in the first block of an SST file. */
    private static final int FIRST_BLOCK = 20;

    private static Map<String, String> source(String name, int port) throws IOException {
        Map<String, String> config = ReadyConfiguration.json("pika-source");
        config.put("pika.address", "127.0.0.1:" + port);
        config.put("pika.name", name);
        config.put("topic.prefix", name);
        config.put("snapshot.dir", Workplace.folder(name).toString());
        return config;
    }

    private static Map<String, String> sink(String name, RedisServer redis) throws IOException {
        Map<String, String> config = ReadyConfiguration.json("redis-sink");
        config.put("redis.address", redis.address());
        config.put("topics", name + ".db0");
        return config;
    }

    private static Map<String, String> with(Map<String, String> config, String... changes) {
        Map<String, String> changed = new TreeMap<>(config);
        for (int i = 0; i < changes.length; i += 2) {
            changed.put(changes[i], changes[i + 1]);
        }
        return changed;
    }

    /**
     * What REST status tells about the connector's failure in its first line; for a sink in the line behind that, since
     * Connect wraps whatever a sink task throws into a line of its own.
     */
    private static String failure(String connector) {
        ConnectRest rest = worker.rest();
        await("failure of " + connector, () -> rest.status(connector).failure().isPresent());
        String trace = rest.status(connector).failure().orElseThrow();
        return trace.lines()
                .filter(line -> line.startsWith("Caused by: "))
                .findFirst()
                .filter(line -> connector.endsWith("-sink"))
                .orElseGet(() -> trace.lines().findFirst().orElseThrow());
    }

    private static void await(String what, BooleanSupplier condition) {
        Awaitility.await(what)
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(100))
                .until(condition::getAsBoolean);
    }

    private static void awaitEverythingIn(RedisServer redis) {
        try (Jedis client = redis.connect()) {
            await(
                    "everything in Redis",
                    () -> client.exists("binlog:" + (BINLOG_KEYS - 1))
                            && client.keys("*:*[0-9]").stream()
                                            .filter(key -> key.matches("(dump|binlog):\\d+"))
                                            .count()
                                    == DUMP_KEYS + BINLOG_KEYS);
            for (int i = 0; i < DUMP_KEYS; i++) {
                assertThat(client.get("dump:" + i)).isEqualTo("value " + i);
            }
            for (int i = 0; i < BINLOG_KEYS; i++) {
                assertThat(client.get("binlog:" + i)).isEqualTo("value " + i);
            }
        }
    }

    @Test
    void aMasterThatCannotBeReplicatedIsRefusedAtDeploying() throws Exception {
        try (RecordedMaster locked = RecordedMaster.start(recording, MasterSetup.REAL.withPassword("secret"));
                RecordedMaster several = RecordedMaster.start(recording, MasterSetup.REAL.withDatabases("db0", "db1"));
                RedisServer noPika = RedisServer.start()) {
            refused(with(source("refused", locked.port()), "pika.password", "wrong"), "pika.password", "requirepass");
            refused(source("refused", 1), "127.0.0.1:1", "client port + 2000");
            refused(source("refused", noPika.port()), String.valueOf(noPika.port() + 2000), "client port + 2000");
            refused(with(source("refused", several.port()), "pika.databases", "db7"), "db7", "correct pika.databases");
            refused(source("refused", several.port()), "[db0, db1]", "list in pika.databases");
            Path file = Files.writeString(Workplace.folder("refused").resolve("file"), "");
            refused(
                    with(source("refused", several.port()), "pika.databases", "db0", "snapshot.dir", file.toString()),
                    "snapshot.dir",
                    "make it writable");
        }
        assertThat(worker.rest().connectors()).doesNotContain("refused");
    }

    private static void refused(Map<String, String> config, String... words) {
        assertThatThrownBy(() -> worker.rest().deploy("refused", config))
                .satisfies(e -> assertThat(e.getMessage()).contains(words));
    }

    @Test
    void aDumpThatArrivesDamagedStopsBeforeAnythingIsSentAndARestartPullsAnother() throws Exception {
        try (RecordedMaster master = RecordedMaster.start(recording);
                RedisServer redis = RedisServer.start()) {
            master.rewritePull(response -> Optional.of(damaged(response)));
            worker.rest().deploy("damaged-source", source("damaged", master.port()));
            worker.rest().deploy("damaged-sink", sink("damaged", redis));
            assertThat(failure("damaged-source"))
                    .contains("strings")
                    .contains("the target is as it was")
                    .contains("restart the task for another dump");
            assertThat(worker.rest().offsets("damaged-source").path("offsets")).isEmpty();

            master.rewritePull(Optional::of);
            worker.rest().restart("damaged-source");
            awaitEverythingIn(redis);
        }
    }

    private static PullProto.Response damaged(PullProto.Response response) {
        if (!response.getFileResp().getFilename().matches("strings/.*\\.sst")) {
            return response;
        }
        byte[] data = response.getFileResp().getData().toByteArray();
        data[FIRST_BLOCK] ^= 0x55;
        return response.toBuilder()
                .setFileResp(response.getFileResp().toBuilder().setData(ByteString.copyFrom(data)))
                .build();
    }

    @Test
    void aSnapshotDirectoryThatIsFullStopsAndGoesOnWithRoom() throws Exception {
        Path small = Workplace.folder("full");
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", small.toString()) == 0,
                "no right to mount a small file system");
        try (RecordedMaster master = RecordedMaster.start(recording);
                RedisServer redis = RedisServer.start()) {
            Map<String, String> config = with(source("full", master.port()), "snapshot.dir", small.toString());
            refused(config, "snapshot.dir", "would not fit");
            master.dataBytes(1); // one that does not tell all of it
            worker.rest().deploy("full-source", config);
            assertThat(failure("full-source")).contains("No space left").contains("snapshot.dir needs space");

            assertThat(run("mount", "-o", "remount,size=64m", small.toString())).isZero();
            worker.rest().deploy("full-sink", sink("full", redis));
            worker.rest().restart("full-source");
            awaitEverythingIn(redis);
            worker.rest().delete("full-source");
        } finally {
            run("umount", "-l", small.toString());
        }
    }

    /** By a shell, which answers 127 where there is no such program. */
    private static int run(String... command) throws IOException, InterruptedException {
        List<String> byShell = new ArrayList<>(List.of("sh", "-c", "\"$0\" \"$@\""));
        byShell.addAll(List.of(command));
        return new ProcessBuilder(byShell)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    @Test
    void aTargetThatIsNotEmptyIsNotTouchedUntilThatIsAllowed() throws Exception {
        try (RecordedMaster master = RecordedMaster.start(recording);
                RedisServer redis = RedisServer.start();
                Jedis client = redis.connect()) {
            client.set("precious", "data");
            worker.rest().deploy("notempty-source", source("notempty", master.port()));
            worker.rest().deploy("notempty-sink", sink("notempty", redis));
            assertThat(failure("notempty-sink")).contains("precious").contains("on.target.not.empty=clear");
            assertThat(client.get("precious")).isEqualTo("data");

            worker.rest().deploy("notempty-sink", with(sink("notempty", redis), "on.target.not.empty", "clear"));
            awaitEverythingIn(redis);
            assertThat(client.exists("precious")).isFalse();
        }
    }

    @Test
    void aRecordThatIsNotOursStopsTheSinkUntilItMayGoToTheDeadLetterQueue() throws Exception {
        EmbeddedKafka kafka = SharedKafka.kafka();
        try (RecordedMaster master = RecordedMaster.start(recording);
                RedisServer redis = RedisServer.start()) {
            master.writeUpTo(0);
            worker.rest().deploy("foreign-source", source("foreign", master.port()));
            await("the snapshot", () -> kafka.offsetsUsed("foreign.db0") > DUMP_KEYS);
            try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                    Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
                    new ByteArraySerializer(),
                    new ByteArraySerializer())) {
                producer.send(new ProducerRecord<>("foreign.db0", 1, new byte[] {'k'}, new byte[] {'v'}))
                        .get();
            }
            master.writeUpTo(BINLOG_KEYS);
            worker.rest().deploy("foreign-sink", sink("foreign", redis));
            assertThat(failure("foreign-sink"))
                    .contains("foreign.db0-1@")
                    .contains("A record that the source connector did not write")
                    .contains("errors.tolerance=all");

            worker.rest()
                    .deploy(
                            "foreign-sink",
                            with(
                                    sink("foreign", redis),
                                    "errors.tolerance",
                                    "all",
                                    "errors.deadletterqueue.topic.name",
                                    "foreign-dead",
                                    "errors.deadletterqueue.topic.replication.factor",
                                    "1"));
            awaitEverythingIn(redis);
            await(
                    "the dead letter",
                    () -> kafka.offsetsUsed("foreign-dead") >= 1); // twice if the tasks' start rebalances
        }
    }

    /** Connect stores a failure in a record of its status topic; one that is too large leaves the task RUNNING for ever. */
    @Test
    void aTaskThatFailedAtAHugeCommandIsShownAsFailed() throws Exception {
        long epoch = 1_795_337_869_000L;
        byte[] key = Resp.bytes("k");
        List<byte[]> huge = new ArrayList<>(List.of(Resp.bytes("SADD"), key));
        for (int i = 0; i < 3_900; i++) {
            huge.add(Resp.bytes("member-" + "\1".repeat(200) + i));
        }
        EmbeddedKafka kafka = SharedKafka.kafka();
        kafka.createTopic("huge.db0", 1);
        try (RedisServer redis = RedisServer.start();
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            String begin = ChangeHeader.change(epoch, 0, Position.BEGIN, epoch).toString();
            producer.send(record("huge.db0", null, Command.of(Operation.BEGIN), begin, "p0"))
                    .get();
            for (int i = 1; i <= 2; i++) {
                String header = ChangeHeader.change(
                                epoch, i, Position.binlog(0, 100 + i, 0), System.currentTimeMillis())
                        .toString();
                Command command = i == 1 ? Command.of("SET", key, "text") : new Command(huge);
                producer.send(record("huge.db0", key, command, header, "")).get();
            }
            worker.rest().deploy("huge-sink", with(sink("huge", redis), "on.wrong.type", "fail"));
            assertThat(failure("huge-sink"))
                    .contains("huge.db0-0@2", "SADD k …(3900 more arguments", "Set on.wrong.type")
                    .doesNotContain("member-");
            assertThat(worker.rest().status("huge-sink").tasks())
                    .anyMatch(task -> task.state().equals("FAILED"));
        }
    }

    private static ProducerRecord<byte[], byte[]> record(
            String topic, byte[] key, Command command, String change, String barrier) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, 0, key, Resp.encode(List.of(command)));
        record.headers().add(ChangeHeader.NAME, Resp.bytes(change));
        if (!barrier.isEmpty()) {
            record.headers().add(Barrier.NAME, Resp.bytes(barrier));
        }
        return record;
    }

    @Test
    void aRedisWithoutMemoryIsWaitedFor() throws Exception {
        try (RecordedMaster master = RecordedMaster.start(recording);
                RedisServer redis = RedisServer.start();
                Jedis client = redis.connect()) {
            master.writeUpTo(0);
            worker.rest().deploy("memory-source", source("memory", master.port()));
            worker.rest().deployAndAwait("memory-sink", sink("memory", redis), 2, LIMIT);
            await("the snapshot in Redis", () -> client.dbSize() >= DUMP_KEYS);
            client.configSet("maxmemory", "1");
            master.writeUpTo(BINLOG_KEYS);
            await("a word about it", () -> worker.logText().contains("OOM command not allowed"));
            assertThat(client.exists("binlog:" + (BINLOG_KEYS - 1))).isFalse();
            assertThat(worker.rest().status("memory-sink").failure()).isEmpty();

            client.configSet("maxmemory", "0");
            awaitEverythingIn(redis);
        }
    }

    @Test
    void offsetsOfASinkCannotBeResetAndAnEmptiedDbHasTheTopicAppliedAgain() throws Exception {
        try (RecordedMaster master = RecordedMaster.start(recording);
                RedisServer redis = RedisServer.start();
                Jedis client = redis.connect()) {
            worker.rest().deploy("again-source", source("again", master.port()));
            worker.rest().deploy("again-sink", sink("again", redis));
            awaitEverythingIn(redis);
            worker.rest().stop("again-sink");
            await("the sink's end", () -> worker.rest().status("again-sink").is("STOPPED", 0));
            assertThatThrownBy(() -> worker.rest().resetOffsets("again-sink"))
                    .hasMessageContaining("is kept in Redis " + redis.address())
                    .hasMessageContaining("empty the target db");

            client.flushDB();
            worker.rest().resume("again-sink");
            awaitEverythingIn(redis);
        }
    }

    @Test
    void aTopicThatLacksPartitionsOrCannotBeMadeIsNamedLoudlyAndWaitedFor() throws Exception {
        EmbeddedKafka kafka = SharedKafka.kafka();
        try (RecordedMaster master = RecordedMaster.start(recording);
                RedisServer redis = RedisServer.start();
                RedisServer other = RedisServer.start();
                ConnectWorker humble = start("humble", Map.of("topic.creation.enable", "false"))) {
            kafka.createTopic("few.db0", PARTITIONS - 2);
            worker.rest().deploy("few-source", with(source("few", master.port()), "topic.existing", "true"));
            Map<String, String> neverMade = with(source("never", master.port()), "replica.address", "127.0.0.1:29221");
            humble.rest().deploy("never-source", neverMade);
            await("a word about few.db0", () -> says(worker, "few.db0"));
            await("a word about never.db0", () -> says(humble, "never.db0"));

            kafka.addPartitions("few.db0", PARTITIONS);
            kafka.createTopic("never.db0", PARTITIONS);
            // Kafka may have ended the transaction that waited for so long, and with it the task.
            worker.rest().restart("few-source");
            humble.rest().restart("never-source");
            worker.rest().deploy("few-sink", sink("few", redis));
            awaitEverythingIn(redis);
            humble.rest().deploy("never-sink", sink("never", other));
            awaitEverythingIn(other);
        }
    }

    private static boolean says(ConnectWorker worker, String topic) {
        return worker.logText()
                .lines()
                .anyMatch(line -> line.contains("ERROR")
                        && line.contains("does topic " + topic + " exist and have " + PARTITIONS + " partitions"));
    }
}
