package io.pikaconnect.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersTest {

    private static final ChangeHeader CHANGE =
            ChangeHeader.change(1_795_337_869_000L, 17, Position.binlog(3, 210_276, 0), 1_795_337_901_000L);

    @Test
    void writesTheTextThatTheDesignGives() {
        assertThat(CHANGE).hasToString("e1795337869000/17/b/3/210276/0/1795337901000");
        assertThat(ChangeHeader.tick(1_795_337_869_000L, 17, 1_795_337_906_000L))
                .hasToString("e1795337869000/17/-/1795337906000");
        assertThat(ChangeHeader.begin(1_795_337_869_000L, 1_795_337_869_000L))
                .hasToString("e1795337869000/-/-/1795337869000");
        assertThat(Barrier.onAll(3)).hasToString("p0+p1+p2");
        assertThat(new Barrier(new TreeSet<>(List.of(10, 9, 0)))).hasToString("p0+p9+p10");
    }

    @Test
    void writesOneTextAfterTheOtherAsEachAlone() {
        ChangeHeaderText texts = new ChangeHeaderText();
        for (ChangeHeader header : List.of(
                CHANGE,
                ChangeHeader.change(1_795_337_869_000L, 18, Position.snapshot(0, 1_000_000, 10), 1_795_337_869_000L),
                ChangeHeader.change(1_795_337_869_000L, 9, Position.snapshot(4, 99, 1), 1_795_337_869_000L),
                ChangeHeader.change(1_795_337_869_000L, 10, Position.binlog(3, 0, 0), 7),
                ChangeHeader.change(
                        Long.MAX_VALUE,
                        Long.MAX_VALUE,
                        Position.snapshot(Long.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE),
                        Long.MAX_VALUE),
                ChangeHeader.change(0, 0, Position.BEGIN, 0),
                CHANGE)) {
            assertThat(texts.change(
                            header.epoch(),
                            header.sequence().orElseThrow(),
                            header.position().orElseThrow(),
                            header.timeMs()))
                    .isEqualTo(header.toString());
        }
    }

    @Test
    void readsItsOwnText() {
        for (ChangeHeader header : List.of(
                CHANGE,
                ChangeHeader.change(1, 0, Position.BEGIN, 0),
                ChangeHeader.change(Long.MAX_VALUE, Long.MAX_VALUE, Position.snapshot(4, Long.MAX_VALUE, 9), 1),
                ChangeHeader.tick(5, 0, 0),
                ChangeHeader.begin(5, 6))) {
            assertThat(ChangeHeader.parse(header.toString())).isEqualTo(header);
            assertThat(ChangeHeader.parse("\"" + header + "\"")).isEqualTo(header);
        }
        assertThat(Barrier.parse("p0+p3")).isEqualTo(new Barrier(new TreeSet<>(List.of(0, 3))));
        assertThat(Barrier.parse("\"p0+p3\"").partitions()).containsExactly(0, 3);
        assertThat(Barrier.parse(Barrier.onAll(64).toString())).isEqualTo(Barrier.onAll(64));
    }

    @Test
    void tellsTicksFromChanges() {
        assertThat(CHANGE.isTick()).isFalse();
        assertThat(ChangeHeader.tick(1, 2, 3).isTick()).isTrue();
        assertThat(ChangeHeader.begin(1, 3).isTick()).isTrue();
        assertThat(ChangeHeader.begin(1, 3).sequence()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\"",
                "e",
                "e1",
                "e1/5",
                "e1//5",
                "e1/-/5",
                "1/17/b/3/4/0/5",
                "e/17/b/3/4/0/5",
                "e1/x/b/3/4/0/5",
                "e1/-/b/3/4/0/5",
                "e1/17/b/3/4/0",
                "e1/17/b/3/4/0/5/6",
                "e1/17/-/",
                "e1/17/b/5",
                "e1/17/b/5/9",
                "e1/17/b/5/6/9",
                "e1/17/q/3/4/0/5",
                "e1/17/b/3/4/0/99999999999999999999",
            })
    void refusesOtherTextForAChange(String text) {
        assertThatThrownBy(() -> ChangeHeader.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not a pika.change header: " + text);
    }

    /** Every text of up to eight of these signs: understood, or refused in the one way that callers know. */
    @Test
    void anyTextIsUnderstoodOrRefused() {
        List<String> texts = List.of("");
        int understood = 0;
        for (int length = 1; length <= 8; length++) {
            texts = texts.stream()
                    .flatMap(t -> Stream.of("e", "1", "/", "-").map(sign -> t + sign))
                    .toList();
            for (String text : texts) {
                try {
                    assertThat(ChangeHeader.parse(text)).hasToString(text);
                    understood++;
                } catch (IllegalArgumentException e) {
                    assertThat(e).hasMessageContaining("not a pika.change header");
                }
            }
        }
        assertThat(understood).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "p", "0", "p0+", "+p0", "p0,p1", "p-1", "p0 + p1", "p9999999999"})
    void refusesOtherTextForABarrier(String text) {
        assertThatThrownBy(() -> Barrier.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a pika.barrier header");
    }
}
