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
    void eachOperationThatIsDefinedOnDemandIsFoundByItsNameWhateverElseIsDefined(Script script) throws IOException {
        String notFound = """
                define_all()
                define_all = nil
                local files, before, wrong, found = {}, {}, {}, 0
                for file in pairs(define) do
                  files[#files + 1] = file
                end
                for name in pairs(operations) do
                  before[name] = true
                end
                for _, file in ipairs(files) do
                  need(file)
                end
                for name in pairs(operations) do
                  if not before[name] then
                    found = found + 1
                    local file = match(ON_DEMAND, ' ' .. name:gsub('%.', '%%.') .. '=(%S+)')
                    if not file or not find(' ' .. table.concat(files, ' ') .. ' ', ' ' .. file .. ' ', 1, true) then
                      wrong[#wrong + 1] = name
                    end
                  end
                end
                return { found, wrong }
                """;
        try (RedisServer redis = RedisServer.start();
                Jedis client = redis.connect()) {
            List<?> reply = (List<?>) client.eval(script.with(notFound), 1, "ledger");
            assertThat((Long) reply.get(0)).isGreaterThan(20);
            assertThat((List<?>) reply.get(1)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"APPLY", "BARRIER", "SLOTS"})
    void anOperationIsDefinedWithoutMostOfTheOtherFiles(Script script) throws IOException {
        String names = """
                define_all()
                local names = {}
                for name, file in gmatch(ON_DEMAND, '(%S+)=(%S+)') do
                  names[#names + 1] = define[file] and name or nil
                end
                return names
                """;
        String alone = """
                local function count(files)
                  local n = 0
                  for _ in pairs(files) do
                    n = n + 1
                  end
                  return n
                end
                define_all()
                define_all = nil
                local before, operation = count(define), operation_of(KEYS[1])
                return { operation and 1 or 0, before - count(define) }
                """;
        try (RedisServer redis = RedisServer.start();
                Jedis client = redis.connect()) {
            List<?> onDemand = (List<?>) client.eval(script.with(names), 1, "ledger");
            assertThat(onDemand).hasSizeGreaterThan(20);
            for (Object name : onDemand) {
                List<?> reply = (List<?>) client.eval(script.with(alone), 1, (String) name);
                assertThat((Long) reply.get(0)).as("%s is defined", name).isEqualTo(1);
                assertThat((Long) reply.get(1)).as("files for %s", name).isBetween(1L, 3L);
            }
        }
    }

    @Test
    void thePreludeNeedsNothing() {
        assertThat(needs("prelude").get(0)).startsWith("nothing");
    }
}
