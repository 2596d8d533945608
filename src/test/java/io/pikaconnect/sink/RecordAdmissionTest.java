package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Escaped;
import io.pikaconnect.change.KeySlot;
import io.pikaconnect.change.Resp;
import io.pikaconnect.metrics.DiscardCounts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left of a record by the settings, and under which names. Of names those with a {@code w} are selected here. */
class RecordAdmissionTest {

    private static final String NAMES = "keys.include=*w*";
    private static final String HASHES = "types.include=hash";
    private static final int PARTITIONS = 4;

    private final SinkCounters counters = new SinkCounters(new DiscardCounts(), new DiscardCounts());

    private RecordAdmission admission(String... settings) {
        return RecordAdmission.of(config(settings), counters).orElseThrow();
    }

    private static RedisSinkConfig config(String... settings) {
        Map<String, String> properties = new HashMap<>(Map.of("name", "to-redis", "redis.address", "127.0.0.1:6379"));
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            properties.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        return new RedisSinkConfig(properties);
    }

    private static List<Command> commands(String text) {
        return Stream.of(text.split("; "))
                .map(command -> Command.of((Object[]) command.split(" ", -1)))
                .toList();
    }

    private static String text(List<Command> commands) {
        return commands.stream()
                .map(command -> command.args().stream().map(Escaped::text).collect(Collectors.joining(" ")))
                .collect(Collectors.joining("; "));
    }

