package io.pikaconnect.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.demo.pika.PikaRelease;
import io.pikaconnect.replication.MasterProbe;
import io.pikaconnect.replication.Replica;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user is told before anything runs. */
class SourceValidationTest {

    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";

    @TempDir
    Path directory;

    /** Of its own, since validation remembers which connectors were started. */
    private final String name = "source-" + UUID.randomUUID();

    private Map<String, String> good(RecordedMaster master) {
        return settings(master.port());
    }

    private Map<String, String> settings(int port) {
        return new HashMap<>(Map.ofEntries(
                Map.entry("name", name),
                Map.entry("pika.address", "127.0.0.1:" + port),
                Map.entry("snapshot.dir", directory.toString()),
                Map.entry("topic.prefix", "t"),
                Map.entry("topic.partitions", "4"),
                Map.entry("topic.creation.default.partitions", "4"),
                Map.entry("topic.creation.default.replication.factor", "-1"),
                Map.entry("topic.creation.default.retention.ms", "-1"),
                Map.entry("topic.creation.default.retention.bytes", "-1"),
                Map.entry("topic.creation.default.cleanup.policy", "delete"),
                Map.entry("key.converter", BYTES),
                Map.entry("value.converter", BYTES)));
    }

    private List<String> errors(MasterSetup setup, String... changes) throws IOException {
        try (RecordedMaster master = RecordedMaster.start(Recording.ofVersion("3.5.5"), setup)) {
            Map<String, String> settings = good(master);
            for (int i = 0; i < changes.length; i += 2) {
                if (changes[i + 1].isEmpty()) {
                    settings.remove(changes[i]);
                } else {
                    settings.put(changes[i], changes[i + 1]);
                }
            }
            List<String> errors = errors(settings);
            assertThat(master.offences()).isEmpty();
            return errors;
        }
    }

    private static List<String> errors(Map<String, String> settings) {
        return new PikaSourceConnector()
                .validate(settings).configValues().stream()
                        .flatMap(v -> v.errorMessages().stream().map(m -> v.name() + ": " + m))
                        .collect(Collectors.toList());
    }

    private void refuses(MasterSetup setup, String setting, String words, String... changes) throws IOException {
        assertThat(errors(setup, changes))
                .as(String.join("=", changes))
                .anySatisfy(e -> assertThat(e).startsWith(setting + ": ").contains(words));
    }

    @Test
    void acceptsWhatWorks() throws IOException {
        assertThat(errors(MasterSetup.REAL)).isEmpty();
        assertThat(errors(MasterSetup.REAL.withPassword("se#cret"), "pika.password", "se#cret"))
                .isEmpty();
        assertThat(errors(MasterSetup.REAL.withDatabases("db0", "db1"), "pika.databases", "db0"))
                .isEmpty();
        assertThat(errors(
                        MasterSetup.REAL,
                        "topic.existing",
                        "true",
                        "topic.creation.default.partitions",
                        "",
                        "topic.creation.default.replication.factor",
                        ""))
                .isEmpty();
    }

    @Test
    void refusesMembersOfAGroupThatWouldShareAMappedPort() throws IOException {
        String[] mapped = {"pika.addresses", "127.0.0.1:9,127.0.0.2:9", "pika.replication.port", "1"};
        refuses(MasterSetup.REAL, "pika.addresses", "cannot be told apart", mapped);
        assertThat(errors(MasterSetup.REAL, "pika.addresses", "127.0.0.1:9")).noneMatch(e -> e.contains("told apart"));
        mapped[1] = "127.0.0.2:9,127.0.0.3:9";
        assertThat(errors(MasterSetup.REAL, mapped)).noneMatch(e -> e.contains("told apart"));
    }

