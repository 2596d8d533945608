package io.pikaconnect.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RedisServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** What a migration looks at before it starts anything; ToolArchiveIT has the rest. */
class MigrateCommandTest {

    private static final String NOTHING_STARTED = "nothing was started";

    @TempDir
    private Path folder;

    @Test
    void aPikaThatDoesNotAnswerOrIsNoneEndsItBeforeAnythingIsStarted() throws IOException {
        try (RedisServer redis = RedisServer.start()) {
            FakeMigration.Result nobody = migrate("127.0.0.1:1", redis.address());
            assertThat(nobody.exit()).isEqualTo(ExitCode.FAILED);
            assertThat(nobody.err())
                    .contains("Pika 127.0.0.1:1 cannot be used", NOTHING_STARTED, "Connection refused")
                    .doesNotContain("validate.connect")
                    .hasLineCount(1);
            assertThat(folder.resolve("migration/kafka")).doesNotExist();
        }
    }

    @Test
    void aRedisThatCannotBeTheTargetEndsItBeforeAnythingIsStarted() throws IOException {
        try (FakePika pika = FakePika.start(MasterSetup.REAL);
                RedisServer redis = RedisServer.start("--requirepass", "secret")) {
            FakeMigration.Result locked = migrate("127.0.0.1:" + pika.port(), redis.address());
            assertThat(locked.exit()).isEqualTo(ExitCode.FAILED);
            assertThat(locked.err())
                    .contains("Redis " + redis.address() + " cannot be used", NOTHING_STARTED, "redis.password")
                    .contains("--redis-password-file", "REDIS_PASSWORD")
                    .hasLineCount(1);
            try (Jedis client = redis.connect()) {
                client.auth("secret");
                client.configSet("maxmemory-policy", "allkeys-lru");
            }
            Path password = Files.writeString(folder.resolve("password"), "secret\n");
            FakeMigration.Result evicting =
                    migrate("127.0.0.1:" + pika.port(), redis.address(), "--redis-password-file", password.toString());
            assertThat(evicting.err())
                    .contains("maxmemory-policy is allkeys-lru")
                    .doesNotContain("secret");
            assertThat(folder.resolve("migration/kafka")).doesNotExist();
        }
    }

    @Test
    void aPortThatIsTakenIsNamedWithItsOption() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            FakeMigration.Result result =
                    migrate("127.0.0.1:1", "127.0.0.1:2", "--rest-port", "" + taken.getLocalPort());
            assertThat(result.err())
                    .contains("port " + taken.getLocalPort(), "--rest-port")
                    .hasLineCount(1);
        }
    }

    @Test
    void aPageThatCannotBeServedOrThatOthersCouldReadIsNamedWithItsOption() throws IOException {
        try (FakePika pika = FakePika.start(MasterSetup.REAL);
                RedisServer redis = RedisServer.start();
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThat(migrate("127.0.0.1:" + pika.port(), redis.address(), "--http", "" + taken.getLocalPort())
                            .err())
                    .contains("the page cannot be served at 127.0.0.1:" + taken.getLocalPort(), "--http off")
                    .hasLineCount(1);
        }
        assertThat(migrate("127.0.0.1:1", "127.0.0.1:2", "--http", "0.0.0.0:8084")
                        .err())
                .contains("--http \"0.0.0.0:8084\" is not on the loopback interface", "ssh -L")
                .hasLineCount(1);
        assertThat(folder.resolve("migration/kafka")).doesNotExist();
    }

    @Test
    void anAddressThatIsNoneIsNamedWithItsOption() {
        assertThat(migrate("pika", "127.0.0.1:2").err()).contains("--pika \"pika\" is not an address", "host:port");
        assertThat(migrate("127.0.0.1:1", "redis:x").err()).contains("--redis \"redis:x\" is not an address");
    }

    private FakeMigration.Result migrate(String pika, String redis, String... more) {
        List<String> arguments = new ArrayList<>(List.of("migrate", "--pika", pika, "--redis", redis));
        arguments.addAll(List.of("--dir", folder.resolve("migration").toString()));
        arguments.addAll(List.of(more));
        if (!arguments.contains("--rest-port")) {
            arguments.addAll(List.of("--rest-port", "0"));
        }
        return FakeMigration.execute(arguments.toArray(String[]::new));
    }

    @Test
    void aFolderIsUsedByOneProcessAndReadByItsOwnerOnly() throws IOException {
        Path directory = folder.resolve("migration");
        try (Workplace first = Workplace.open(directory)) {
            assertThatThrownBy(() -> Workplace.open(directory))
                    .isInstanceOf(Failed.class)
                    .hasMessageContaining("is in use by another pika2redis migrate");
            assertThat(Files.getPosixFilePermissions(directory)).hasSize(3);
            Map<String, String> references =
                    first.keep(Map.of("redis.password", Optional.of("a=b\\:c"), "pika.password", Optional.empty()));
            assertThat(references).containsOnlyKeys("redis.password");
            assertThat(References.resolved("redis-sink", references)).containsEntry("redis.password", "a=b\\:c");
            assertThat(Files.getPosixFilePermissions(directory.resolve("passwords.properties")))
                    .hasSize(2);
        }
        Workplace.open(directory).close();
    }

    @Test
    void whatWasChangedAtAConnectorStaysUnlessThisRunGivesIt() {
        ConnectorSettings settings =
                new ConnectorSettings(Map.of("rebuild", "auto", "tasks.max", "2"), Map.of("redis.address", "new:1"));
        assertThat(settings.over(Map.of("rebuild", "never", "redis.address", "old:1", "expiry.mode", "native")))
                .isEqualTo(Map.of(
                        "rebuild", "never", "redis.address", "new:1", "expiry.mode", "native", "tasks.max", "2"));
    }

    @Test
    void settingsComeFromPropertiesOrFromTheJsonOfConfig() throws IOException {
        Path properties = Files.writeString(
                folder.resolve("sink.properties"), "redis.tls=true\nname=x\nredis.tls.ca.location=ca.pem\n");
        assertThat(SettingsFile.read(properties))
                .isEqualTo(Map.of(
                        "redis.tls",
                        "true",
                        "redis.tls.ca.location",
                        folder.resolve("ca.pem").toAbsolutePath().toString()));
        assertThat(SettingsFile.read(Path.of("config/redis-sink-tls.json")))
                .containsEntry("redis.tls", "true")
                .doesNotContainKey("name");
        assertThatThrownBy(() -> SettingsFile.read(folder.resolve("none")))
                .isInstanceOf(Failed.class)
                .hasMessageContaining("none cannot be read");
    }

    @Test
    void passwordsComeFromAFileOrTheEnvironment() throws IOException {
        assertThat(new Passwords(Map.of("PIKA_PASSWORD", "p")::get).pika()).contains("p");
        assertThat(new Passwords(Map.of("PIKA_PASSWORD", "p")::get).redis()).isEmpty();
        assertThat(migrate("127.0.0.1:1", "127.0.0.1:2", "--pika-password-file", folder.resolve("none") + "")
                        .err())
                .contains("the password file", "none cannot be read");
    }
}
