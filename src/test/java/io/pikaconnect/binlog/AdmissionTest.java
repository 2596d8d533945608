package io.pikaconnect.binlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.change.Change;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.CommandTypes;
import io.pikaconnect.change.Escaped;
import io.pikaconnect.change.Selection;
import io.pikaconnect.change.Wanted;
import io.pikaconnect.metrics.DiscardCounts;
import io.pikaconnect.pika.BinlogDialect;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Of a binlog only the changes of wanted keys are taken, which have {@code w} in their names here. */
class AdmissionTest {

    private static final int LONGEST = 10;

    private final DiscardCounts discards = new DiscardCounts();

    private static Wanted names() {
        return new Wanted(Selection.of(List.of("*w*"), List.of(), List.of()), Integer.MAX_VALUE);
    }

    private static Wanted types(String... types) {
        return new Wanted(Selection.of(List.of(), List.of(), List.of(types)), Integer.MAX_VALUE);
    }

    private static Wanted shorter() {
        return new Wanted(Selection.ALL, LONGEST);
    }

    private String admitted(Wanted wanted, BinlogDialect dialect, String command) throws UntranslatableException {
        Object[] parts = command.split(" ");
        return new Translator(
                        dialect, new TranslationPolicy(true, false, false), discards, RenamedCommands.NONE, wanted)
                .translate(Items.command(parts)).stream()
                        .map(AdmissionTest::text)
                        .collect(Collectors.joining("; "));
    }

    private static String text(Change change) {
        String keys = change instanceof Change.OnKeys onKeys
                ? onKeys.keys().stream().map(Escaped::text).collect(Collectors.joining("+", "", ": "))
                : change instanceof Change.OnKey onKey ? Escaped.text(onKey.key()) + ": " : "";
        return keys
                + change.commands().stream()
                        .map(Command::args)
                        .map(args -> args.stream().map(Escaped::text).collect(Collectors.joining(" ")))
                        .collect(Collectors.joining(", "));
    }

    @ParameterizedTest
    @EnumSource(BinlogDialect.class)
    void everyCommandHasATypeOrTakesAny(BinlogDialect dialect) {
        assertThat(CommandTable.of(dialect).names())
                .isNotEmpty()
                .allMatch(
                        name -> CommandTypes.of(name).isPresent() ^ CommandTypes.ANY.contains(name), "has one or any");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            value = {
                "set w1 v | w1: set w1 v",
                "set x v | ''",
                "del x | ''",
                "del x w1 y w2 | w1: del w1; w2: del w2",
                "mset x 1 w1 2 y 3 | w1: SET w1 2",
                "expireat x 1795000100 | ''",
                "rpoplpush w1 w2 | w1+w2: rpoplpush w1 w2",
                "rpoplpush x y | ''",
                "rpoplpush w1 x | w1: RPOP w1",
                "smove w1 x member | w1: SREM w1 member",
                "smove x y member | ''",
                "msetnx x 1 y 2 | ''",
                "sunionstore x w1 w2 | ''",
                "sunionstore w1 w1 w2 | w1+w1+w2: sunionstore w1 w1 w2",
                "zunionstore x 1 w1 | ''",
                "bitop and x w1 w2 | ''",
                "flushdb | FLUSHDB",
                "flushdb hash | pika.flushtype hash",
                "pkpatternmatchdel *1 hash | pika.patterndel *1 hash 0"
            })
    void takesWhatChangesAWantedKey(String command, String expected) throws Exception {
        assertThat(admitted(names(), BinlogDialect.PIKA_3_3_6, command)).isEqualTo(expected);
        assertThat(discards.of(Wanted.FILTERED)).isEqualTo(left(command));
    }

    /** Of the keys that a command changes. */
    private static long left(String command) {
        return switch (command.split(" ")[0]) {
            case "del" ->
                Arrays.stream(command.split(" "))
                        .skip(1)
                        .filter(key -> !key.contains("w"))
                        .count();
            case "mset" -> 2;
            case "flushdb", "pkpatternmatchdel" -> 0;
            case "rpoplpush", "smove" -> command.contains(" x") ? 1 : 0;
            case "sunionstore" -> command.contains(" x ") ? 1 : 0;
            default -> command.startsWith("set w") ? 0 : 1;
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rpoplpush x w1",
                "smove x w1 member",
                "msetnx w1 1 x 2",
                "sunionstore w1 w2 x",
                "zinterstore w1 2 w2 x",
                "bitop or w1 x w2"
            })
    void stopsWhereAWantedKeyDependsOnAnother(String command) {
        assertThatThrownBy(() -> admitted(names(), BinlogDialect.PIKA_3_3_6, command))
                .isInstanceOf(UntranslatableException.class)
                .hasMessageContainingAll(
                        command.split(" ")[0], "depends on x", "keys.include", "reset the connector's offsets");
    }

