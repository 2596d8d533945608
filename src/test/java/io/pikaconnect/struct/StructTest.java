package io.pikaconnect.struct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.CommandTypes;
import io.pikaconnect.change.Operation;
import io.pikaconnect.change.Position;
import io.pikaconnect.change.RecordSplitter;
import io.pikaconnect.change.Resp;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.transforms.ExtractField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A struct has the commands that the raw value has, whichever way it goes through Kafka. */
class StructTest {

    static final byte[] KEY = {'k', 0, (byte) 0xff};
    private static final byte[] BINARY = {0, '\r', '\n', (byte) 0x80, '*'};
    private static final ChangeHeader HEADER =
            ChangeHeader.change(1_795_337_869_000L, 17, Position.binlog(3, 210_276, 0), 1_795_337_901_000L);

    /** One of each command that has fields for its arguments; K stands for the record's key, B for bytes. */
    static List<String> samples() {
        return List.of(
                "set K B",
                "set K B KEEPTTL",
                "setnx K B",
                "getset K B",
                "append K B",
                "pika.set K B NX 1795337901000",
                "pika.set K B VX 0 B",
                "pika.delvx K B",
                "incr K",
                "decr K",
                "incrby K -9223372036854775808",
                "decrby K 0",
                "incrbyfloat K -1.5",
                "setrange K 12 B",
                "pika.setrange K 0 B PERSIST",
                "pika.setrange K 0 B",
                "setbit K 7 1",
                "pika.setbit K 7 0",
                "pika.setbit0 K 7",
                "pfadd K B x",
                "pfmerge other K x",
                "pika.bitop AND other K",
                "hset K f B g h",
                "hmset K B f",
                "hsetnx K f B",
                "hdel K f B",
                "hincrby K B -1",
                "hincrbyfloat K B 0.1",
                "rpush K B x",
                "lpush K x",
                "rpushx K x",
                "lpushx K x",
                "lpop K",
                "rpop K 3",
                "lrem K -2 B",
                "lset K -1 B",
                "ltrim K 0 -1",
                "linsert K BEFORE B x",
                "rpoplpush K other",
                "sadd K B x",
                "srem K B",
                "smove K other B",
                "sunionstore other K x",
                "sinterstore other K x",
                "sdiffstore other K x",
                "pika.scount K 3",
                "zadd K 0 B 1.5 x 9007199254740991 y 4.9E-324 z",
                "geoadd K 13.361389 38.115556 B",
                "zincrby K 0.1 B",
                "zrem K B x",
                "zremrangebyrank K 0 -1",
                "zremrangebyscore K (1 +inf",
                "pika.zremrangebylex K [B +",
                "zpopmin K",
                "zpopmax K 2",
                "xadd K 1-1 f B",
                "xadd K MAXLEN = 10 1-1 f B",
                "xtrim K minid = 5-1",
                "xdel K 1-1 2-1",
                "pika.endstream K",
                "del K",
                "unlink K",
                "persist K",
                "pexpireat K 1795337901000",
                "pexpireat K 0",
                "pexpireat K -1",
                "pika.stage 2 0 B",
                "pika.begin",
                "flushdb",
                "pika.flushtype hash",
                "pika.patterndel user:* * 0");
    }

    /** Commands whose arguments have no fields, or none for these. */
    static List<String> others() {
        return List.of(
                "msetnx K B other B",
                "pika.srem K B 2",
                "pika.spop K 1795337901",
                "pika.spop K 1795337901 2",
                "zunionstore other 2 K x WEIGHTS 1 2",
                "zinterstore other 2 K x",
                "xsetid K 5-1 ENTRIESADDED 7 MAXDELETEDID 0-0",
                "somethingnew K B",
                "set K B NX B",
                "del other",
                "incrby K +5",
                "incrby K 05",
                "incrby K 9223372036854775808",
                "incrbyfloat K 0.10000000000000000001",
                "zadd K inf B",
                "zadd K -0 B",
                "zincrby K -0.0 B",
                "zadd K 0x10 B",
                "zadd K 1 B 2",
                "lpop K 0",
                "hset K f",
                "rpop K 3 4",
                "smove K other",
                "pika.set K B XX 1795337901000 B",
                "xadd K MAXLEN ~ 10 1-1 f B");
    }

