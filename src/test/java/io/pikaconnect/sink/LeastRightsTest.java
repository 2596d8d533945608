package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An ACL user that may do what the page for operators lists, and nothing else. */
class LeastRightsTest {

    private static final String[] LOGIN = {"redis.username", "sink", "redis.password", "secret"};

    @RegisterExtension
    private final SinkFixture sink = new SinkFixture();

    private void user(String... more) throws IOException {
        List<String> rules = new ArrayList<>(List.of("on", ">secret"));
        rules.addAll(List.of(PoliciesTest.rightsInOperations("sink")));
        rules.addAll(Arrays.asList(more));
        sink.redis().aclSetUser("sink", rules.toArray(String[]::new));
    }

    /** @param ms 0: every script ends after one step, so that what is begun is found again by the next */
    @ParameterizedTest
    @ValueSource(strings = {"50", "0"})
    void theRightsOnThePageAreEnoughForEverythingThatTheSinkDoes(String ms) throws IOException {
        user();
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed " + seed);
        long now = System.currentTimeMillis();
        ModelTopic topic = new ModelTopic("pika.db0", 2).at(now - 9_000).recordMaxBytes(3_500);
        topic.begin();
        ModelPika master = new ModelPika(new Random(seed), topic, now - 9_000);
        for (int i = 1; i <= 2_000; i++) {
            master.at(now - 9_000 + 9_000L * i / 2_000);
            master.change();
        }
        topic.command("SADD", "set", "a", "b")
                .command("pika.spop", "set", "1")
                .command("ZADD", "sorted", "0", "a", "0", "b")
                .command("pika.zremrangebylex", "sorted", "[a", "[a")
                .barrier(Command.of("pika.flushtype", "hash"))
                .ticks();
        sink.applyAll(topic, LOGIN[0], LOGIN[1], LOGIN[2], LOGIN[3], "script.max.ms", ms);
        Map<String, String> expected = master.content();
        Map<String, String> found = master.inRedis(sink, 0);
        assertThat(found).containsAllEntriesOf(expected);
        assertThat(sink.redis().zrange("sorted", 0, -1)).containsExactly("b");
        assertThat(sink.redis().aclLog()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-@write", "-@read", "-evalsha", "-script", "-select", "-time", "-info", "-ping", "resetkeys"})
    void validationNamesWhatIsMissing(String right) throws IOException {
        user(right);
        Map<String, String> properties = sink.properties(LOGIN);
        properties.put("redis.database", "1");
        properties.put("name", "sink-" + UUID.randomUUID());
        Map<String, List<String>> errors = new RedisSinkConnector()
                .validate(properties).configValues().stream()
                        .filter(v -> !v.errorMessages().isEmpty())
                        .collect(Collectors.toMap(ConfigValue::name, ConfigValue::errorMessages));
        assertThat(errors).containsOnlyKeys("redis.username");
        assertThat(errors.get("redis.username")).singleElement().asString().contains("the right that is named");
    }
}
