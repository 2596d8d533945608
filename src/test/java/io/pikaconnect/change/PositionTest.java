package io.pikaconnect.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositionTest {

    @Test
    void readsItsOwnText() {
        assertThat(Position.parse("s/2/1047/0")).isEqualTo(Position.snapshot(2, 1047, 0));
        assertThat(Position.parse("b/3/210276/1")).isEqualTo(Position.binlog(3, 210_276, 1));
        assertThat(Position.binlog(Long.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE))
                .isEqualTo(Position.parse("b/9223372036854775807/9223372036854775807/2147483647"));
        assertThat(Position.BEGIN).hasToString("s/0/0/0");
    }

    @Test
    void ordersBySnapshotBeforeBinlogAndThenByItsNumbers() {
        List<Position> ordered = List.of(
                Position.BEGIN,
                Position.snapshot(0, 1, 0),
                Position.snapshot(0, 1, 1),
                Position.snapshot(0, 10, 0),
                Position.snapshot(4, 0, 0),
                Position.binlog(0, 0, 0),
                Position.binlog(0, 9, 0),
                Position.binlog(0, 10, 0),
                Position.binlog(0, 10, 2),
                Position.binlog(2, 0, 0),
                Position.binlog(10, 0, 0));
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        List<Position> shuffled = new ArrayList<>(ordered);
        Collections.shuffle(shuffled, new Random(seed));
        Collections.sort(shuffled);
        assertThat(shuffled).isEqualTo(ordered);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "s",
                "s/1",
                "s/",
                "s//",
                "s/1/2",
                "x/1/2/3",
                "s/1/2/3/4",
                "ss/1/2/3",
                "s/a/2/3",
                "s/1/2/",
                "s/1/2/2147483648"
            })
    void refusesOtherText(String text) {
        assertThatThrownBy(() -> Position.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Every text of up to eight of these signs: understood, or refused in the one way that callers know. */
    @Test
    void anyTextIsUnderstoodOrRefused() {
        List<String> texts = List.of("");
        int understood = 0;
        int refused = 0;
        for (int length = 1; length <= 8; length++) {
            texts = texts.stream()
                    .flatMap(t -> Stream.of("s", "1", "/").map(sign -> t + sign))
                    .toList();
            for (String text : texts) {
                try {
                    assertThat(Position.parse(text)).hasToString(text);
                    understood++;
                } catch (IllegalArgumentException e) {
                    refused++;
                }
            }
        }
        assertThat(understood).as("s/1/1/1, and with one of the numbers 11").isEqualTo(4);
        assertThat(refused).isEqualTo(9_840 - 4);
    }
}
