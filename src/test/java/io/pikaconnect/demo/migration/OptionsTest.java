package io.pikaconnect.demo.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the properties of the demo, the migration and the benchmark mean, as their page has it. */
class OptionsTest {

    private static Options options(String... namesAndValues) {
        Properties properties = new Properties();
        properties.setProperty("hub.plugins", "plugins");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            properties.setProperty(namesAndValues[i], namesAndValues[i + 1]);
        }
        return Options.of(properties);
    }

    @Test
    void thePageIsOnAFreePortUnlessOneIsGivenOrNoneIsWanted() {
        assertThat(options().page().orElseThrow().getPort()).isZero();
        assertThat(options("http", "8084").page().orElseThrow().getPort()).isEqualTo(8_084);
        assertThat(options("http", "off").page()).isEmpty();
    }

    @Test
    void withoutAPikaItIsTheDemoIntoTheRedisThatIsNamedIfOneIs() {
        assertThat(options().pika()).isEmpty();
        assertThat(options().redis()).isEmpty();
        assertThat(options().keys()).isEqualTo(50_000);
        assertThat(options().writing()).isEqualTo(Duration.ofSeconds(15));
        assertThat(options().directory()).isEqualTo(Path.of("target", "demo").toAbsolutePath());
        assertThat(options("redis", "10.0.0.6:6379").redis())
                .contains(new RedisTarget(Map.of("redis.address", "10.0.0.6:6379")));
        assertThat(options("demo.keys", "7", "demo.seconds", "3"))
                .extracting(Options::keys, Options::writing)
                .containsExactly(7, Duration.ofSeconds(3));
    }

    @Test
    void withoutARedisAPikaIsCopiedIntoOneOfTheDemosOwn() {
        assertThat(options("pika", "10.0.0.5:9221").redis()).isEmpty();
        assertThat(options("pika", "10.0.0.5:9221", "directory", "elsewhere").directory())
                .isEqualTo(Path.of("elsewhere").toAbsolutePath());
    }

    @Test
    void aFileMayHaveTheSettingsOfTheSinkThatRedisTakes(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("redis.properties"), """
                redis.sentinel.master=orders
                redis.sentinel.addresses=10.0.0.6:26379
                redis.password=secret
                redis.tls=true
                redis.tls.ca.location=ca.pem
                """);
        RedisTarget target = options("redis.settings", file.toString()).redis().orElseThrow();
        assertThat(target.sink("redis-sink"))
                .containsEntry("redis.password", "secret")
                .containsEntry(
                        "redis.tls.ca.location",
                        directory.resolve("ca.pem").toAbsolutePath().toString())
                .containsEntry("topics", "pika.db0")
                .doesNotContainKey("redis.address");
        assertThat(target).hasToString("master orders of the sentinels 10.0.0.6:26379");
        Files.writeString(file, "redis.tls=true");
        assertThat(options("redis.settings", file.toString(), "redis", "10.0.0.6:6380", "redis.password", "p")
                        .redis())
                .contains(new RedisTarget(
                        Map.of("redis.address", "10.0.0.6:6380", "redis.password", "p", "redis.tls", "true")));
        assertThatThrownBy(() -> options("redis.settings", file.toString()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("names neither redis.address nor redis.sentinel.master");
        assertThatThrownBy(() -> options("redis.settings", "nowhere.properties"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nowhere.properties cannot be read");
    }

    @Test
    void everyPropertyThatThePageNamesIsOneOfTheBuild() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        List<String> named = Pattern.compile("-D([a-z.]+)")
                .matcher(Files.readString(Path.of("src/demo/README.md")))
                .results()
                .map(found -> found.group(1))
                .distinct()
                .toList();
        assertThat(named).hasSizeGreaterThan(10).allMatch(name -> pom.contains("-D" + name + "=${" + name + "}"));
    }
}