    /** Of a record on one partition. */
    private String admitted(RecordAdmission admission, String record) {
        List<Command> commands = commands(record);
        ModelTopic topic = new ModelTopic("pika.db0", 1);
        topic.change(CommandKeys.of(commands.get(0)).get(0), commands.toArray(Command[]::new));
        ChangeRecord r = ChangeRecord.of(topic.from(0, 0, 1).get(0));
        Admitted admitted = admission.admitted(r, r.commands(), 1);
        assertThat(admitted.partitionsMeet()).isFalse();
        assertThat(admitted.record().key().isEmpty()).isEqualTo(LeftOut.isAll(admitted.commands()));
        return text(admitted.commands());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "SET w1 v | SET w1 v",
                "SET x v | pika.leftout",
                "SET w1 v; PEXPIREAT w1 5 | SET w1 v; PEXPIREAT w1 5",
                "HSET x f w; PEXPIREAT x 5 | pika.leftout",
                "DEL x | pika.leftout",
                "SMOVE w1 w2 x | SMOVE w1 w2 x",
                "SMOVE w1 x m | SREM w1 m",
                "SMOVE x y w | pika.leftout",
                "RPOPLPUSH w1 x | RPOP w1",
                "RPOPLPUSH x y | pika.leftout",
                "SUNIONSTORE w1 w2 w3 | SUNIONSTORE w1 w2 w3",
                "SUNIONSTORE x w1 y | pika.leftout",
                "ZUNIONSTORE w1 2 w2 w3 WEIGHTS 1 2 | ZUNIONSTORE w1 2 w2 w3 WEIGHTS 1 2",
                "ZINTERSTORE x 2 w2 w3 | pika.leftout",
                "BITOP OR w1 w2 w3 | BITOP OR w1 w2 w3",
                "pika.bitop OR x w2 w3 | pika.leftout",
                "PFMERGE x w1 | pika.leftout",
                "MSETNX w1 1 w2 2 | MSETNX w1 1 w2 2",
                "MSETNX x w y w | pika.leftout",
                "pika.staged 3 SMOVE x y m | pika.leftout",
                "pika.staged 2 SET w1 v | pika.staged 2 SET w1 v",
            })
    void ofNamesThatAreSelected(String record, String admitted) {
        assertThat(admitted(admission(NAMES), record)).isEqualTo(admitted);
        assertThat(counters.sum(SinkCounter.FILTERED)).isEqualTo(record.equals(admitted) ? 0 : 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SMOVE x w1 m",
                "RPOPLPUSH x w1",
                "SUNIONSTORE w1 w2 x",
                "ZUNIONSTORE w1 2 w2 x WEIGHTS 1 1",
                "BITOP OR w1 x",
                "pika.bitop OR w1 w2 x",
                "PFMERGE w1 x",
                "MSETNX w1 1 x 2",
                "MSETNX x 1 w1 2",
                "pika.staged 3 SMOVE w1 x m",
                "pika.staged 2 MSETNX w1 m x 1",
            })
    void whatDependsOnAKeyThatIsLeftOutStops(String record) {
        assertThatThrownBy(() -> admitted(admission(NAMES), record))
                .isInstanceOf(RecordRefused.class)
                .hasMessageContaining("depends on x, which is left out")
                .extracting(e -> ((RecordRefused) e).remedy())
                .asString()
                .contains("keys.include", "empty the Redis db");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "HSET k f v | HSET k f v",
                "HSET k f v; PEXPIREAT k 5 | HSET k f v; PEXPIREAT k 5",
                "DEL k | DEL k",
                "PEXPIREAT k 5 | PEXPIREAT k 5",
                "PERSIST k | PERSIST k",
                "pika.stage 2 0 bytes | pika.stage 2 0 bytes",
                "pika.staged 3 HSET k f v | pika.staged 3 HSET k f v",
                "SADD k m | pika.leftout",
                "pika.spop k 5 | pika.leftout",
                "SADD k a b; pika.scount k 1 | pika.leftout",
                "pika.zremrangebylex k - + | pika.leftout",
                "pika.endstream k | pika.leftout",
                "XSETID k 5-1 ENTRIESADDED 2 MAXDELETEDID 0-0 | pika.leftout",
                "SUNIONSTORE k a b | pika.leftout",
                "RPOPLPUSH k a | pika.leftout",
                "SET k v | pika.leftout - k",
                "SET k v KEEPTTL | pika.leftout - k",
                "SET k v NX | pika.leftout",
                "SETNX k v | pika.leftout",
                "pika.set k v XX 5 | pika.leftout - k",
                "pika.set k v NX 5 | pika.leftout",
                "SET k v; PEXPIREAT k 5 | pika.leftout - k; pika.leftout",
                "PFADD k a; PERSIST k | pika.leftout",
                "DEL k; PFADD k | pika.leftout - k; pika.leftout",
                "pika.staged 2 SET k v | pika.leftout 2 k",
                "pika.staged 2,4 RPUSH k v w x | pika.leftout 2,4",
                "pika.staged 3 SMOVE k a m | pika.leftout 3",
            })
    void ofTypesThatAreSelected(String record, String admitted) {
        boolean isPiece = record.startsWith("pika.stage ");
        assertThat(isPiece ? ofPiece(admission(HASHES), record) : admitted(admission(HASHES), record))
                .isEqualTo(admitted);
        assertThat(counters.sum(SinkCounter.FILTERED)).isEqualTo(record.equals(admitted) ? 0 : 1);
    }

    private String ofPiece(RecordAdmission admission, String piece) {
        ModelTopic topic = new ModelTopic("pika.db0", 1);
        topic.change(Resp.bytes("k"), commands(piece).get(0));
        ChangeRecord r = ChangeRecord.of(topic.from(0, 0, 1).get(0));
        return text(admission.admitted(r, r.commands(), 1).commands());
    }

    @Test
    void piecesOfANameThatIsLeftOutAreLeftOut() {
        assertThat(ofPiece(admission(NAMES), "pika.stage 2 0 bytes")).isEqualTo("pika.leftout");
    }

    @Test
    void inTheSnapshotNothingHasToGiveWay() {
        ModelTopic topic = new ModelTopic("pika.db0", 1).inSnapshot(true);
        topic.change(Resp.bytes("k"), Command.of("SET", "k", "v"), Command.of("PEXPIREAT", "k", "5"));
        ChangeRecord r = ChangeRecord.of(topic.from(0, 0, 1).get(0));
        assertThat(text(admission(HASHES).admitted(r, r.commands(), 1).commands()))
                .isEqualTo("pika.leftout");
    }

    /** SET and its deadline may not fit into one record. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({"PEXPIREAT k 5, pika.leftout", "PERSIST k, pika.leftout", "DEL k, DEL k"})
    void theRestOfAStringIsOneToo(String rest, String admitted) {
        ModelTopic topic = new ModelTopic("pika.db0", 1).recordMaxBytes(1_100);
        topic.change(
                Resp.bytes("k"),
                Command.of("SET", "k", "v".repeat(550)),
                commands(rest).get(0));
        List<SinkRecord> records = topic.from(0, 0, 9);
        assertThat(records).hasSize(2);
        ChangeRecord r = ChangeRecord.of(records.get(1));
        assertThat(text(admission(HASHES).admitted(r, r.commands(), 1).commands()))
                .isEqualTo(admitted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pika.staged 2 SMOVE w1  m",
                "pika.staged 3 SUNIONSTORE w1 w2 ",
                "pika.staged 3 MSETNX w1 1  2",
                "pika.staged 2 ZUNIONSTORE w1  w2",
            })
    void aKeyThatCameInPiecesStopsWhereNamesMatter(String record) {
        for (String setting : List.of(NAMES, "key.prefix.replace=old:=new:")) {
            assertThatThrownBy(() -> admission(setting).admitted(record(record), commands(record), 1))
                    .isInstanceOf(RecordRefused.class)
                    .hasMessageContaining("came in pieces")
                    .extracting(e -> ((RecordRefused) e).remedy())
                    .asString()
                    .contains("record.max.bytes", "keys.include");
            assertThatThrownBy(() -> admission(setting).atBarrier(record(record), commands(record), Share::of, 0, 4))
                    .isInstanceOf(RecordRefused.class)
                    .hasMessageContaining("came in pieces");
        }
    }

    @Test
    void aKeyThatCameInPiecesMayBeOfATypeThatIsSelected() {
        String record = "pika.staged 2 SMOVE k  m";
        assertThat(admitted(admission("types.include=set"), record)).isEqualTo(record);
        assertThat(admitted(admission(HASHES), record)).isEqualTo("pika.leftout 2");
        assertThatThrownBy(() -> admission(HASHES).atBarrier(record(record), commands(record), Share::of, 0, 4))
                .isInstanceOf(RecordRefused.class)
                .hasMessageContaining("came in pieces");
    }

    private static ChangeRecord record(String commands) {
        Command command = commands(commands).get(0);
        ModelTopic topic = new ModelTopic("pika.db0", 1).change(command.args().get(3), command);
        return ChangeRecord.of(topic.from(0, 0, 1).get(0));
    }

    @Test
    void inWhichOrderKeysAreSelectedAndRenamedDoesNotMatter() {
        assertThat(text("keys.include=b*,a*", "keys.exclude=bx,ax,bx", "types.include=set,hash"))
                .isEqualTo(text("keys.include=a*,b*", "keys.exclude=ax,bx", "types.include=hash,set"));
        assertThat(text("key.prefix.replace=b:=y:,a:=x:")).isEqualTo(text("key.prefix.replace=a:=x:,b:=y:"));
        assertThat(text("keys.include=a*")).isNotEqualTo(text("keys.exclude=a*"));
    }

    /** As the ledger has the settings. */
    private static String text(String... settings) {
        return KeySettings.text(config(settings));
    }

    @Test
    void aCommandOfUnknownTypeStopsIfTypesAreSelected() {
        assertThatThrownBy(() -> admitted(admission(HASHES), "WHATEVER k"))
                .isInstanceOf(RecordRefused.class)
                .hasMessageContaining("WHATEVER k")
                .hasMessageContaining("types.include");
        assertThat(admitted(admission(NAMES), "WHATEVER w")).isEqualTo("WHATEVER w");
    }

    // ---- names in Redis

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "SET old:1 old:v | SET new:1 old:v",
                "SET other old:v | SET other old:v",
                "HSET old:1 old:f v; PEXPIREAT old:1 5 | HSET new:1 old:f v; PEXPIREAT new:1 5",
                "SMOVE old:1 other old:m | SMOVE new:1 other old:m",
                "RPOPLPUSH old:1 old:2 | RPOPLPUSH new:1 new:2",
                "SDIFFSTORE old:1 old:2 x old:3 | SDIFFSTORE new:1 new:2 x new:3",
                "ZUNIONSTORE old:1 2 old:2 x WEIGHTS 1 2 | ZUNIONSTORE new:1 2 new:2 x WEIGHTS 1 2",
                "pika.bitop OR old:1 old:2 | pika.bitop OR new:1 new:2",
                "MSETNX old:1 old:v x old:w | MSETNX new:1 old:v x old:w",
                "PFMERGE old:1 old:2 | PFMERGE new:1 new:2",
                "pika.staged 2,4 MSETNX old:1 v old:2 w | pika.staged 2,4 MSETNX new:1 v new:2 w",
                "pika.set old:1 old:v VX 0 old: | pika.set new:1 old:v VX 0 old:",
            })
    void everyKeyOfACommandGetsItsNameAndNothingElseChanges(String record, String admitted) {
        assertThat(admitted(admission("key.prefix.replace=old:=new:"), record)).isEqualTo(admitted);
        assertThat(counters.sum(SinkCounter.FILTERED)).isZero();
    }

    @Test
    void theRecordsKeyGetsItsNameToo() {
        ModelTopic topic = new ModelTopic("pika.db0", 1).command("SET", "old:1", "v");
        ChangeRecord r = ChangeRecord.of(topic.from(0, 0, 1).get(0));
        assertThat(admission("key.prefix.replace=old:=new:")
                        .admitted(r, r.commands(), 1)
                        .record()
                        .key()
                        .orElseThrow())
                .isEqualTo(Resp.bytes("new:1"));
    }

    @Test
    void keysAreSelectedByTheirNamesInPika() {
        RecordAdmission admission = admission("keys.include=old:*", "key.prefix.replace=old:=new:", HASHES);
        assertThat(admitted(admission, "HSET old:1 f v")).isEqualTo("HSET new:1 f v");
        assertThat(admitted(admission, "HSET new:1 f v")).isEqualTo("pika.leftout");
        assertThat(admitted(admission, "SET old:1 v")).isEqualTo("pika.leftout - new:1");
    }

    @Test
    void aKeyWhoseNameAnotherOneMightGetStops() {
        assertThatThrownBy(() -> admitted(admission("key.prefix.replace=old:=new:"), "SET new:1 v"))
                .isInstanceOf(RecordRefused.class)
                .hasMessageContaining("The key new:1 begins with a text that key.prefix.replace gives to other keys")
                .extracting(e -> ((RecordRefused) e).remedy())
                .asString()
                .contains("keys.exclude");
        assertThat(admitted(admission("key.prefix.replace=old:=new:", "keys.exclude=new:*"), "SET new:1 v"))
                .isEqualTo("pika.leftout");
    }

    @Test
    void inAClusterAKeyThatWouldLeaveItsPartitionStops() {
        RecordAdmission admission = admission("key.prefix.replace=old:=new:", "redis.cluster=true");
        ModelTopic topic = new ModelTopic("pika.db0", PARTITIONS);
        topic.command("SET", "old:{tag}:1", "v").command("SET", "old:1", "v");
        ChangeRecord tagged = only(topic, KeySlot.partition(Resp.bytes("old:{tag}:1"), PARTITIONS), 0);
        assertThat(text(admission
                        .admitted(tagged, tagged.commands(), PARTITIONS)
                        .commands()))
                .isEqualTo("SET new:{tag}:1 v");
        int partition = KeySlot.partition(Resp.bytes("old:1"), PARTITIONS);
        ChangeRecord other = only(topic, partition, (int) topic.end(partition) - 1);
        assertThatThrownBy(() -> admission.admitted(other, other.commands(), PARTITIONS))
                .isInstanceOf(RecordRefused.class)
                .hasMessageContaining("old:1 is to be new:1, whose hash slot is another partition's");
        assertThat(text(admission.admitted(other, other.commands(), 1).commands()))
                .isEqualTo("SET new:1 v");
    }

    private static ChangeRecord only(ModelTopic topic, int partition, int offset) {
        return ChangeRecord.of(topic.from(partition, offset, 1).get(0));
    }

    // ---- barriers

    /** What each of the partitions does, by their numbers. */
    private Map<Integer, String> atBarrier(RecordAdmission admission, String command) {
        Command whole = commands(command).get(0);
        ModelTopic topic = new ModelTopic("pika.db0", PARTITIONS);
        if (CommandRules.name(whole).concernsWholeDb()) {
            topic.barrier(whole);
        } else {
            topic.several(CommandKeys.of(whole), whole);
        }
        Map<Integer, String> all = new HashMap<>();
        for (int p = 0; p < PARTITIONS; p++) {
            List<SinkRecord> records = topic.from(p, 0, 9);
            if (!records.isEmpty()) {
                ChangeRecord r = ChangeRecord.of(records.get(records.size() - 1));
                Admitted admitted = admission.atBarrier(r, r.commands(), Share::of, p, PARTITIONS);
                all.put(p, (admitted.partitionsMeet() ? "meet: " : "") + text(admitted.commands()));
            }
        }
        return all;
    }

    private static String key(String beginning, int partition) {
        return Stream.iterate(0, i -> i + 1)
                .map(i -> beginning + i)
                .filter(key -> KeySlot.partition(Resp.bytes(key), PARTITIONS) == partition)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void ofAMoveOutOfTheSelectionTheOtherPartitionDoesNothing() {
        String from = key("w", 2);
        String to = key("x", 0);
        assertThat(atBarrier(admission(NAMES), "SMOVE " + from + " " + to + " m"))
                .isEqualTo(Map.of(2, "SREM " + from + " m", 0, "pika.leftout"));
        assertThat(atBarrier(admission(NAMES), "RPOPLPUSH " + from + " " + to))
                .isEqualTo(Map.of(2, "RPOP " + from, 0, "pika.leftout"));
        assertThatThrownBy(() -> atBarrier(admission(NAMES), "RPOPLPUSH " + to + " " + from))
                .isInstanceOf(RecordRefused.class);
    }

    @Test
    void whatIsLeftOutIsNoBarrier() {
        String command = "SUNIONSTORE " + key("x", 1) + " " + key("w", 3);
        assertThat(atBarrier(admission(NAMES), command)).isEqualTo(Map.of(1, "pika.leftout", 3, "pika.leftout"));
        assertThat(atBarrier(admission(HASHES), command)).isEqualTo(Map.of(1, "pika.leftout", 3, "pika.leftout"));
        assertThat(atBarrier(admission(HASHES), "pika.flushtype set"))
                .hasSize(PARTITIONS)
                .containsValue("pika.leftout");
    }

    @Test
    void thePartitionThatHasThePiecesOfATypeThatIsLeftOutDropsThem() {
        String command = "pika.staged 3 SMOVE " + key("a", 3) + " " + key("a", 1) + " m";
        assertThat(atBarrier(admission(HASHES), command)).isEqualTo(Map.of(1, "pika.leftout 3", 3, "pika.leftout"));
    }

    /** Who does what is decided by the names that keys have in Pika, since partitions are made of those. */
    @Test
    void sharesAreOfPikasNamesAndNameKeysAsRedisDoes() {
        RecordAdmission admission = admission("key.prefix.replace=old:=new:");
        String from = key("old:", 2);
        String to = key("old:", 0);
        Map<Integer, String> shares = atBarrier(admission, "RPOPLPUSH " + from + " " + to);
        assertThat(shares.get(2)).startsWith("pika.give ").endsWith(" 2 0 RPOP " + from.replace("old", "new"));
        assertThat(shares.get(0)).startsWith("pika.take ").endsWith(" 2 0 LPUSH " + to.replace("old", "new"));
        String source = key("old:", 1);
        shares = atBarrier(admission, "SUNIONSTORE " + to + " " + source);
        assertThat(shares.get(1)).startsWith("pika.lend ").endsWith(" 1 0 SUNIONSTORE " + source.replace("old", "new"));
        assertThat(shares.get(0))
                .startsWith("pika.borrow ")
                .endsWith(" 0 p1 SUNIONSTORE " + to.replace("old", "new") + " " + source.replace("old", "new"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "FLUSHDB | FLUSHDB",
                "pika.flushtype hash | pika.flushtype hash",
                "pika.patterndel * * 0 | pika.patterndel * * 0",
                "pika.patterndel x* hash 100 | pika.patterndel x* hash 100",
            })
    void whatConcernsTheWholeDbIsDoneToWhatThereIs(String command, String admitted) {
        assertThat(atBarrier(admission(HASHES), command).values()).containsOnly("meet: " + admitted);
    }

    @Test
    void aDeleteOfTheFirstKeysStopsWhereSomeAreLeftOut() {
        for (String settings : List.of(NAMES, HASHES)) {
            assertThatThrownBy(() -> atBarrier(admission(settings), "pika.patterndel * * 100"))
                    .isInstanceOf(RecordRefused.class)
                    .hasMessageContaining("deletes the first 100 keys that match")
                    .hasMessageContaining("keys that are left out");
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "old:=new: | old:* * 0 | new:* * 0",
                "old:=new: | other:* * 0 | other:* * 0 new:",
                "old:=new: | * * 0 | new:* * 0; * * 0 new:",
                "old:=new: | *:1 string 0 | new:*:1 string 0; new:1 string 0; *:1 string 0 new:",
                "old:=new: | n* * 0 | n* * 0 new:",
                "old:=n*w: | old:[1-9]* * 0 | n\\*w:[1-9]* * 0",
                "=app: | x* * 0 | app:x* * 0",
                "=app: | * * 100 | app:* * 100",
                "old:=new: | old:* * 100 | new:* * 100",
                "old:=new: | other:* * 100 | other:* * 100 new:",
                "a:=x:,a:b:=y: | a:* * 0 | y:* * 0; x:* * 0",
                "a:=x:,a:b:=y: | a:b:* * 0 | y:* * 0",
                "a:=x:,a:b:=y: | a:c* * 0 | x:c* * 0",
            })
    void deletesByPatternFindTheKeysUnderTheirNames(String rules, String delete, String deletes) {
        List<Command> expected = new ArrayList<>();
        Arrays.stream(deletes.split("; ")).forEach(one -> expected.addAll(commands("pika.patterndel " + one)));
        assertThat(atBarrier(admission("key.prefix.replace=" + rules), "pika.patterndel " + delete)
                        .values())
                .containsOnly("meet: " + text(expected));
    }

    @Test
    void aDeleteOfTheFirstKeysStopsWhereTheirOrderChanges() {
        assertThatThrownBy(() -> atBarrier(admission("key.prefix.replace=old:=new:"), "pika.patterndel * * 100"))
                .isInstanceOf(RecordRefused.class)
                .hasMessageContaining("key.prefix.replace changes their order");
    }

    /** Of keys that lose their beginning those without it are refused, so there are none. */
    @Test
    void aDeleteOfKeysThatCannotBeThereIsLeftOut() {
        assertThat(atBarrier(admission("key.prefix.replace=old:="), "pika.patterndel other* * 0")
                        .values())
                .containsOnly("pika.leftout");
    }
}
