package io.pikaconnect.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SelectionTest {

    private static Selection of(List<String> include, List<String> exclude) {
        return Selection.of(include, exclude, List.of());
    }

    private static boolean has(Selection selection, String key) {
        return selection.hasName(key.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aNameIsWantedIfItIsIncludedAndNotExcluded() {
        assertThat(has(Selection.ALL, "any")).isTrue();
        Selection both = of(List.of("a*", "b*"), List.of("*:tmp"));
        assertThat(has(both, "a1")).isTrue();
        assertThat(has(both, "b1")).isTrue();
        assertThat(has(both, "c1")).isFalse();
        assertThat(has(both, "a:tmp")).isFalse();
        Selection allBut = of(List.of(), List.of("a*"));
        assertThat(has(allBut, "b1")).isTrue();
        assertThat(has(allBut, "a1")).isFalse();
    }

    @Test
    void theTextFormIsReadBackWhateverThePatternsAre() {
        Selection odd =
                Selection.of(List.of("a;b|c", "regex:é\\d{2} +", "%2C"), List.of("=x", "*"), List.of("zset", "string"));
        assertThat(Selection.parse(odd.toString())).isEqualTo(odd);
        assertThat(odd.toString()).doesNotContain(";").doesNotContain(" ");
        assertThat(Selection.parse(Selection.ALL.toString())).isEqualTo(Selection.ALL);
        assertThat(Selection.of(List.of(), List.of(), List.of("zset", "hash")))
                .isEqualTo(Selection.of(List.of(), List.of(), List.of("hash", "zset")));
    }

    @Test
    void anUnknownTypeIsRefusedWithThoseThatThereAre() {
        assertThatThrownBy(() -> Selection.of(List.of(), List.of(), List.of("geo")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("geo", "string, hash, list, zset, set, stream");
    }
}
