package io.pikaconnect.demo.pika;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The model of a master where real ones are odd. What is expected was seen on real 3.2.0, 3.3.6, 3.4.2, 3.5.5, 4.0.1, and
 * on the branch that became 4.0.2; of 3.5.6, 4.0.3 and 4.0.4 it is what their changes say.
 */
class DatabaseTest {

    private static final long NOW = 1_795_000_000_000L;

    private Database database;

    private String execute(String... commands) {
        Reply reply = Reply.NIL;
        for (String command : commands) {
            reply = database.execute(Command.of((Object[]) command.split(" ")), NOW)
                    .orElseThrow()
                    .reply();
        }
        return reply instanceof Reply.Number number
                ? String.valueOf(number.value())
                : reply instanceof Reply.Failure ? "refused" : reply.toString();
    }

    private List<String> members(String key) {
        return database.store().copy().stream()
                .filter(k -> k.name().equals(Bytes.of(key)) && k.isLiveAt(NOW))
                .flatMap(k -> ((StoredKey.Value.Members) k.value()).members().stream())
                .map(Bytes::toString)
                .toList();
    }

    @ParameterizedTest
    @EnumSource(PikaRelease.class)
    void aListRotatedOntoItselfKeepsItsDeadline(PikaRelease release) {
        database = new Database(release);
        execute("RPUSH l a", "EXPIRE l 1000", "RPOPLPUSH l l");
        assertThat(execute("TTL l")).isEqualTo("1000");
        assertThat(execute("LLEN l")).isEqualTo("1");
    }

    @ParameterizedTest
    @EnumSource(PikaRelease.class)
    void aSetThatCountsNothingIsGoneWhateverIsLeftInIt(PikaRelease release) {
        database = new Database(release);
        execute("SADD s a b c d", "EXPIRE s 1000");
        assertThat(execute("SREM s a a b")).isEqualTo("3");
        assertThat(execute("SCARD s")).isEqualTo("1");
        assertThat(members("s")).containsExactly("c", "d");
        execute("SUNIONSTORE whole s");
        assertThat(members("whole")).containsExactly("c", "d");
        execute("SMOVE s other c");
        assertThat(members("s")).isEmpty();
        execute("SADD s x");
        assertThat(members("s")).containsExactly("x");
        assertThat(execute("TTL s")).isEqualTo("-1");
    }

    @ParameterizedTest
    @EnumSource(names = {"V350", "V354", "V355", "V401"})
    void aPopTakesNoMoreThanIsCounted(PikaRelease release) {
        database = new Database(release);
        execute("SADD s a b c", "SREM s a a", "SPOP s 5");
        assertThat(execute("SCARD s")).isEqualTo("0");
        execute("SADD s x");
        assertThat(members("s")).containsExactly("x");
    }

    @ParameterizedTest
    @CsvSource({"V320, 2, -1, 0", "V336, 2, -1, 0", "V340, 2, -1, 0", "V355, refused, 1, 2", "V401, refused, 1, 2"})
    void aCountFallsBelowNothingUpTo34(PikaRelease release, String reply, String count, String afterAnother) {
        database = new Database(release);
        execute("SADD s a");
        assertThat(execute("SREM s a a")).isEqualTo(reply);
        assertThat(execute("SCARD s")).isEqualTo(count);
        if (!release.logsPieces()) {
            execute("SPOP s");
        }
        execute("SADD s b");
        assertThat(execute("SCARD s")).isEqualTo(afterAnother);
    }

    @ParameterizedTest
    @CsvSource({"V320, -1", "V336, -1", "V340, -1", "V355, 1000", "V401, 1000"})
    void aSetrangeAndAChangedBitDropTheDeadlineAtFirst(PikaRelease release, String ttl) {
        database = new Database(release);
        for (String command : List.of("SETRANGE k 1 x", "SETRANGE k 40 x", "SETBIT k 7 1", "SETBIT k 800 1")) {
            execute("SET k hello", "EXPIRE k 1000", command);
            assertThat(execute("TTL k")).as(command).isEqualTo(ttl);
        }
        execute("SET k hello", "EXPIRE k 1000", "SETBIT k 1 1", "SETBIT k 0 0", "SETBIT k 800 0");
        assertThat(execute("TTL k")).isEqualTo("1000");
    }

    @ParameterizedTest
    @CsvSource({"V320, -2, 1000", "V336, -2, 1000", "V355, -2, 1000", "V401, 2307444800, 4294968296"})
    void deadlinesHave32BitsAtFirst(PikaRelease release, String in2100, String behind32Bits) {
        database = new Database(release);
        execute("SET a v", "SET b v", "EXPIREAT a 4102444800", "EXPIRE b 4294968296");
        assertThat(execute("TTL a")).isEqualTo(in2100);
        assertThat(execute("TTL b")).isEqualTo(behind32Bits);
    }