    static Command command(String text) {
        return new Command(Stream.of(text.split(" "))
                .map(word -> word.equals("K") ? KEY : word.equals("B") ? BINARY : Resp.bytes(word))
                .toList());
    }

    static Struct struct(byte[] key, Command... commands) {
        return StructEncoder.record(HEADER, Optional.empty(), "db0", key, List.of(commands));
    }

    private static Struct only(Command command) {
        return (Struct) struct(KEY, command).getArray("commands").get(0);
    }

    /** Through both forms of JSON, and as Protobuf would leave it, too. */
    private static void assertReadBack(byte[] key, Command... commands) {
        Struct struct = struct(key, commands);
        struct.validate();
        List<Command> expected = List.of(commands);
        assertThat(StructDecoder.commands(struct, key)).isEqualTo(expected);
        assertThat(StructDecoder.commands(withoutNulls(struct), key)).isEqualTo(expected);
        for (AsJson json : List.of(AsJson.WITH_SCHEMA, AsJson.WITHOUT_SCHEMA)) {
            assertThat(json.commands(json.written(RecordSchema.RECORD, struct), key))
                    .isEqualTo(expected);
        }
    }

    /** As a converter hands it over that knows no null: 0, an empty text or no elements instead. */
    private static Map<String, Object> withoutNulls(Struct struct) {
        Map<String, Object> map = new HashMap<>();
        struct.schema().fields().forEach(field -> {
            Object value = struct.get(field);
            if (value == null) {
                value = switch (field.schema().type()) {
                    case STRING -> "";
                    case BYTES -> new byte[0];
                    case INT64 -> 0L;
                    case FLOAT64 -> 0.0;
                    default -> List.of();
                };
            } else if (value instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof Struct) {
                value = list.stream().map(each -> withoutNulls((Struct) each)).toList();
            }
            map.put(field.name(), value);
        });
        return map;
    }

    @ParameterizedTest
    @MethodSource("samples")
    void aCommandWithFieldsForItsArgumentsIsReadBack(String text) {
        Command command = command(text);
        assertReadBack(KEY, command);
        assertThat(only(command).get("arguments")).isNull();
    }

    @ParameterizedTest
    @MethodSource("others")
    void anyOtherHasItsArgumentsAsTheyAre(String text) {
        Command command = command(text);
        assertReadBack(KEY, command);
        assertThat(only(command).getArray("arguments")).hasSize(command.size() - 1);
    }

    @Test
    void thereIsASampleOfEachCommandWithFieldsAndOfEachOperation() {
        Set<String> sampled = Stream.concat(samples().stream(), others().stream())
                .map(text -> text.split(" ")[0])
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(sampled).containsAll(Layout.all().keySet());
        Set<String> operations =
                Stream.of(Operation.class.getFields()).map(StructTest::value).collect(Collectors.toSet());
        operations.remove(Operation.RUN_STAGED); // it is in the struct of the command that it runs
        assertThat(sampled).containsAll(operations);
    }

