package io.pikaconnect.binlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.change.Command;
import io.pikaconnect.metrics.DiscardCounts;
import io.pikaconnect.pika.BinlogDialect;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RenamedCommandsTest {

    private static final RenamedCommands RENAMED =
            RenamedCommands.of(List.of("360FlushDB=FLUSHDB", "myhset=hset"), false);

    private static Translator translator(RenamedCommands renamed, boolean fail) {
        return new Translator(
                BinlogDialect.PIKA_3_5_5, new TranslationPolicy(fail, false, false), new DiscardCounts(), renamed);
    }

    private static List<Command> commands(RenamedCommands renamed, Object... parts) throws UntranslatableException {
        return translator(renamed, true).translate(Items.command(parts)).stream()
                .flatMap(change -> change.commands().stream())
                .toList();
    }

    @Test
    void whatARenamedCommandDoesIsWhatItDoesByItsOwnName() throws Exception {
        for (List<Object> logged :
                List.<List<Object>>of(List.of("MyHSet", "h", "f", "v"), List.of("360flushdb"), List.of("360FLUSHDB"))) {
            Object[] parts = logged.toArray();
            Object[] real = parts.clone();
            real[0] = parts.length == 1 ? "flushdb" : "hset";
            assertThat(commands(RENAMED, parts)).isNotEmpty().isEqualTo(commands(RenamedCommands.NONE, real));
        }
    }

    @Test
    void aCommandThatIsNotKnownMayHaveBeenRenamed() {
        assertThatThrownBy(() -> translator(RenamedCommands.NONE, true).translate(Items.command("360flushdb")))
                .isInstanceOf(UntranslatableException.class)
                .hasMessageContainingAll("rename-command", "pika.renamed.commands", "360flushdb=flushdb");
    }

    @ParameterizedTest
    @CsvSource({
        "flushdb, newname=command",
        "360flushdb=, such as 360flushdb=flushdb",
        "=flushdb, such as 360flushdb=flushdb",
        "a=b=c, such as 360flushdb=flushdb",
        "a b=hset, such as 360flushdb=flushdb",
        "myget=get, is not a command that Pika logs",
        "flushdb=360flushdb, is not a command that Pika logs",
        "hset=set, is a command that Pika itself logs"
    })
    void whatCannotBeToldIsRefused(String pair, String words) {
        assertThatThrownBy(() -> RenamedCommands.of(List.of(pair), false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(words.equals("newname=command") ? "such as" : words);
    }

    @Test
    void oneNameStandsForOneCommand() {
        assertThatThrownBy(() -> RenamedCommands.of(List.of("a=set", "A=hset"), false))
                .hasMessageContaining("two commands");
    }

    @Test
    void itsTextComesBack() {
        for (RenamedCommands renamed : List.of(
                RenamedCommands.NONE,
                RENAMED,
                new RenamedCommands(RENAMED.names(), true),
                new RenamedCommands(Map.of(), true))) {
            assertThat(RenamedCommands.parse(renamed.toString())).isEqualTo(renamed);
        }
        assertThat(RENAMED).hasToString("360flushdb=flushdb,myhset=hset");
    }

    @Test
    void inAnEpochNamesAreAddedAndNeverChanged() {
        RenamedCommands now = RenamedCommands.of(List.of("myhset=sadd", "myset=set"), false);
        assertThat(RENAMED.continuedWith(now).names())
                .isEqualTo(Map.of("360flushdb", "flushdb", "myhset", "hset", "myset", "set"));
    }

    @Test
    void whereCommandsWereLeftOutNoneIsAddedInTheEpoch() {
        RenamedCommands skipping = RenamedCommands.of(List.of("myhset=hset"), true);
        RenamedCommands now = RenamedCommands.of(List.of("myhset=hset", "myset=set"), false);
        assertThat(skipping.continuedWith(now)).isEqualTo(skipping);
        assertThat(RENAMED.continuedWith(new RenamedCommands(Map.of(), true)).skipping())
                .isTrue();
    }

    @Test
    void anotherNameIsLeftAsItIs() {
        Command command = Command.of("SADD", "myhset", "m");
        assertThat(RENAMED.real(command)).isSameAs(command);
    }
}