    @ParameterizedTest
    @CsvSource({"V320, 1000, 1", "V336, 1000, 1", "V340, 1000, 1", "V355, 1000, 1", "V401, -1, 0"})
    void aMoveOfASetsMemberOntoItself(PikaRelease release, String ttl, String ofAStranger) {
        database = new Database(release);
        execute("SADD s a", "EXPIRE s 1000", "SADD t a b");
        assertThat(execute("SMOVE s s a")).isEqualTo("1");
        assertThat(execute("TTL s")).isEqualTo(ttl);
        assertThat(execute("SMOVE t t stranger")).isEqualTo(ofAStranger);
        assertThat(members("t")).containsExactly("a", "b");
        assertThat(execute("SMOVE absent absent a")).isEqualTo(ofAStranger);
        assertThat(execute("EXISTS absent")).isEqualTo("0");
    }

    /** A replica that executes it loses the deadline of what had one element, and adds what was not there. */
    @ParameterizedTest
    @EnumSource(names = {"V350", "V354", "V355", "V356"})
    void aMoveOntoItselfIsLoggedAsARemovalAndAnAddition(PikaRelease release) {
        database = new Database(release);
        execute("RPUSH l a", "EXPIRE l 1000", "SADD s a", "EXPIRE s 1000");
        assertThat(logged("RPOPLPUSH l l")).containsExactly("RPOP l", "LPUSH l a");
        assertThat(logged("SMOVE s s a")).containsExactly("srem s a", "sadd s a");
        assertThat(logged("SMOVE s s stranger")).containsExactly("srem s stranger", "sadd s stranger");
        assertThat(execute("TTL l")).isEqualTo("1000");
        assertThat(execute("TTL s")).isEqualTo("1000");
        assertThat(members("s")).containsExactly("a");
    }