    private static String value(Field constant) {
        try {
            return (String) constant.get(null);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void namesAreInLowerCaseAsTheSinkReadsThem() {
        assertThat(only(command("SeT K B")).getString("name")).isEqualTo("set");
        assertThat(only(command("NEWNAME K")).getString("name")).isEqualTo("newname");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0 1", "+2.50 2.5", "1e3 1000", ".5 0.5", "0.1 0.1", "1e22 1.0E22"})
    void aNumberMayBeWrittenInAnotherWayButIsTheSame(String each) {
        String[] ways = each.split(" ");
        for (String command : List.of("zadd K %s B", "zincrby K %s B", "incrbyfloat K %s", "hincrbyfloat K B %s")) {
            Struct struct = struct(KEY, command(command.formatted(ways[0])));
            assertThat(StructDecoder.commands(struct, KEY)).containsExactly(command(command.formatted(ways[1])));
            assertThat(Double.parseDouble(ways[1])).isEqualTo(Double.parseDouble(ways[0]));
        }
    }

    @Test
    void aScoreWithMoreDigitsThanADoubleIsTheDoubleThatRedisMakesOfIt() {
        assertThat(StructDecoder.commands(struct(KEY, command("zadd K 0.10000000000000000001 B")), KEY))
                .containsExactly(command("zadd K 0.1 B"));
    }

    @Test
    void aDeadlineBelongsToTheCommandBeforeIt() {
        Command deadline = command("pexpireat K 1795337901000");
        Struct struct = struct(KEY, command("set K B"), deadline);
        assertThat(struct.getArray("commands")).hasSize(1);
        assertThat(((Struct) struct.getArray("commands").get(0)).getInt64("deadline_ms"))
                .isEqualTo(1_795_337_901_000L);
        assertReadBack(KEY, command("set K B"), deadline);
        assertReadBack(KEY, command("sadd K B"), command("pika.scount K 3"), deadline);
        assertReadBack(KEY, command("incrby K +5"), deadline);
    }

    @Test
    void twoDeadlinesInARowStayTwo() {
        Command first = command("pexpireat K 5");
        assertReadBack(KEY, first, command("pexpireat K 6"));
        assertReadBack(KEY, command("set K B"), first, command("pexpireat K 6"));
        assertReadBack(KEY, command("set K B"), command("pexpireat K 0"));
        assertReadBack(KEY, command("pika.set K B NX 7"), first);
        assertReadBack(KEY, command("set K B"), command("pexpireat other 5"));
    }

    @Test
    void severalCommandsStayInTheirOrder() {
        assertReadBack(
                KEY,
                command("xadd K 1-1 f B"),
                command("xadd K 2-1 f x g y"),
                command("xsetid K 2-1 ENTRIESADDED 7 MAXDELETEDID 0-0"));
        assertReadBack(KEY, command("del K"), command("pfadd K B"));
    }

    @Test
    void whatIsSentInPiecesIsReadBackPieceByPiece() {
        byte[] large = new byte[20_000];
        new Random(1).nextBytes(large);
        for (Command whole : List.of(
                Command.of("SET", KEY, large),
                Command.of("pika.set", KEY, large, "VX", 7, large),
                Command.of("HSET", KEY, "f", "v", large, large),
                Command.of("ZADD", KEY, "1.5", large),
                Command.of("ZADD", KEY, "inf", large),
                Command.of("LINSERT", KEY, "AFTER", large, large),
                Command.of("SMOVE", KEY, "other", large))) {
            Iterator<byte[]> values =
                    RecordSplitter.of(KEY, List.of(whole, Command.of("PEXPIREAT", KEY, 1_795_337_901_000L)), 6_000);
            int records = 0;
            while (values.hasNext()) {
                List<Command> raw = Resp.parse(values.next());
                assertReadBack(KEY, raw.stream().map(StructTest::inLowerCase).toArray(Command[]::new));
                records++;
            }
            assertThat(records).isGreaterThan(3);
        }
    }

    private static Command inLowerCase(Command command) {
        List<byte[]> args = new ArrayList<>(command.args());
        int name = command.name().equals(Operation.RUN_STAGED) ? 2 : 0;
        args.set(name, Resp.bytes(new String(args.get(name), StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT)));
        return new Command(args);
    }

    @Test
    void theCommandThatRunsWithPiecesIsItselfInTheStruct() {
        Struct struct = only(command("pika.staged 2,3 set K B"));
        assertThat(struct.getString("name")).isEqualTo("set");
        assertThat(struct.getArray("slots")).isEqualTo(List.of(2, 3));
        assertReadBack(KEY, command("pika.staged 2 set K B"));
        assertReadBack(KEY, command("pika.staged 02 set K B"));
        assertReadBack(KEY, command("pika.staged 2 zunionstore other 2 K x"));
    }

    @Test
    void aBarrierHasItsPartitionsAndNoKey() {
        Struct struct = StructEncoder.record(
                HEADER, Optional.of(Barrier.parse("p0+p2")), "db0", null, List.of(command("smove K other B")));
        assertThat(struct.getArray("partitions")).isEqualTo(List.of(0, 2));
        assertThat(struct.get("key")).isNull();
        assertThat(((Struct) struct.getArray("commands").get(0)).getArray("keys"))
                .hasSize(2);
        for (String text : List.of(
                "flushdb",
                "pika.begin",
                "smove K other B",
                "sunionstore other K x",
                "pika.patterndel x * 3",
                "pika.staged 4 msetnx K B other B",
                "pfmerge K other",
                "set K B")) {
            assertReadBack(null, command(text));
        }
    }

    @Test
    void theRestOfTheStructIsWhatTheHeadersSay() {
        Struct struct = struct(KEY, command("persist K"), command("zadd K 1 B"));
        assertThat(struct.getInt64("epoch")).isEqualTo(1_795_337_869_000L);
        assertThat(struct.getInt64("sequence")).isEqualTo(17);
        assertThat(struct.getString("phase")).isEqualTo("binlog");
        assertThat(struct.getString("position")).isEqualTo("b/3/210276/0");
        assertThat(struct.getInt64("time_ms")).isEqualTo(1_795_337_901_000L);
        assertThat(struct.getString("db")).isEqualTo("db0");
        assertThat(struct.getString("type")).isEqualTo("zset");
        assertThat(struct.getBytes("key")).isEqualTo(KEY);
        assertThat(struct(KEY, command("del K")).get("type")).isNull();
        Struct snapshot = StructEncoder.record(
                ChangeHeader.change(1, 2, Position.snapshot(0, 4, 0), 3),
                Optional.empty(),
                "db0",
                KEY,
                List.of(command("set K B")));
        assertThat(snapshot.getString("phase")).isEqualTo("snapshot");
    }

    @Test
    void theSchemaHasAVersionAndNamesThatAvroAndProtobufAccept() {
        List<Schema> schemas = List.of(
                RecordSchema.RECORD, RecordSchema.COMMAND, RecordSchema.FIELD, RecordSchema.SCORE, RecordSchema.POINT);
        assertThat(schemas).allSatisfy(schema -> {
            assertThat(schema.version()).isEqualTo(RecordSchema.VERSION);
            assertThat(schema.name()).matches("io\\.pikaconnect\\.[A-Z][a-z]+");
            assertThat(schema.fields()).allMatch(field -> field.name().matches("[a-z][a-z_]*"));
        });
    }

    @Test
    void transformationsOfOthersFindItsFields() {
        Struct struct = struct(KEY, command("sadd K B"));
        for (AsJson json : List.of(AsJson.WITH_SCHEMA, AsJson.WITHOUT_SCHEMA)) {
            SchemaAndValue read = json.read(json.written(RecordSchema.RECORD, struct));
            try (ExtractField.Value<SinkRecord> type = new ExtractField.Value<>()) {
                type.configure(Map.of("field", "type"));
                SinkRecord record = new SinkRecord("pika.db0", 0, null, KEY, read.schema(), read.value(), 0);
                assertThat(type.apply(record).value()).isEqualTo("set");
            }
        }
    }

    @Test
    void typesAreThoseByWhichKeysAreSelected() {
        Layout.all()
                .forEach((name, layout) ->
                        assertThat(CommandTypes.of(name)).as(name).isEqualTo(layout.type()));
    }

    /** Random commands, of the names that have fields and of others, with whatever arguments. */
    @Test
    void whateverTheArgumentsNothingIsLost() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("StructTest, seed " + seed);
        Random random = new Random(seed);
        List<String> names = new ArrayList<>(new TreeSet<>(Layout.all().keySet()));
        names.add("other");
        for (int i = 0; i < 6_000; i++) {
            byte[] key = random.nextInt(10) == 0 ? null : KEY;
            Command[] commands = new Command[1 + random.nextInt(3)];
            for (int c = 0; c < commands.length; c++) {
                commands[c] = random(random, names);
            }
            Struct struct = struct(key, commands);
            struct.validate();
            Object given = switch (i % 4) {
                case 0 -> struct;
                case 1 -> withoutNulls(struct);
                case 2 -> json(AsJson.WITH_SCHEMA, struct);
                default -> json(AsJson.WITHOUT_SCHEMA, struct);
            };
            assertThat(StructDecoder.commands(given, key).stream()
                            .map(StructTest::withDoubles)
                            .toList())
                    .as("seed %d, %d: %s", seed, i, Arrays.toString(commands))
                    .isEqualTo(Stream.of(commands).map(StructTest::withDoubles).toList());
        }
    }

    /** With the numbers that are no whole ones written as Java does it. */
    private static Command withDoubles(Command command) {
        if (!Set.of("zadd", "zincrby", "geoadd", "incrbyfloat", "hincrbyfloat").contains(command.name())) {
            return command;
        }
        return new Command(command.args().stream()
                .map(arg -> new String(arg, StandardCharsets.ISO_8859_1))
                .map(text -> text.matches("[+-]?\\d+(\\.\\d+(E-?\\d+)?)?") ? "" + Double.parseDouble(text) : text)
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1))
                .toList());
    }