    @Test
    void looksAtEachMemberOfTheGroup() throws IOException {
        Recording recording = Recording.ofVersion("3.5.5");
        try (RecordedMaster good = RecordedMaster.start(recording, MasterSetup.REAL);
                RecordedMaster other = RecordedMaster.start(recording, MasterSetup.REAL);
                RecordedMaster older = RecordedMaster.start(recording, MasterSetup.REAL.reporting("3.5.2"));
                RecordedMaster closed = RecordedMaster.start(recording, MasterSetup.REAL.withPassword("secret"))) {
            good.replicaOf(1, true);
            other.identity("6".repeat(50), "b".repeat(40));
            assertThat(errors(MasterSetup.REAL, "pika.addresses", "127.0.0.1:" + good.port()))
                    .isEmpty();
            String all = Stream.of(good.port(), 1, other.port(), older.port())
                    .map(port -> "127.0.0.1:" + port)
                    .collect(Collectors.joining(","));
            List<String> errors = errors(MasterSetup.REAL, "pika.addresses", all);
            assertThat(errors).hasSize(3).allSatisfy(e -> assertThat(e).startsWith("pika.addresses: "));
            assertThat(errors.get(0)).contains("127.0.0.1:1 ", "does not answer", "validate.connect");
            assertThat(errors.get(1)).contains("127.0.0.1:" + other.port(), "other data", "666");
            assertThat(errors.get(2)).contains("127.0.0.1:" + older.port(), "Pika 3.5.2");
            refuses(
                    MasterSetup.REAL.withPassword("p"),
                    "pika.addresses",
                    "AUTH: ERR invalid password",
                    "pika.password",
                    "p",
                    "pika.addresses",
                    "127.0.0.1:" + closed.port());
            assertThat(good.registrations()).isZero();
        }
    }

    @Test
    void aClientPortWithoutRoomForTheOthersNeedsThemSet() throws IOException {
        refuses(MasterSetup.REAL, "pika.replication.port", "is no port", "pika.address", "127.0.0.1:64000");
    }

    @Test
    void refusesTextThatWouldBecomeALineOfItsOwnElsewhere() throws IOException {
        String line = "x\npre-xfer exec = id";
        refuses(MasterSetup.REAL, "snapshot.dir", "line end", "snapshot.dir", directory + line);
        refuses(MasterSetup.REAL, "pika.name", "line end", "pika.name", line);
        refuses(MasterSetup.REAL, "pika.password", "line end", "pika.password", line);
        refuses(MasterSetup.REAL, "pika.address", "the host must be", "pika.address", "a\nb:9221");
        refuses(MasterSetup.REAL, "replica.address", "the host must be", "replica.address", "a\nb:9221");
        refuses(MasterSetup.REAL, "push.from", "not a host name", "push.from", "10.0.0.5,a b");
        refuses(MasterSetup.REAL, "topic.prefix", "not part of a valid topic name", "topic.prefix", "t\nu");
        assertThat(errors(MasterSetup.REAL, "pika.password", line, "pika.name", line, "pika.address", line + ":1"))
                .noneSatisfy(error -> assertThat(error).containsAnyOf("\n", "Invalid value " + line));
        assertThat(errors(MasterSetup.REAL, "snapshot.dir", directory + "/a b", "pika.name", "Größe #1"))
                .isEmpty();
    }

    @Test
    void refusesATopicThatConnectWouldMakeWrong() throws IOException {
        String creation = "topic.creation.default.";
        refuses(MasterSetup.REAL, creation + "partitions", "must be 4, but is 3", creation + "partitions", "3");
        refuses(
                MasterSetup.REAL,
                creation + "retention.ms",
                "must be -1, but is missing",
                creation + "retention.ms",
                "");
        refuses(
                MasterSetup.REAL,
                creation + "cleanup.policy",
                "must be delete",
                creation + "cleanup.policy",
                "compact");
        refuses(MasterSetup.REAL, creation + "replication.factor", "is missing", creation + "replication.factor", "");
    }

