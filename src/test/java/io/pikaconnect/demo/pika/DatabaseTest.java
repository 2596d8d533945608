package io.pikaconnect.demo.pika;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The model of a master where real ones are odd. What is expected was seen on real 3.2.0, 3.3.6, 3.4.2, 3.5.5, 4.0.1. */
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
}
