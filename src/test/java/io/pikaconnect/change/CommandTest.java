package io.pikaconnect.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandTest {

    @Test
    void comparesByItsBytes() {
        assertThat(Command.of("SET", "k", 1)).isEqualTo(Command.of("SET", new byte[] {'k'}, "1"));
        assertThat(Command.of("SET", "k", 1)).hasSameHashCodeAs(Command.of("SET", new byte[] {'k'}, "1"));
        assertThat(Command.of("SET", "k", 1)).isNotEqualTo(Command.of("set", "k", 1));
        assertThat(Command.of("DEL", "k")).isNotEqualTo(Command.of("DEL", "k", ""));
    }

    @Test
    void givesItsNameInLowerCase() {
        assertThat(Command.of("ZRemRangeByLEX", "k").name()).isEqualTo("zremrangebylex");
        assertThat(Command.of((Object) new byte[] {(byte) 0xff, 'I'}).name()).isEqualTo("\u00ffi");
    }

    @Test
    void needsAName() {
        assertThatThrownBy(() -> new Command(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void sharesItsArguments() {
        byte[] big = new byte[1000];
        assertThat(Command.of("SET", "k", big).args().get(2)).isSameAs(big);
    }

    @Test
    void isShownAsTextThatAPersonCanRead() {
        assertThat(Command.of("SET", new byte[] {0, 'a', '\\', '\n', (byte) 0xff}, "é")
                        .values())
                .isEqualTo("SET \\x00a\\\\\\x0a\\xff \\xc3\\xa9");
        assertThat(Escaped.text(new byte[121])).startsWith("\\x00").endsWith("…(121 bytes)");
        assertThat(Escaped.text("x".repeat(120).getBytes())).isEqualTo("x".repeat(120));
    }

    @ParameterizedTest
    @CsvSource({
        "DEL k, DEL k",
        "GETSET k s3cret, 'GETSET k …(1 more argument, 6 bytes)'",
        "HSET k field s3cret, 'HSET k …(2 more arguments, 11 bytes)'",
        "RPOPLPUSH from to, RPOPLPUSH from to",
        "SMOVE from to s3cret, 'SMOVE from to …(1 more argument, 6 bytes)'",
        "BITOP AND to a b, 'BITOP AND to …(2 more arguments, 2 bytes)'",
        "pika.stage 2 0 s3cret, 'pika.stage 2 0 …(1 more argument, 6 bytes)'",
        "pika.staged 2 SET k s3cret, 'pika.staged 2 SET k …(1 more argument, 6 bytes)'",
        "pika.patterndel s* set 100, pika.patterndel s* set 100",
        "FLUSHDB, FLUSHDB"
    })
    void showsItsNameAndKeyAndHowMuchElseButNoData(String words, String shown) {
        assertThat(Command.of((Object[]) words.split(" "))).hasToString(shown);
    }

    @Test
    void isShownInBoundedLengthWhateverItHas() {
        List<byte[]> args = new ArrayList<>(List.of("SADD".getBytes(), new byte[60_000]));
        for (int i = 0; i < Command.MAX_ARGS; i++) {
            args.add(new byte[200]);
        }
        assertThat(new Command(args).toString())
                .hasSizeLessThan(1_000)
                .endsWith("…(4000 more arguments, 800000 bytes)");
        assertThat(new Command(args).values()).hasSizeLessThan(5_000).endsWith("…(4002 arguments)");
    }
}