    @Test
    void stopsAtADeleteOfALimitedNumberOfKeysUnlessItSeesThemAll() throws Exception {
        String delete = "pkpatternmatchdel * hash";
        assertThatThrownBy(() -> admitted(names(), BinlogDialect.PIKA_3_5_5, delete))
                .isInstanceOf(UntranslatableException.class)
                .hasMessageContainingAll("the first 100 keys", "keys.include");
        assertThat(admitted(types("hash"), BinlogDialect.PIKA_3_5_5, delete)).isEqualTo("pika.patterndel * hash 100");
        assertThat(admitted(types("set"), BinlogDialect.PIKA_3_5_5, delete)).isEmpty();
        assertThatThrownBy(() -> admitted(shorter(), BinlogDialect.PIKA_3_5_5, delete))
                .isInstanceOf(UntranslatableException.class)
                .hasMessageContainingAll("the first 100 keys", "on.large.key=fail");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            value = {
                "hset k f v | k: hset k f v",
                "set k v | ''",
                "pksetexat k 1 v | ''",
                "del k | k: del k",
                "persist k | k: persist k",
                "zadd k 1 m | ''",
                "flushdb set | ''",
                "flushdb hash | pika.flushtype hash",
                "pkpatternmatchdel * set | ''",
                "sunionstore a b c | ''"
            })
    void takesTheCommandsOfWantedTypes(String command, String expected) throws Exception {
        assertThat(admitted(types("hash"), BinlogDialect.PIKA_3_3_6, command)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            value = {
                "set k v | k: DEL k",
                "SET k v XX | k: DEL k",
                "set k v xx ex 10 | k: DEL k",
                "pksetexat k 1795000100123 v | k: DEL k",
                "pksetexat k 1 v | k: DEL k",
                "set k v nx | ''",
                "set k v nx ex 10 | ''",
                "append k v | ''",
                "sadd k m | ''",
                "xadd k 1-1 f v | ''"
            })
    void whereAStringMayReplaceAKeyOfAnotherTypeThatOneIsDeleted(String command, String expected) throws Exception {
        assertThat(admitted(types("hash"), BinlogDialect.PIKA_4_0_1, command)).isEqualTo(expected);
        assertThat(discards.of(Wanted.FILTERED)).isEqualTo(1);
    }

    @Test
    void aKeyThatIsTooLongIsLeftOutAndNamed() throws Exception {
        String longest = "k".repeat(LONGEST);
        String tooLong = longest + "k";
        assertThat(admitted(shorter(), BinlogDialect.PIKA_3_3_6, "set " + longest + " v"))
                .isEqualTo(longest + ": set " + longest + " v");
        assertThat(admitted(shorter(), BinlogDialect.PIKA_3_3_6, "set " + tooLong + " v"))
                .isEmpty();
        assertThat(admitted(shorter(), BinlogDialect.PIKA_3_3_6, "del a " + tooLong + " b"))
                .isEqualTo("a: del a; b: del b");
        assertThat(discards.of(Wanted.LARGE_KEY)).isEqualTo(2);
        assertThat(admitted(shorter(), BinlogDialect.PIKA_3_3_6, "rpoplpush a " + tooLong))
                .isEqualTo("a: RPOP a");
        assertThatThrownBy(() -> admitted(shorter(), BinlogDialect.PIKA_3_3_6, "rpoplpush " + tooLong + " a"))
                .isInstanceOf(UntranslatableException.class)
                .hasMessageContainingAll(tooLong, "on.large.key=fail", "record.max.bytes");
    }

    @Test
    void whatCannotBeReproducedOfAKeyThatIsLeftOutIsNoReasonToStop() throws Exception {
        for (Wanted wanted : List.of(names(), types("hash"))) {
            Translator failing = new Translator(
                    BinlogDialect.PIKA_3_3_6,
                    new TranslationPolicy(true, true, true),
                    discards,
                    RenamedCommands.NONE,
                    wanted);
            assertThat(failing.translate(Items.command("spop", "x"))).isEmpty();
            assertThat(failing.translate(Items.command("pfadd", "x", "a"))).isEmpty();
        }
        assertThat(discards.counts()).containsOnlyKeys(Wanted.FILTERED);
        Translator failing = new Translator(
                BinlogDialect.PIKA_3_3_6,
                new TranslationPolicy(true, true, true),
                discards,
                RenamedCommands.NONE,
                names());
        assertThatThrownBy(() -> failing.translate(Items.command("spop", "w")))
                .isInstanceOf(UntranslatableException.class);
    }

    @Test
    void ofAnItemWithManyKeysOnlyWhichAreWantedIsKept() throws Exception {
        StringBuilder del = new StringBuilder("del");
        for (int i = 0; i < 100_000; i++) {
            del.append(i % 1_000 == 0 ? " w" : " x").append(i);
        }
        Object[] parts = del.toString().split(" ");
        List<Change> changes = new Translator(
                        BinlogDialect.PIKA_3_3_6,
                        new TranslationPolicy(true, false, false),
                        discards,
                        RenamedCommands.NONE,
                        names())
                .translate(Items.command(parts));
        assertThat(changes).hasSize(100);
        assertThat(text(changes.get(99))).isEqualTo("w99000: del w99000");
        assertThat(discards.of(Wanted.FILTERED)).isEqualTo(99_900);
    }
}
