package io.pikaconnect.binlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.change.Change;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.Operation;
import io.pikaconnect.change.Resp;
import io.pikaconnect.metrics.DiscardCounts;
import io.pikaconnect.pika.BinlogDialect;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TranslatorTest {

    private static final TranslationPolicy FAIL = new TranslationPolicy(true, false, false);
    private static final TranslationPolicy SKIP = new TranslationPolicy(false, false, false);
    private static final long LAST = 1L << 50;

    private final DiscardCounts discards = new DiscardCounts();
    private final Translator translator = new Translator(BinlogDialect.PIKA_3_5_5, FAIL, discards);

    private List<Command> commands(Object... parts) throws UntranslatableException {
        return commands(translator, parts);
    }

    private static List<Command> commands(Translator translator, Object... parts) throws UntranslatableException {
        return translator.translate(Items.command(parts)).stream()
                .flatMap(c -> c.commands().stream())
                .collect(Collectors.toList());
    }

    private Translator of(BinlogDialect dialect, TranslationPolicy policy) {
        return new Translator(dialect, policy, discards);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1000",
        "1795000100, 1795000100000",
        "2147483647, 2147483647000",
        "3942822255, 3942822255000",
        "100000000000, 100000000000000",
        "100000000001, 100000000001",
        "1795000100123, 1795000100123",
        "1125899906842624, 1125899906842624",
        "1125899906842625, 1125899906842624",
        "9223372036854775807, 1125899906842624",
    })
    void readsTheTimeOfAPksetexatAsSecondsUpToAHundredBillionAndAsMillisecondsAbove(long time, long deadline)
            throws Exception {
        assertThat(commands(of(BinlogDialect.PIKA_4_0_1, FAIL), "pksetexat", "k", time, "v"))
                .containsExactly(Command.of("SET", "k", "v"), Command.of("PEXPIREAT", "k", deadline));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1999",
        "2147483647, 2147483647999",
        "2147483648, 1",
        "3942822255, 1",
        "6090617880, 1795650584999",
        "100000000001, 1215752193999"
    })
    void cutsTheTimeOfAPksetexatTo32BitsAsMastersUpTo355(long time, long deadline) throws Exception {
        assertThat(commands("pksetexat", "k", time, "v"))
                .containsExactly(Command.of("SET", "k", "v"), Command.of("PEXPIREAT", "k", deadline));
    }

    @Test
    void deletesTheKeyAtAPksetexatWhoseTimeOverflowed() throws Exception {
        assertThat(commands("pksetexat", "k", "-352114296", "v")).containsExactly(Command.of("DEL", "k"));
    }

    @Test
    void keepsTheDeadlineAtAPksetexatThatIsARewrittenIncr() throws Exception {
        assertThat(commands("pksetexat", "k", "0", "7")).containsExactly(Command.of("SET", "k", "7", "KEEPTTL"));
    }

    @Test
    void dropsTheDeadlineAtAPksetexatWithoutTimeThatAClientTypedInUpperCase() throws Exception {
        assertThat(commands("PKSETEXAT", "k", "0", "7")).containsExactly(Command.of("SET", "k", "7"));
        assertThat(commands("PKSETEXAT", "k", "0", "")).containsExactly(Command.of("SET", "k", ""));
        assertThat(discards.counts()).isEmpty();
    }

    /** INCR is logged as pksetexat from 3.5.5 on only. */
    @ParameterizedTest
    @EnumSource(
            value = BinlogDialect.class,
            names = {"PIKA_3_2_0", "PIKA_3_2_4", "PIKA_3_3_6", "PIKA_3_5_0", "PIKA_3_5_2", "PIKA_3_5_4"})
    void dropsTheDeadlineAtAnyPksetexatWithoutTimeWhereOnlyAClientCanHaveTypedIt(BinlogDialect dialect)
            throws Exception {
        assertThat(commands(of(dialect, FAIL), "pksetexat", "k", "0", "7"))
                .containsExactly(Command.of("SET", "k", "7"));
    }

    @Test
    void appliesALostAppendAsLoggedAndCountsIt() throws Exception {
        assertThat(commands("pksetexat", "k", "0", "")).containsExactly(Command.of("SET", "k", "", "KEEPTTL"));
        assertThat(discards.of("append.lost")).isEqualTo(1);
    }

    @Test
    void anAppendOf356IsLoggedWithItsValueSoAnEmptyOneIsEmpty() throws Exception {
        Translator repaired = of(BinlogDialect.PIKA_3_5_6, FAIL);
        assertThat(commands(repaired, "pksetexat", "k", "0", ""))
                .containsExactly(Command.of("SET", "k", "", "KEEPTTL"));
        assertThat(commands(repaired, "pksetexat", "k", "0", "v"))
                .containsExactly(Command.of("SET", "k", "v", "KEEPTTL"));
        assertThat(discards.counts()).isEmpty();
        commands(of(BinlogDialect.PIKA_4_0_3, FAIL), "pksetexat", "k", "0", "");
        assertThat(discards.of("append.lost")).isEqualTo(1);
    }

    @Test
    void suspectsNoLostAppendWhereAppendIsLoggedRaw() throws Exception {
        commands(of(BinlogDialect.PIKA_3_5_0, FAIL), "pksetexat", "k", "0", "");
        commands(of(BinlogDialect.PIKA_3_5_4, FAIL), "pksetexat", "k", "0", "");
        assertThat(discards.counts()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "expireat, 0, 999",
        "expireat, -1, 1",
        "expireat, -9223372036854775808, 999",
        "expireat, 2147483647, 2147483647999",
        "expireat, 2147483648, 1",
        "expireat, 1125899906841, 618475289999",
        "expireat, 9223372036854775807, 1",
        "PExpireAt, 1795000100123, 1795000100123",
        "pexpireat, -5, 1",
        "pexpireat, 9223372036854775807, 1125899906842624",
    })
    void clampsDeadlinesAndTakesTheEndOfTheirSecond(String name, long time, long deadline) throws Exception {
        assertThat(commands(name, "k", time)).containsExactly(Command.of("PEXPIREAT", "k", deadline));
    }

    /** EXPIRE k 0 deletes at once; a client's own EXPIREAT leaves the key until the second is over. */
    @Test
    void tellsAnExpireThatDeletesFromADeadlineInTheSameSecond() throws Exception {
        assertThat(commands("expireat", "k", Items.SECOND)).containsExactly(Command.of("DEL", "k"));
        assertThat(commands("EXPIREAT", "k", Items.SECOND))
                .containsExactly(Command.of("PEXPIREAT", "k", Items.SECOND * 1000 + 999));
        assertThat(commands("expireat", "k", Items.SECOND + 1))
                .containsExactly(Command.of("PEXPIREAT", "k", (Items.SECOND + 1) * 1000 + 999));
    }

    @Test
    void countsTheTimeOfAConditionalSetFromItsExecution() throws Exception {
        long s = Items.SECOND;
        assertThat(commands("SET", "k", "v", "ex", "10", "Nx"))
                .containsExactly(Command.of(Operation.SET, "k", "v", "NX", (s + 10) * 1000 + 999));
        assertThat(commands("SET", "k", "v", "XX", "px", "1999"))
                .containsExactly(Command.of(Operation.SET, "k", "v", "XX", (s + 1) * 1000 + 999));
        assertThat(commands(of(BinlogDialect.PIKA_4_0_0, FAIL), "SET", "k", "v", "XX", "EX", Long.MAX_VALUE))
                .containsExactly(Command.of(Operation.SET, "k", "v", "XX", LAST));
    }

    @Test
    void setsNoDeadlineForLessThanASecond() throws Exception {
        assertThat(commands("SET", "k", "v", "NX", "PX", "999")).containsExactly(Command.of("SET", "k", "v", "NX"));
        assertThat(commands("SET", "k", "v", "VX", "old", "PX", "999"))
                .containsExactly(Command.of(Operation.SET, "k", "v", "VX", 0, "old"));
    }

    @Test
    void takesTheLastOfSeveralConditionsAsPikaDoes() throws Exception {
        assertThat(commands("SET", "k", "v", "NX", "xx")).containsExactly(Command.of("SET", "k", "v", "XX"));
        assertThat(commands("SET", "k", "v", "EX", "5", "vx", "NX"))
                .containsExactly(Command.of(Operation.SET, "k", "v", "VX", (Items.SECOND + 5) * 1000 + 999, "NX"));
    }

    @Test
    void putsTheDeadlineOfAnUnconditionalSetIntoACommandOfItsOwn() throws Exception {
        assertThat(commands("SET", "k", "v", "EX", "10"))
                .containsExactly(
                        Command.of("SET", "k", "v"), Command.of("PEXPIREAT", "k", (Items.SECOND + 10) * 1000 + 999));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SET k v KEEPTTL", "SET k v EX", "SET k v VX", "SET k v EX ten", "SET k v NX 5"})
    void refusesAnOptionOfSetThatPikaDoesNotHave(String words) {
        assertThatThrownBy(() -> commands((Object[]) words.split(" ")))
                .isInstanceOf(UntranslatableException.class)
                .hasMessageContaining(shown(words))
                .hasMessageContaining("3/210276");
    }

    @Test
    void keepsTheFirstScoreOfARepeatedMember() throws Exception {
        byte[] member = Items.bytes(0, 255, 13, 10);
        assertThat(commands("ZADD", "k", "1", member, "2", "b", "3", member.clone(), "4", "b"))
                .containsExactly(Command.of("ZADD", "k", "1", member, "2", "b"));
        assertThat(commands("geoadd", "k", "1", "2", member, "3", "4", member.clone()))
                .containsExactly(Command.of("geoadd", "k", "1", "2", member));
    }

    @Test
    void countsAnSremThatNamesAMemberTwice() throws Exception {
        assertThat(commands("SREM", "k", "a", "b")).containsExactly(Command.of("SREM", "k", "a", "b"));
        assertThat(discards.counts()).isEmpty();
        assertThat(commands("SREM", "k", "a", "b", "a"))
                .containsExactly(Command.of("pika.srem", "k", "a", "2", "b", "1"));
        assertThat(discards.counts()).isEqualTo(Map.of("srem.repeated", 1L));
    }

    @ParameterizedTest
    @ValueSource(strings = {"inf", "-inf", "+Inf", "-INFINITY", "1e999", "-1e999"})
    void countsInfiniteScores(String score) throws Exception {
        commands("ZADD", "k", "1", "a", score, "b");
        assertThat(discards.of("score.infinite")).isEqualTo(1);
        commands("ZINCRBY", "k", score, "a");
        assertThat(discards.of("score.infinite")).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "1e999, inf",
                "-1e999, -inf",
                "1e-999, 0",
                "-1e-999, -0",
                "\" \t1.5\", 1.5",
                "\"\", 0",
                "-0, -0",
                "0e-999, 0e-999",
                "+.5, +.5",
                "5., 5.",
                "0x1p3, 0x1p3",
                "-0.10000000000000001, -0.10000000000000001",
                "4.9e-324, 4.9e-324",
            })
    void writesScoresAsRedisReadsThem(String logged, String score) throws Exception {
        assertThat(commands("ZADD", "k", logged, "a")).containsExactly(Command.of("ZADD", "k", score, "a"));
        assertThat(commands("ZINCRBY", "k", logged, "a")).containsExactly(Command.of("ZINCRBY", "k", score, "a"));
    }

    @Test
    void leavesSetrangeWithANulByteToTheSink() throws Exception {
        byte[] value = Items.bytes('a', 0, 'b');
        assertThat(commands("setrange", "k", "3", value))
                .containsExactly(Command.of(Operation.SETRANGE, "k", "3", value));
    }

    @ParameterizedTest
    @EnumSource(names = {"PIKA_3_5_4", "PIKA_4_0_0"})
    void emptiesThisDbAtAFlushallAndCountsThatTheOthersAreNotKnown(BinlogDialect dialect) throws Exception {
        List<Change> changes = of(dialect, FAIL).translate(Items.command("flushall"));
        assertThat(changes).singleElement().isInstanceOf(Change.OnDatabase.class);
        assertThat(changes.get(0).commands()).containsExactly(Command.of("FLUSHDB"));
        assertThat(discards.of("flushall.other.dbs")).isEqualTo(1);
    }

    @Test
    void refusesATypeThatDoesNotExist() {
        for (BinlogDialect dialect : BinlogDialect.values()) {
            assertThatThrownBy(() -> commands(of(dialect, FAIL), "FLUSHDB", "ASYNC"))
                    .isInstanceOf(UntranslatableException.class)
                    .hasMessageContaining("'ASYNC' is not a type");
            if (!dialect.hasOneKeySpace()) {
                assertThatThrownBy(() -> commands(of(dialect, FAIL), "pkpatternmatchdel", "*", "all"))
                        .isInstanceOf(UntranslatableException.class)
                        .hasMessageContaining("'all' is not a type");
            }
        }
    }

    @Test
    void leavesOutContentThatIsNoCommandAndCountsIt() throws Exception {
        assertThat(translator.translate(
                        Items.content(Items.command("PADDING", "x").bytes())))
                .isEmpty();
        assertThat(translator.translate(Items.content(new byte[0]))).isEmpty();
        assertThat(discards.of("content.not.resp")).isEqualTo(2);
    }

    @Test
    void acceptsPaddingWithLengthsOfFiveDigits() throws Exception {
        assertThat(translator.translate(Items.content(Resp.bytes("*2\r\n$7\r\npadding\r\n$00003\r\nxxx\r\n"))))
                .isEmpty();
        assertThat(discards.counts()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "*1\r\n", "*2\r\n$3\r\nDEL\r\n$5\r\nk\r\n", "*1\r\n$4\r\nexec\r\nx", "*0\r\n"})
    void refusesMalformedContentAndSaysWhere(String content) {
        assertThatThrownBy(() -> translator.translate(Items.content(Resp.bytes(content))))
                .isInstanceOf(UntranslatableException.class)
                .hasMessageContaining("item ending at 3/210276 is malformed")
                .hasMessageContaining("offset")
                .hasMessageContaining("reset the connector's offsets");
    }

    @Test
    void refusesTwoCommandsInOneItem() {
        byte[] two = Resp.encode(List.of(Command.of("DEL", "a"), Command.of("DEL", "b")));
        assertThatThrownBy(() -> translator.translate(Items.content(two)))
                .isInstanceOf(UntranslatableException.class)
                .hasMessageContaining("2 commands");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set k",
                "setnx k",
                "setnx k v w",
                "pksetexat k 0",
                "INCR k 1",
                "DEL a b",
                "UNLINK",
                "expireat k",
                "hset k f v g w",
                "hmset k f v g",
                "hmset k",
                "hdel k",
                "lpush k",
                "lpop k 1 2",
                "linsert k before p",
                "sadd k",
                "zadd k 1",
                "zadd k 1 a 2",
                "zincrby k 1",
                "zpopmin k 1 2",
                "geoadd k 1 2 a 3",
                "setbit k 1",
                "setrange k 1",
                "delvx k",
                "flushdb string hash",
                "flushall async",
                "pkpatternmatchdel *",
            })
    void refusesAWrongNumberOfArgumentsWhateverThePolicy(String words) {
        assertThatThrownBy(() -> commands(of(BinlogDialect.PIKA_3_5_5, SKIP), (Object[]) words.split(" ")))
                .isInstanceOf(UntranslatableException.class)
                .hasMessageContaining(shown(words) + ", binlog item ending at 3/210276")
                .hasMessageContaining("arguments, but this command takes")
                .hasMessageContaining("pika.version");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pksetexat k soon v", "expireat k 1.5", "setbit k 1 x", "lpop k many"})
    void refusesAnArgumentThatIsNoInteger(String words) {
        assertThatThrownBy(() -> commands((Object[]) words.split(" ")))
                .isInstanceOf(UntranslatableException.class)
                .hasMessageContaining("is not an integer");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"RENAME a b", "EVAL x 0", "MSET a 1 b 2", "SETEX k 5 v", "RPOPLPUSH a b", "BITOP AND d a b"})
    void stopsAtACommandThatIsNotInTheTables(String words) {
        assertThatThrownBy(() -> commands((Object[]) words.split(" ")))
                .isInstanceOf(UntranslatableException.class)
                .hasMessageContaining(shown(words))
                .hasMessageContaining("3/210276")
                .hasMessageContaining("on.unknown.command=skip");
    }

    @Test
    void stopsAtWhatOnlyOtherVersionsLog() {
        for (String words : List.of("SPOP k", "MSET a 1", "SUNION a b", "SMOVE a b m", "PFMERGE d a")) {
            assertThatThrownBy(() -> commands((Object[]) words.split(" ")))
                    .isInstanceOf(UntranslatableException.class)
                    .hasMessageContaining("no Pika 3.5.5 is known to log this command");
        }
        for (String words : List.of("UNLINK k", "XADD k 1-1 f v", "sunion a b", "SPOP k 2")) {
            assertThatThrownBy(() -> commands(of(BinlogDialect.PIKA_3_3_6, FAIL), (Object[]) words.split(" ")))
                    .isInstanceOf(UntranslatableException.class);
        }
    }

    @Test
    void leavesUnknownCommandsOutAndCountsThemIfToldTo() throws Exception {
        Translator skipping = of(BinlogDialect.PIKA_3_5_4, SKIP);
        for (String words : List.of("RENAME a b", "SPOP k", "unheard")) {
            assertThat(commands(skipping, (Object[]) words.split(" "))).isEmpty();
        }
        assertThat(discards.of("unknown.command")).isEqualTo(3);
    }

    /** No release logs them: what they did is not in the log, or in no form that could be left out. */
    @ParameterizedTest
    @CsvSource({
        "MANIFESTINGEST /data/files, new full sync",
        "pkhset k f v, deadlines of fields",
        "PKHSETEX k f 10 v, deadlines of fields",
        "ehset k f v, deadlines of fields"
    })
    void stopsAtCommandsOfDevelopmentBranchesWhateverItIsToldOfUnknownOnes(String words, String why) {
        for (BinlogDialect dialect : BinlogDialect.values()) {
            assertThatThrownBy(() -> commands(of(dialect, SKIP), (Object[]) words.split(" ")))
                    .isInstanceOf(UntranslatableException.class)
                    .hasMessageContainingAll(words.substring(0, words.indexOf(' ')), why, "3/210276")
                    .hasMessageNotContaining("on.unknown.command");
        }
        assertThat(discards.counts()).isEmpty();
    }

    @Test
    void stopsAtSpopAndHyperLogLogIfToldTo() {
        Translator noSpop = of(BinlogDialect.PIKA_3_5_0, new TranslationPolicy(false, true, false));
        Translator noHyperLogLog = of(BinlogDialect.PIKA_3_3_6, new TranslationPolicy(false, false, true));
        assertThatThrownBy(() -> commands(noSpop, "SPOP", "k"))
                .isInstanceOf(UntranslatableException.class)
                .hasMessageContaining("SPOP k, binlog item ending at 3/210276")
                .hasMessageContaining("on.spop=emulate");
        for (String words : List.of("PFADD k e", "PFMERGE k l")) {
            assertThatThrownBy(() -> commands(noHyperLogLog, (Object[]) words.split(" ")))
                    .isInstanceOf(UntranslatableException.class)
                    .hasMessageContaining("on.hyperloglog=opaque");
        }
    }

    /** Up to 4.0.2 the first score counts, from 4.0.3 on the last; all of them may report 4.0.2. */
    @ParameterizedTest
    @ValueSource(strings = {"ZADD k 1 a 2 b 3 a", "GEOADD k 13 38 a 13.5 38 a"})
    void stopsAtARepeatedMemberWhereItDependsOnWhatTheMasterDoesNotTell(String words) throws Exception {
        Translator strict = of(BinlogDialect.PIKA_4_0_2, new TranslationPolicy(false, false, false, true));
        assertThatThrownBy(() -> commands(strict, (Object[]) words.split(" ")))
                .isInstanceOf(UntranslatableException.class)
                .hasMessageContaining(words.substring(0, words.indexOf(' ')) + " k")
                .hasMessageContainingAll("pika.version", "4.0.2", "4.0.3", "on.repeated.member=first");
        assertThat(discards.counts()).isEmpty();
        assertThat(commands(of(BinlogDialect.PIKA_4_0_2, FAIL), (Object[]) words.split(" ")))
                .isEqualTo(commands(of(BinlogDialect.PIKA_4_0_1, FAIL), (Object[]) words.split(" ")));
        assertThat(discards.counts()).isEqualTo(Map.of("member.repeated", 1L));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ZADD k 1 a 2 b",
                "ZADD k 1 a 2 b 1 a",
                "ZADD k 1 a 3 b 1 a 3 b 1 a",
                "GEOADD k 13 38 a 14 38 b 13 38 a"
            })
    void aMemberThatIsRepeatedWithTheSameScoreIsClear(String words) throws Exception {
        Translator strict = of(BinlogDialect.PIKA_4_0_2, new TranslationPolicy(true, true, true, true));
        assertThat(commands(strict, (Object[]) words.split(" "))).hasSize(1);
        assertThat(discards.counts()).isEmpty();
    }

    /** Seconds of a PSETEX are cut: the key lives up to a second longer on the master. */
    @ParameterizedTest
    @EnumSource(
            value = BinlogDialect.class,
            names = {"PIKA_4_0_2", "PIKA_4_0_3"})
    void aPksetexatInSecondsEndsNoKeyEarlyWhereItMayBeAPsetex(BinlogDialect dialect) throws Exception {
        assertThat(commands(of(dialect, FAIL), "pksetexat", "k", "1795000100", "v"))
                .contains(Command.of("PEXPIREAT", "k", "1795000100999"));
        assertThat(commands(of(dialect, FAIL), "pksetexat", "k", "1795000100123", "v"))
                .contains(Command.of("PEXPIREAT", "k", "1795000100123"));
    }

    @Test
    void countsWhatIsEmulatedOrOpaque() throws Exception {
        commands(of(BinlogDialect.PIKA_3_3_6, FAIL), "SPOP", "k");
        commands("PFADD", "k", "e");
        assertThat(discards.counts()).isEqualTo(Map.of("spop.emulated", 1L, "hyperloglog.opaque", 1L));
    }

    @Test
    void knowsTheHyperLogLogThatAMergeIsLoggedAs() throws Exception {
        byte[] registers = new byte[131_072];
        registers[7] = 16;
        Translator strict = of(BinlogDialect.PIKA_3_5_5, new TranslationPolicy(true, true, true));
        assertThat(commands("set", "k", registers)).containsExactly(Command.of("set", "k", registers));
        assertThat(discards.of("hyperloglog.opaque")).isEqualTo(1);
        assertThatThrownBy(() -> commands(strict, "set", "k", registers)).hasMessageContaining("on.hyperloglog=fail");
        registers[8] = 17;
        assertThat(commands(strict, "set", "k", registers)).hasSize(1);
        assertThat(commands(strict, "set", "k", new byte[131_071])).hasSize(1);
    }

    @Test
    void givesAKeyTheLongerLifeWhereTheVersionsOf40Differ() throws Exception {
        Translator either = of(BinlogDialect.PIKA_4_0_0, FAIL);
        assertThat(commands(either, "SET", "k", "v", "NX", "PX", "500"))
                .containsExactly(Command.of("SET", "k", "v", "NX"));
        assertThat(discards.of("deadline.unclear")).isEqualTo(1);
        Translator exactly = of(BinlogDialect.PIKA_4_0_1, FAIL);
        assertThat(commands(exactly, "SET", "k", "v", "XX", "PX", Long.MAX_VALUE))
                .containsExactly(Command.of(Operation.SET, "k", "v", "XX", LAST));
        assertThat(commands(exactly, "SET", "k", "v", "NX", "PX", "0"))
                .containsExactly(Command.of("SET", "k", "v", "NX"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ZUNIONSTORE d 3 a b", "ZINTERSTORE d 0 a b", "zunionstore d many a"})
    void refusesAStoreWhoseKeysAreNotAsMany(String words) {
        assertThatThrownBy(() -> commands(of(BinlogDialect.PIKA_3_3_6, FAIL), (Object[]) words.split(" ")))
                .isInstanceOf(UntranslatableException.class)
                .hasMessageContaining(shown(words));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "XADD k MAXLEN 1-1 f v",
                "XADD k 1-1 f v g",
                "XADD k NOMKSTREAM 1-1 f",
                "XTRIM k MAXLEN ~",
                "XTRIM k LIMIT 5"
            })
    void refusesAStreamCommandThatIsIncomplete(String words) {
        assertThatThrownBy(() -> commands((Object[]) words.split(" ")))
                .isInstanceOf(UntranslatableException.class)
                .hasMessageContaining(shown(words));
    }

    @Test
    void dropsAndCountsKeysOfSlotMigration() throws Exception {
        assertThat(commands("SADD", "_internal:slotkey:4migrate:7", "m")).isEmpty();
        assertThat(commands("DEL", "_internal:slo")).hasSize(1);
        assertThat(discards.of("internal.key")).isEqualTo(1);
    }

    @Test
    void sharesBigArgumentsBetweenTheCommandsOfAChange() throws Exception {
        byte[] big = new byte[1 << 20];
        Change change = translator
                .translate(Items.command("pksetexat", "k", "1795000100", big))
                .get(0);
        Change.OnKey onKey = (Change.OnKey) change;
        assertThat(onKey.commands().get(0).args().get(1)).isSameAs(onKey.key());
        assertThat(onKey.commands().get(1).args().get(1)).isSameAs(onKey.key());
    }

    /** As it stands in a log: without its data. */
    private static String shown(String words) {
        return Command.of((Object[]) words.split(" ")).toString();
    }

    @Test
    void showsALongCommandShortened() {
        Object[] parts = new Object[5001];
        Arrays.fill(parts, new byte[2000]);
        parts[0] = "hmset";
        assertThatThrownBy(() -> commands(parts))
                .hasMessageContaining("…(2000 bytes)")
                .hasMessageContaining("…(4999 more arguments, 9998000 bytes)")
                .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(2_000));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HSET k field s3cret more",
                "SET k s3cret s3-cret",
                "LPOP k s3cret",
                "EXPIREAT k s3cret",
                "EVAL k s3cret",
                "XADD k s3cret"
            })
    void whatCannotBeTranslatedIsShownWithoutItsData(String words) {
        assertThatThrownBy(() -> commands((Object[]) words.split(" ")))
                .isInstanceOf(UntranslatableException.class)
                .hasMessageContaining("k …(")
                .satisfies(e -> assertThat(trace(e)).doesNotContain("s3cret").doesNotContain("s3-cret"));
    }

    private static String trace(Throwable e) {
        StringWriter out = new StringWriter();
        e.printStackTrace(new PrintWriter(out));
        return out.toString();
    }

    @Test
    void translatesDeterministically() throws Exception {
        Object[] zadd = {"ZADD", "k", "1", "a", "inf", "b", "1", "a"};
        assertThat(commands(zadd)).isEqualTo(commands(of(BinlogDialect.PIKA_3_5_5, FAIL), zadd));
    }
}