    @Test
    void refusesWhatWouldDropOrMoveOrGarbleRecords() throws IOException {
        refuses(MasterSetup.REAL, "errors.tolerance", "would drop records", "errors.tolerance", "all");
        refuses(
                MasterSetup.REAL,
                "transforms.f.type",
                "could drop, move or change",
                "transforms",
                "f",
                "transforms.f.type",
                "org.apache.kafka.connect.transforms.Filter");
        refuses(
                MasterSetup.REAL,
                "transforms.r.type",
                "could drop, move or change",
                "transforms",
                "a,r",
                "transforms.r.type",
                "org.apache.kafka.connect.transforms.RegexRouter");
        refuses(MasterSetup.REAL, "transaction.boundary", "use connector", "transaction.boundary", "interval");
        refuses(MasterSetup.REAL, "topic.creation.groups", "topic.creation.groups", "topic.creation.groups", "big");
        assertThat(errors(
                        MasterSetup.REAL,
                        "transforms",
                        "h",
                        "transforms.h.type",
                        "org.apache.kafka.connect.transforms.InsertHeader"))
                .isEmpty();
        refuses(MasterSetup.REAL, "value.converter", "the records are bytes", "value.converter", "");
        refuses(MasterSetup.REAL, "value.converter", "would change the records", "value.converter", "JsonConverter");
    }

    @Test
    void refusesAMasterThatCannotBeReplicated() throws IOException {
        refuses(MasterSetup.REAL.withPassword("secret"), "pika.password", "password");
        refuses(MasterSetup.REAL.withPassword("secret"), "pika.password", "password", "pika.password", "wrong");
        refuses(MasterSetup.REAL.withDatabases("db0", "db1"), "pika.databases", "pika.databases");
        refuses(MasterSetup.REAL, "pika.databases", "db7", "pika.databases", "db7");
        refuses(MasterSetup.REAL.withVersion("2.3.6"), "pika.version", "2.3.6");
        refuses(MasterSetup.REAL, "pika.version", "3.5", "pika.version", "3.5");
        refuses(MasterSetup.REAL, "pika.address", "127.0.0.1:1", "pika.address", "127.0.0.1:1");
        refuses(MasterSetup.REAL, "pika.address", "host:port", "pika.address", "localhost");
    }

    @Test
    void checksTheDbsThatAreNamedAndThatEachHasATask() throws IOException {
        MasterSetup three = MasterSetup.REAL.withDatabases("db0", "db1", "db2");
        assertThat(errors(three, "pika.databases", "db0,db2", "tasks.max", "2")).isEmpty();
        assertThat(errors(three, "pika.databases", "*", "tasks.max", "3")).isEmpty();
        refuses(three, "tasks.max", "at least 2 for [db0, db2], but is 1", "pika.databases", "db0,db2");
        refuses(three, "tasks.max", "at least 3", "pika.databases", "*", "tasks.max", "2");
        refuses(three, "pika.databases", "only [db0, db1, db2]", "pika.databases", "db0,db3", "tasks.max", "2");
        refuses(three, "pika.databases", "each once", "pika.databases", "db0,db0");
    }

    private List<String> warnings(RecordedMaster master, String... more) throws Exception {
        Map<String, String> settings = TaskSettings.with(good(master), more);
        PikaSourceConfig config = new PikaSourceConfig(settings);
        return SourceValidation.warnings(config, MasterProbe.probe(config.replica(), Duration.ofSeconds(10)));
    }

    @Test
    void warnsOfFewBinlogFilesWithTheRoomThatMoreOfThemTake() throws Exception {
        try (RecordedMaster master = RecordedMaster.start(Recording.ofVersion("3.5.5"))) {
            assertThat(warnings(master))
                    .singleElement()
                    .asString()
                    .contains(
                            "only 10 binlog files", "1000 MB", "10000 are 1000000 MB", "CONFIG REWRITE", "set it back");
        }
    }

    @Test
    void warnsOfAMasterThatDoesNotTellItsReleaseBeforeThatStopsTheTask() throws Exception {
        try (RecordedMaster master = RecordedMaster.start(
                Recording.ofVersion("4.0.1"), MasterSetup.of(PikaRelease.V401).reporting("4.0.2"))) {
            assertThat(warnings(master))
                    .anySatisfy(w -> assertThat(w)
                            .contains("reports 4.0.2", "4.0.2 to 4.0.4", "pika.version", "on.repeated.member"));
            assertThat(warnings(master, "pika.version", "4.0.3")).noneMatch(w -> w.contains("reports"));
        }
    }

