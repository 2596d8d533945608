package io.pikaconnect.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyMappingTest {

    private static KeyMapping mapping(String rules) {
        return KeyMapping.of(List.of(rules.split(",")));
    }

    private static String target(KeyMapping mapping, String key) {
        return mapping.target(Resp.bytes(key)).map(Escaped::text).orElse("refused");
    }

    private static String source(KeyMapping mapping, String name) {
        return mapping.source(Resp.bytes(name)).map(Escaped::text).orElse("none");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "old:=new: | old:1 | new:1",
                "old:=new: | old: | new:",
                "old:=new: | old | old",
                "old:=new: | other:1 | other:1",
                "old:=new: | new:1 | refused",
                "old:=new: | ne | ne",
                "=app: | 1 | app:1",
                "=app: | app:1 | app:app:1",
                "=app:,keep:=keep: | keep:1 | keep:1",
                "=app:,keep:=keep: | kept:1 | app:kept:1",
                "a:=x:,a:b:=y: | a:b:1 | y:1",
                "a:=x:,a:b:=y: | a:c:1 | x:c:1",
                "old:= | old:1 | 1",
                "old:= | 1 | refused",
                "a:=b:,b:=a: | a:1 | b:1",
                "a:=b:,b:=a: | b:1 | a:1",
                "a:=a:b: | a:b:1 | a:b:b:1",
                "a=b=c | a1 | b=c1",
            })
    void givesAKeyAnotherNameOrRefusesWhatAnotherKeyMightGet(String rules, String key, String name) {
        KeyMapping mapping = mapping(rules);
        assertThat(target(mapping, key)).isEqualTo(name);
        if (!name.equals("refused")) {
            assertThat(source(mapping, name)).isEqualTo(key);
        }
    }

    @Test
    void knowsWhichNamesNoKeyGets() {
        assertThat(source(mapping("old:=new:"), "old:1")).isEqualTo("none");
        assertThat(source(mapping("=app:"), "other")).isEqualTo("none");
        assertThat(source(mapping("a:=x:,a:b:=y:"), "x:b:1")).isEqualTo("none");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "old: | is not FROM=TO",
                "a:=x:,a:=y: | for the same keys",
                "a:=x:,b:=x: | might give two keys the same name",
                "a:=x:,b:=x:y: | might give two keys the same name",
                "=app:,old:= | might give two keys the same name",
            })
    void refusesRulesThatMightGiveTwoKeysOneName(String rules, String why) {
        assertThatThrownBy(() -> mapping(rules))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @Test
    void noTwoKeysEverGetTheSameName() {
        List<String> rules = List.of(
                "a=b", "=c", "ab=", "a=ba,b=a", "=b,a=a", "a=c,ab=b", "a=aa", "b=aab,ab=b", "=aa,ba=ab", "a=b,b=c,c=a");
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (String some : rules) {
            KeyMapping mapping = mapping(some);
            Map<String, String> taken = new HashMap<>();
            Stream.generate(() -> word(random)).limit(2_000).forEach(key -> {
                String name = target(mapping, key);
                if (!name.equals("refused")) {
                    assertThat(taken.merge(name, key, (before, now) -> before))
                            .as("who gets %s by %s, seed %s", name, some, seed)
                            .isEqualTo(key);
                    assertThat(source(mapping, name)).isEqualTo(key);
                }
            });
        }
    }

    private static String word(Random random) {
        StringBuilder word = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            word.append((char) ('a' + random.nextInt(3)));
        }
        return word.toString();
    }
}