    private static Object json(AsJson json, Struct struct) {
        return json.read(json.written(RecordSchema.RECORD, struct)).value();
    }

    private static Command random(Random random, List<String> names) {
        List<byte[]> args = new ArrayList<>();
        args.add(Resp.bytes(names.get(random.nextInt(names.size()))));
        args.add(random.nextInt(5) > 0 ? KEY : BINARY);
        int more = random.nextInt(6);
        for (int i = 0; i < more; i++) {
            args.add(
                    switch (random.nextInt(8)) {
                        case 0 -> KEY;
                        case 1 -> BINARY;
                        case 2 -> new byte[0];
                        case 3 -> Resp.bytes(Long.toString(random.nextInt(5)));
                        case 4 -> Resp.bytes(Long.toString(random.nextLong()));
                        case 5 -> Resp.bytes(Numbers.text(random.nextGaussian()));
                        case 6 ->
                            Resp.bytes(List.of("NX", "VX", "MAXLEN", "=", "+5", "inf", "2,3", "1-1")
                                    .get(random.nextInt(8)));
                        default -> {
                            byte[] bytes = new byte[random.nextInt(20)];
                            random.nextBytes(bytes);
                            yield bytes;
                        }
                    });
        }
        return new Command(args);
    }

    @Test
    void aFieldThatThisReleaseDoesNotKnowIsNotPassedOver() {
        Map<String, Object> command = Map.of("name", "set", "value", "eA==", "compression", "zstd");
        assertThatThrownBy(() -> StructDecoder.commands(Map.of("commands", List.of(command)), KEY))
                .hasMessageContaining("compression")
                .hasMessageContaining("later");
    }