    /** What is logged of one command, each item's words with a space between them. */
    private List<String> logged(String command) {
        return database.execute(Command.of((Object[]) command.split(" ")), NOW).orElseThrow().logged().stream()
                .map(item -> String.join(
                        " ",
                        IntStream.range(0, item.size()).mapToObj(item::text).toList()))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"V355, 1", "V356, 3", "V401, 1", "V402, 1", "V403, 3", "V404, 3"})
    void aMemberThatIsRepeatedHasItsFirstScoreOrItsLast(PikaRelease release, String score) {
        database = new Database(release);
        assertThat(execute("ZADD z 1 a 2 b 3 a")).isEqualTo("2");
        execute("ZADD one 1 a", "ZADD three 3 a");
        assertThat(scores("z")).containsEntry("a", Double.valueOf(score)).containsEntry("b", 2.0);
        assertThat(logged("ZADD z 1 a 3 a")).containsExactly("ZADD z 1 a 3 a");
        execute("GEOADD g 10 20 a 30 40 a", "GEOADD first 10 20 a", "GEOADD last 30 40 a");
        assertThat(scores("g")).isEqualTo(scores(score.equals("1") ? "first" : "last"));
    }

    private Map<String, Double> scores(String key) {
        return database.store().copy().stream()
                .filter(k -> k.name().equals(Bytes.of(key)))
                .flatMap(k -> ((StoredKey.Value.ScoredMembers) k.value()).scores().entrySet().stream())
                .collect(Collectors.toMap(e -> e.getKey().toString(), Map.Entry::getValue));
    }

    @ParameterizedTest
    @CsvSource({
        "V354, APPEND k x, APPEND k y, APPEND t w",
        "V355, pksetexat k 0 , pksetexat k 0 xy, pksetexat t 0 vw",
        "V356, pksetexat k 0 x, pksetexat k 0 xy, pksetexat t 1795000100 vw",
        "V401, pksetexat k 0 , pksetexat k 0 xy, pksetexat t 1795000100 vw",
        "V402, pksetexat k 0 , pksetexat k 0 xy, pksetexat t 1795000100 vw",
        "V403, pksetexat k 0 , pksetexat k 0 xy, pksetexat t 1795000100 vw",
        "V404, pksetexat k 0 , pksetexat k 0 xy, pksetexat t 1795000100 vw"
    })
    void anAppendIsLoggedRawOrWithWhatItLeftOrWithoutIt(
            PikaRelease release, String ofNew, String ofAnother, String withADeadline) {
        database = new Database(release);
        assertThat(logged("APPEND k x")).containsExactly(ofNew.endsWith(" 0") ? ofNew + " " : ofNew);
        assertThat(logged("APPEND k y")).containsExactly(ofAnother);
        execute("SETEX t 100 v");
        assertThat(logged("APPEND t w")).containsExactly(withADeadline);
        assertThat(execute("TTL t")).isEqualTo("100");
    }

    @ParameterizedTest
    @CsvSource({"V355, 0", "V356, 0", "V401, 1795000100", "V402, 1795000100", "V403, 1795000100", "V404, 1795000100"})
    void anIncrIsLoggedWithoutItsDeadlineUpTo35(PikaRelease release, String second) {
        database = new Database(release);
        execute("SET n 5 EX 100");
        assertThat(logged("INCR n")).containsExactly("pksetexat n " + second + " 6");
        assertThat(logged("INCRBYFLOAT n 1.5")).containsExactly("pksetexat n " + second + " 7.5");
        assertThat(execute("TTL n")).isEqualTo("100");
    }

    @Test
    void anIncrOf320IsLoggedAsASetThoughTheKeyKeepsItsDeadline() {
        database = new Database(PikaRelease.V320);
        execute("SETEX n 100 5");
        assertThat(logged("INCR n")).containsExactly("set n 6");
        assertThat(logged("DECR n")).containsExactly("set n 5");
        assertThat(execute("TTL n")).isEqualTo("100");
    }

    @ParameterizedTest
    @CsvSource({
        "V355, 1795000100",
        "V356, 1795000100",
        "V401, 1795000100500",
        "V402, 1795000100500",
        "V403, 1795000100",
        "V404, 1795000100"
    })
    void aPsetexIsLoggedInMillisecondsOf401And402Only(PikaRelease release, String at) {
        database = new Database(release);
        assertThat(logged("PSETEX k 100500 v")).containsExactly("pksetexat k " + at + " v");
        assertThat(logged("SETEX k 100 v")).containsExactly("pksetexat k 1795000100 v");
        assertThat(logged("SET k v PX 100500")).containsExactly("pksetexat k 1795000100 v");
        assertThat(logged("PEXPIRE k 100500"))
                .containsExactly(release.keepsMillis() ? "pexpireat k 1795000100500" : "expireat k 1795000100");
    }

    @ParameterizedTest
    @CsvSource({"V355, 1, 1", "V356, 1, 1", "V401, 0, 0", "V402, 0, 0", "V403, 1, 0", "V404, 1, 0"})
    void aClientsDeadlineOfMillisecondsIsLongOverWhereItIsCut(PikaRelease release, String set, String ends) {
        database = new Database(release);
        assertThat(logged("PKSETEXAT k 1795000100 v")).containsExactly("PKSETEXAT k 1795000100 v");
        assertThat(execute("EXISTS k")).isEqualTo(set);
        execute("SET k v", "PEXPIREAT k 1795000100000");
        assertThat(execute("EXISTS k")).isEqualTo(ends);
    }

    @ParameterizedTest
    @CsvSource({"V355, refused", "V356, refused", "V401, refused", "V402, 0", "V403, 0", "V404, 0"})
    void aBitBeyondTwoMillionsIsSetFrom402On(PikaRelease release, String reply) {
        database = new Database(release);
        assertThat(execute("SETBIT k 2097151 1")).isEqualTo("0");
        assertThat(execute("SETBIT k 2097152 1")).isEqualTo(reply);
        assertThat(execute("STRLEN k")).isEqualTo(reply.equals("0") ? "262145" : "262144");
        assertThat(execute("GETBIT k 2097152")).isEqualTo(reply.equals("0") ? "1" : "0");
        assertThat(execute("SETBIT k 4294967296 1")).isEqualTo("refused");
        assertThat(logged("SETBIT k 4294967296 1")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"V356, 0", "V401, 1", "V402, 1", "V403, 1", "V404, 1"})
    void readsOfSetsAreLoggedFrom40On(PikaRelease release, int items) {
        database = new Database(release);
        execute("SADD s a", "SADD t b");
        for (String command : List.of("SUNION s t", "SINTER s t", "SDIFF s t")) {
            assertThat(logged(command)).hasSize(items);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V401", "V402", "V403", "V404"})
    void whatFailsForATypeIsLoggedAsIfItsResultWereEmpty(PikaRelease release) {
        database = new Database(release);
        execute("SET str v", "ZADD z 1 m", "SADD s a", "SET to keeps");
        assertThat(logged("BITOP OR to str z")).containsExactly("set to ");
        assertThat(logged("SUNIONSTORE to s str")).containsExactly("del to");
        assertThat(logged("ZUNIONSTORE to 2 z str")).containsExactly("del to", "zadd to 1 m");
        assertThat(logged("ZINTERSTORE to 2 z str")).containsExactly("del to");
        assertThat(execute("STRLEN to")).isEqualTo("5");
    }
}
