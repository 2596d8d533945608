package io.pikaconnect.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.replication.ReplicaConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PikaSourceConnectorTest {

    private static Map<String, String> settings(String... more) {
        return TaskSettings.of("source", "127.0.0.1:9221", Path.of("/tmp"), more);
    }

    private static List<Map<String, String>> tasks(int most, String... more) {
        PikaSourceConnector connector = new PikaSourceConnector();
        Map<String, String> settings = settings(more);
        settings.put("tasks.max", String.valueOf(most));
        connector.start(settings);
        return connector.taskConfigs(most);
    }

    @Test
    void namesItsPositionInOneOrderSinceConnectLooksItUpByItsBytes() {
        PikaSourceConfig config = new PikaSourceConfig(settings("pika.name", "orders"));
        assertThat(config.sourcePartition().keySet()).containsExactly("pika", "db");
        assertThat(config.sourcePartition().values()).containsExactly("orders", "db0");
    }

    @Test
    void eachDbIsATaskWithItsOwnTopicPositionAndIdentity() {
        List<PikaSourceConfig> tasks =
                tasks(5, "pika.databases", "db0, db2", "replica.address", "10.0.0.1:7000").stream()
                        .map(PikaSourceConfig::new)
                        .toList();
        assertThat(tasks).extracting(PikaSourceConfig::topic).containsExactly("t.db0", "t.db2");
        assertThat(tasks).extracting(t -> t.sourcePartition().get("db")).containsExactly("db0", "db2");
        assertThat(tasks).extracting(t -> t.replica().namePort()).containsExactly(7_000, 7_040);
        assertThat(tasks).allMatch(t -> t.replica().severalDatabases());
    }

    @Test
    void aTaskForTheDefaultDbDoesNotTakeItForNamed() {
        List<Map<String, String>> tasks = tasks(3);
        assertThat(tasks).hasSize(1);
        assertThat(new PikaSourceConfig(tasks.get(0)).replica().severalDatabases())
                .isFalse();
        assertThat(new PikaSourceConfig(tasks(1, "pika.databases", "db0").get(0))
                        .replica()
                        .severalDatabases())
                .isTrue();
    }

    @Test
    void requiredSettingsThatAreMissingAreAllNamed() {
        assertThat(new PikaSourceConnector()
                        .validate(Map.of("name", "source", "tasks.max", "1"))
                        .configValues())
                .filteredOn(
                        value -> value.errorMessages().stream().anyMatch(error -> error.contains("Missing required")))
                .extracting(ConfigValue::name)
                .contains("pika.address", "topic.prefix", "snapshot.dir");
    }

    @Test
    void fewerTasksThanDbsAreRefused() {
        assertThatThrownBy(() -> tasks(2, "pika.databases", "db0,db1,db5"))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("tasks.max must be at least 3 for [db0, db1, db5], but is 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "db0,db0", "*,db0", "0", "db", "db00", "db100", "db-1", "table1"})
    void whatNamesNoDbIsRefused(String databases) {
        assertThatThrownBy(() -> new PikaSourceConfig(settings("pika.databases", databases)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("pika.databases")
                .hasMessageContaining("db0,db2");
    }

    @ParameterizedTest
    @CsvSource({"2.3.6, 3.2.0 to 4.0.4", "5.0.0, 3.2.0 to 4.0.4", "4.0.7, newer", "three, such as 3.5.5"})
    void aVersionThatIsNotKnownIsRefused(String version, String words) {
        assertThatThrownBy(() -> new PikaSourceConfig(settings("pika.version", version)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("pika.version")
                .hasMessageContaining(words);
    }

    @Test
    void aPortThatNoDbCanAnnounceIsRefused() {
        assertThatThrownBy(() -> new PikaSourceConfig(
                        settings("replica.address", "10.0.0.1:65500", "pika.databases", "db1,db2")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("65540");
    }

    private static ReplicaConfig replica(String... more) {
        return new PikaSourceConfig(settings(more)).replica();
    }

    @Test
    void aHostAPortOrBothCanBeAnnounced() {
        assertThat(replica("replica.address", "10.0.0.1:7000").announcedHost()).contains("10.0.0.1");
        assertThat(replica("replica.address", "10.0.0.1:7000").namePort()).isEqualTo(7_000);
        assertThat(replica("replica.address", "10.0.0.1:7000").pushPort()).isEqualTo(7_000);
        assertThat(replica("replica.address", ":29221").announcedHost()).isEmpty();
        assertThat(replica("replica.address", ":29221").namePort()).isEqualTo(29_221);
        assertThat(replica("replica.address", ":29221").pushPort()).isEqualTo(29_221);
        assertThat(replica("replica.address", "worker-1.example").announcedHost())
                .contains("worker-1.example");
        assertThat(replica("replica.address", "worker-1.example").pushPort()).isEqualTo(19_221);
        assertThat(replica("replica.address", "worker-1.example").namePort())
                .isEqualTo(replica().namePort());
    }

    /** So that no two sources of one host have the same, whoever their master is. */
    @Test
    void thePortThatOnlyNamesUsFollowsFromTheNamesOfConnectorAndPika() {
        assertThat(replica().namePort()).isEqualTo(replica().namePort()).isBetween(19_300, 29_299);
        assertThat(List.of(
                        replica().namePort(),
                        replica("name", "another").namePort(),
                        replica("pika.name", "another").namePort()))
                .doesNotHaveDuplicates();
        assertThat(replica("pika.databases", "db3").namePort())
                .isEqualTo(replica().namePort() + 60);
        assertThat(replica().pushPort()).as("firewalls know it").isEqualTo(19_221);
        assertThat(replica("pika.databases", "db3").pushPort()).isEqualTo(19_281);
    }

    @ParameterizedTest
    @CsvSource({
        "29221, ':29221'",
        "host:0, host:port",
        "host:65536, host:port",
        "':', host:port",
        "a:b, host:port",
        "::1::, host:port",
        "ho st, IPv4",
        "'ho\nst:1', IPv4",
        "-h, IPv4"
    })
    void whatIsNoAddressIsRefused(String address, String words) {
        assertThatThrownBy(() -> replica("replica.address", address.replace("\\n", "\n")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("replica.address", words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host", ":9221", "9221", "123:9221", "ho\nst:9221", "ho\u0000st:9221"})
    void theMasterNeedsHostAndPort(String address) {
        assertThatThrownBy(() -> replica("pika.address", address))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("pika.address");
    }

    @Test
    void aNameThatWouldForgeALineInTheLogIsRefused() {
        assertThatThrownBy(() -> replica("pika.name", "a\n12:00:00 ERROR b"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("pika.name", "control");
    }

    @Test
    void refusesMorePartitionsThanABarrierCanName() {
        assertThat(new PikaSourceConfig(settings("topic.partitions", "1000")).partitions())
                .isEqualTo(1_000);
        assertThatThrownBy(() -> new PikaSourceConfig(settings("topic.partitions", "1001")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("topic.partitions", "1000");
    }

    @Test
    void altersThePositionOfEachDbItReplicates() {
        PikaSourceConnector connector = new PikaSourceConnector();
        Map<String, String> named = settings("pika.databases", "db0,db2");
        Map<String, String> all = settings("pika.databases", "*");
        Map<String, ?> offset = offset("t.db2");
        assertThat(connector.alterOffsets(named, Map.of(Map.of("pika", "source", "db", "db2"), offset)))
                .isTrue();
        assertThat(connector.alterOffsets(all, Map.of(Map.of("pika", "source", "db", "db7"), offset)))
                .isTrue();
        assertThatThrownBy(() -> connector.alterOffsets(named, Map.of(Map.of("pika", "source", "db", "db1"), offset)))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("not under {");
        assertThatThrownBy(() -> connector.alterOffsets(all, Map.of(Map.of("pika", "other", "db", "db2"), offset)))
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void aResetUnderANameThatIsNotOursIsRefused() {
        PikaSourceConnector connector = new PikaSourceConnector();
        Map<String, String> named = settings("pika.databases", "db0,db2");
        for (Map<String, String> typo : List.of(
                Map.of("pika", "sorce", "db", "db0"),
                Map.of("pika", "source", "db", "db5"),
                Map.of("pika", "source"))) {
            assertThatThrownBy(() -> connector.alterOffsets(named, reset(typo)))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("stored under {pika=source, db=db0} and its other dbs")
                    .hasMessageContaining("not under {")
                    .hasMessageContaining("Correct the partition");
        }
        assertThat(connector.alterOffsets(named, reset(Map.of("pika", "source", "db", "db2"))))
                .isTrue();
    }

    /** Connect resets everything that was ever stored for the connector, under an earlier pika.name too. */
    @Test
    void aResetOfEverythingTakesWhatAnEarlierNameLeftAlong() {
        Map<Map<String, ?>, Map<String, ?>> all = reset(Map.of("pika", "source", "db", "db0"));
        all.put(Map.of("pika", "earlier", "db", "db0"), null);
        assertThat(new PikaSourceConnector().alterOffsets(settings(), all)).isTrue();
    }

    private static Map<Map<String, ?>, Map<String, ?>> reset(Map<String, ?> partition) {
        Map<Map<String, ?>, Map<String, ?>> offsets = new HashMap<>();
        offsets.put(partition, null);
        return offsets;
    }

    private static Map<String, ?> offset(String topic) {
        EpochSettings epochSettings =
                EpochSettings.parse(topic + ";1;900000;100;PIKA_3_5_5;" + io.pikaconnect.binlog.Translator.REVISION);
        return Written.begin(1, io.pikaconnect.pika.BinlogPosition.ZERO, epochSettings, "", 1)
                .toMap();
    }
}