    /** As a converter for Protobuf fills them, whose schema may be a later one. */
    @Test
    void aFieldThatThisReleaseDoesNotKnowMayHaveNothing() {
        Map<String, Object> command = new HashMap<>(Map.of("name", "set", "value", "eA=="));
        List<Object> nothings =
                List.of("", 0, 0L, 0.0, false, List.of(), Map.of(), new byte[0], ByteBuffer.allocate(0));
        nothings.forEach(nothing -> command.put("later" + command.size(), nothing));
        command.put("null", null);
        assertThat(StructDecoder.commands(Map.of("commands", List.of(command)), KEY))
                .containsExactly(Command.of("set", KEY, "x"));
    }

    @Test
    void aFieldThatTheCommandHasNoPartInIsNotPassedOver() {
        Map<String, Object> withElements = Map.of("name", "del", "elements", List.of("eA=="));
        assertThatThrownBy(() -> StructDecoder.commands(Map.of("commands", List.of(withElements)), KEY))
                .hasMessageContaining("command del")
                .hasMessageContaining("elements");
        Map<String, Object> withBoth = Map.of("name", "append", "value", "eA==", "arguments", List.of("eA==", "eA=="));
        assertThatThrownBy(() -> StructDecoder.commands(Map.of("commands", List.of(withBoth)), KEY))
                .hasMessageContaining("command append")
                .hasMessageContaining("value");
    }

    @Test
    void whatIsNoStructOfTheSourceIsRefusedWithTheReason() {
        assertThatThrownBy(() -> StructDecoder.commands(Map.of("payload", Map.of(), "schema", Map.of()), KEY))
                .hasMessageContaining("no commands")
                .hasMessageContaining("[payload, schema]");
        assertThatThrownBy(() -> StructDecoder.commands(Map.of("commands", "x"), KEY))
                .hasMessageContaining("commands");
        Map<String, Object> set = Map.of("name", "set", "value", 7L);
        assertThatThrownBy(() -> StructDecoder.commands(Map.of("commands", List.of(set)), KEY))
                .hasMessageContaining("command set")
                .hasMessageContaining("value");
        Map<String, Object> del = Map.of("name", "del");
        assertThatThrownBy(() -> StructDecoder.commands(Map.of("commands", List.of(del)), null))
                .hasMessageContaining("no key");
    }
}
