package io.pikaconnect.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

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
        assertThat(Command.of("SET", new byte[] {0, 'a', '\\', '\n', (byte) 0xff}, "é"))
                .hasToString("SET \\x00a\\\\\\x0a\\xff \\xc3\\xa9");
        assertThat(Escaped.text(new byte[121])).startsWith("\\x00").endsWith("…(121 bytes)");
        assertThat(Escaped.text("x".repeat(120).getBytes())).isEqualTo("x".repeat(120));
    }

    @Test
    void talliesFromManyThreads() {
        Tally tally = new Tally();
        IntStream.range(0, 1_000).parallel().forEach(i -> tally.count(i % 2 == 0 ? "even" : "odd", "number " + i));
        assertThat(tally.counts()).containsEntry("even", 500L).containsEntry("odd", 500L);
        assertThat(tally.of("neither")).isZero();
    }

    @Test
    void aTallyTellsOfEachReasonOnceAndItsCountFromThenOn() {
        Map<String, LongAdder> told = new ConcurrentHashMap<>();
        Tally tally =
                new Tally((reason, count) -> assertThat(told.put(reason, count)).isNull());
        IntStream.range(0, 1_000).parallel().forEach(i -> tally.count(i % 2 == 0 ? "even" : "odd"));
        assertThat(told.keySet()).containsExactlyInAnyOrder("even", "odd");
        assertThat(told.get("even").sum()).isEqualTo(500);
    }
}