    @Test
    void warnsOfAReplicaThatHasOurAddress() throws Exception {
        try (RecordedMaster master = RecordedMaster.start(Recording.ofVersion("3.5.5"));
                Replica other = new Replica(new PikaSourceConfig(good(master)).replica())) {
            other.connect();
            String address =
                    "127.0.0.1:" + new PikaSourceConfig(good(master)).replica().namePort();
            assertThat(warnings(master)).anySatisfy(w -> assertThat(w).contains(address, "lag=", "replica.address"));
            assertThat(warnings(master, "replica.address", ":29221")).hasSize(1);
            assertThat(warnings(master, "name", "another")).hasSize(1);
        }
    }

    @Test
    void asksForTheVersionWhereTheMasterDoesNotTellIt() throws IOException {
        refuses(MasterSetup.REAL, "pika.version", "3.2.0 to 4.0.4", "pika.version", "6.0");
        refuses(MasterSetup.REAL, "pika.version", "3.4.0 by pika.version", "pika.version", "3.4.0");
    }

    @Test
    void takesTheConfigurationOfASourceThatHasRunWhileTheMasterIsAway() throws IOException {
        String nobody = "127.0.0.1:1";
        refuses(MasterSetup.REAL, "pika.address", "validate.connect=false", "pika.address", nobody);
        PikaSourceConnector connector = new PikaSourceConnector();
        connector.start(TaskSettings.of(name, nobody, directory));
        assertThat(errors(MasterSetup.REAL, "pika.address", nobody)).isEmpty();
        refuses(MasterSetup.REAL.withPassword("secret"), "pika.password", "requirepass");
        refuses(MasterSetup.REAL, "on.spop", "emulate", "pika.address", nobody, "on.spop", "skip");
    }

    @Test
    void asksNobodyIfSoWished() throws IOException {
        assertThat(errors(MasterSetup.REAL, "pika.address", "127.0.0.1:1", "validate.connect", "false"))
                .isEmpty();
    }

    /** Each step used to have 1.6 s. */
    @Test
    void aSlowLinkIsNoMistake() throws IOException {
        try (FakePika pika = FakePika.start(MasterSetup.REAL)) {
            pika.mischief().answerLate(Duration.ofMillis(1_800));
            assertThat(errors(settings(pika.port()))).isEmpty();
        }
    }

    @Test
    void aDumpThatIsThereNeedsNoMoreRoom() throws IOException {
        long free = Files.getFileStore(directory).getUsableSpace();
        try (RecordedMaster master = RecordedMaster.start(Recording.ofVersion("3.5.5"))) {
            master.dataBytes(free + (8L << 30));
            assertThat(errors(good(master)))
                    .singleElement()
                    .asString()
                    .startsWith("snapshot.dir: ")
                    .contains("a dump would not fit");
            Path dump = Files.createDirectories(directory.resolve(name + ".db0/1"));
            try (RandomAccessFile file =
                    new RandomAccessFile(dump.resolve("000001.sst").toFile(), "rw")) {
                file.setLength(16L << 30);
            }
            assertThat(errors(good(master))).isEmpty();
        }
    }

    @Test
    void refusesASnapshotDirectoryThatCannotBe() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        refuses(MasterSetup.REAL, "snapshot.dir", "cannot be written", "snapshot.dir", file.toString());
    }

    @Test
    void altersOffsetsOnlyToWhatARestartCouldUse() {
        PikaSourceConnector connector = new PikaSourceConnector();
        Map<String, String> settings =
                Map.of("name", "source", "pika.address", "127.0.0.1:9221", "topic.prefix", "t", "snapshot.dir", "/tmp");
        Map<String, String> ours = Map.of("pika", "source", "db", "db0");

        assertThat(connector.alterOffsets(settings, nullable(ours))).isTrue();
        assertThatThrownBy(() -> connector.alterOffsets(settings, Map.of(ours, Map.of("epoch", "1"))))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("pinned");
        assertThatThrownBy(() -> connector.alterOffsets(
                        settings, Map.of(Map.of("pika", "other", "db", "db0"), Map.of("epoch", "1"))))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("not under {");
    }

    private static Map<Map<String, ?>, Map<String, ?>> nullable(Map<String, String> partition) {
        Map<Map<String, ?>, Map<String, ?>> offsets = new HashMap<>();
        offsets.put(partition, null);
        return offsets;
    }
}
