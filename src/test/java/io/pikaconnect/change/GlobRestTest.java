package io.pikaconnect.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobRestTest {

    private static List<String> after(String glob, String beginning) {
        return new GlobRest(Resp.bytes(glob))
                .after(Resp.bytes(beginning)).stream().map(Escaped::text).toList();
    }

    @ParameterizedTest(name = "{0} after {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "old:* | old: | *",
                "old:1 | old: | 1",
                "old: | old: | ''",
                "old | old: | none",
                "other:* | old: | none",
                "* | old: | *",
                "o*1 | old: | *1",
                "*:1 | old: | *:1 1",
                "*d:*b | old: | *b",
                "?ld:x | old: | x",
                "[a-z]l[^e]: | old: | ''",
                "[^o]* | old: | none",
                "\\old:\\* | old: | \\\\*",
                "[z-a]* | old: | *",
            })
    void whatFollowsABeginning(String glob, String beginning, String rest) {
        assertThat(String.join(" ", after(glob, beginning)))
                .isEqualTo(rest.equals("none") ? "" : rest.replace("''", ""));
        assertThat(after(glob, beginning).isEmpty()).isEqualTo(rest.equals("none"));
    }

    @ParameterizedTest
    @CsvSource({"old:*, old:", "*, ''", "a[b]c, a", "a\\*b?, a*b", "abc, abc"})
    void whatEveryMatchBeginsWith(String glob, String beginning) {
        assertThat(Escaped.text(new GlobRest(Resp.bytes(glob)).beginning())).isEqualTo(beginning);
    }

    @Test
    void aTextAsAGlobMatchesItselfOnly() {
        assertThat(Escaped.text(GlobRest.literal(Resp.bytes("a*[b]?")))).isEqualTo("a\\\\*\\\\[b]\\\\?");
    }

    /** A name matches a glob if and only if what follows its beginning matches what follows that in the glob. */
    @Test
    void splitsMatchesAsTheWholeGlobDoes() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int matches = 0;
        for (int i = 0; i < 200_000; i++) {
            String glob = word(random, List.of("a", "b", "*", "?", "[ab]", "[^a]", "\\*", "*", "[a-b]"), 6);
            String beginning = word(random, List.of("a", "b", "c"), 3);
            String rest = word(random, List.of("a", "b", "c", "*"), 5);
            boolean whole = KeyPattern.of(glob).matches(Resp.bytes(beginning + rest));
            boolean split = new GlobRest(Resp.bytes(glob))
                    .after(Resp.bytes(beginning)).stream()
                            .anyMatch(tail -> KeyPattern.of(new String(tail, java.nio.charset.StandardCharsets.UTF_8))
                                    .matches(Resp.bytes(rest)));
            assertThat(split)
                    .as("%s over %s + %s, seed %s", glob, beginning, rest, seed)
                    .isEqualTo(whole);
            matches += whole ? 1 : 0;
        }
        assertThat(matches).isGreaterThan(1_000);
    }

    private static String word(Random random, List<String> parts, int most) {
        StringBuilder word = new StringBuilder();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            word.append(parts.get(random.nextInt(parts.size())));
        }
        return word.toString();
    }
}
