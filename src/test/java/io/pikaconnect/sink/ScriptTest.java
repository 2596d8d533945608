package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.demo.RedisServer;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;

class ScriptTest {

    private static final Pattern NEEDS = Pattern.compile("^-- needs: +(.*)$", Pattern.MULTILINE);

    private static List<String> needs(String file) {
        Matcher line = NEEDS.matcher(Script.read(file));
        assertThat(line.find()).as("%s.lua has a line \"-- needs: …\"", file).isTrue();
        return Arrays.asList(line.group(1).split(", "));
    }

    @ParameterizedTest
    @EnumSource(Script.class)
    void itsFirstLinesNameTheFilesThatItIsMadeOf(Script script) {
        assertThat(needs(script.file())).isEqualTo(script.needed());
    }

    @ParameterizedTest
    @EnumSource(Script.class)
    void itsFilesComeInAnOrderThatGivesEachWhatItNeeds(Script script) {
        List<String> files = script.needed();
        for (int i = 1; i < files.size(); i++) {
            assertThat(files.subList(0, i)).containsAll(needs(files.get(i)));
        }
    }

    /** FLUSHDB and RESTORE may be refused, CLUSTER is not for every server: these are tried where they are needed. */
    @Test
    void everyCommandThatAScriptNamesIsRehearsed() {
        Pattern called = Pattern.compile("\\b\\w+\\('([A-Z]{3,})'");
        Set<String> rehearsed = new HashSet<>(Set.of("FLUSHDB", "RESTORE", "CLUSTER"));
        Pattern.compile("'([A-Z]{3,})'")
                .matcher(Script.read("rehearsal"))
                .results()
                .forEach(word -> rehearsed.add(word.group(1)));
        Stream.of(Script.values())
                .flatMap(script -> Stream.concat(script.needed().stream(), Stream.of(script.file())))
                .distinct()
                .forEach(file -> assertThat(
                                called.matcher(Script.read(file)).results().map(command -> command.group(1)))
                        .as(file)
                        .isSubsetOf(rehearsed));
    }

    /** Run as one of Redis' own it would do something else. */
    @ParameterizedTest
    @EnumSource(names = {"APPLY", "BARRIER", "SLOTS"})
    void eachOperationThatIsDefinedOnDemandIsFoundByItsName(Script script) throws IOException {
        String unknown = """
                local before, unknown, found = {}, {}, 0
                for name in pairs(operations) do
                  before[name] = true
                end
                need_rest()
                for name in pairs(operations) do
                  if not before[name] then
                    found = found + 1
                    unknown[#unknown + 1] = not on_demand(name) and name or nil
                  end
                end
                return { found, unknown }
                """;
        try (RedisServer redis = RedisServer.start();
                Jedis client = redis.connect()) {
            List<?> reply = (List<?>) client.eval(script.definitions() + unknown, 1, "ledger");
            assertThat((Long) reply.get(0)).isGreaterThan(20);
            assertThat((List<?>) reply.get(1)).isEmpty();
        }
    }

    @Test
    void thePreludeNeedsNothing() {
        assertThat(needs("prelude").get(0)).startsWith("nothing");
    }
}
