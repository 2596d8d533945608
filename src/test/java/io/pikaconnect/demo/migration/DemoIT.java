package io.pikaconnect.demo.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.redis.Certificates;
import io.pikaconnect.sink.LedgerView;
import io.pikaconnect.tool.Endpoint;
import io.pikaconnect.tool.LineView;
import io.pikaconnect.tool.Side;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** The demo as a person runs it, with fewer keys. */
class DemoIT {

    @Test
    void endsWithZeroWhenBothSidesAreEqualAndNotWhenAKeyWasChangedBehindItsBack() throws IOException {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        Properties properties = properties();
        properties.setProperty("demo.keys", "1000");
        properties.setProperty("demo.seconds", "2");
        properties.setProperty(
                "directory", Path.of("target", "endtoend", "demo").toString());
        try (Demo demo = new Demo(Options.of(properties), scene -> new LineView(out, Duration.ofSeconds(1)))) {
            assertThat(demo.run()).as(() -> text(printed)).isZero();
            assertThat(text(printed))
                    .contains("/connectors/pika-source/status")
                    .contains("pika-source RUNNING, tasks RUNNING; redis-sink RUNNING, tasks RUNNING RUNNING")
                    .containsPattern("EQUAL: all \\d{3} keys|EQUAL: all 1,\\d{3} keys");

            assertThat(Listening.addresses()).hasSizeGreaterThan(4).containsOnly("127.0.0.1");
            try (Jedis redis = demo.redis().connect()) {
                redis.set("string:0", "not what Pika has");
            }
            assertThat(demo.judge()).isOne();
            assertThat(text(printed)).contains("DIFFERENT: 1 of ").contains("string:0 is ");
        }
    }

    /** Into a Redis that demands TLS, a client certificate and a password. */
    @Test
    void aMigrationOfRealServersGoesOnWhereItWasWhenItIsStartedAgain(@TempDir Path files) throws IOException {
        Certificates ca = new Certificates(files);
        Certificates.Pair pair = ca.right("both");
        int tlsPort = freePort();
        Properties properties = properties();
        properties.setProperty("compare", "true");
        properties.setProperty(
                "directory",
                Files.createTempDirectory(Files.createDirectories(Path.of("target", "endtoend")), "migration-")
                        .toString());
        try (FakePika pika = FakePika.start(MasterSetup.REAL.withPassword("pika's"));
                RedisServer redis = RedisServer.start(
                        "--requirepass",
                        "redis'",
                        "--tls-port",
                        String.valueOf(tlsPort),
                        "--tls-cert-file",
                        pair.certificate().toString(),
                        "--tls-key-file",
                        pair.key().toString(),
                        "--tls-ca-cert-file",
                        ca.caPem().toString())) {
            properties.setProperty("pika", "127.0.0.1:" + pika.port());
            properties.setProperty("pika.password", "pika's");
            properties.setProperty("redis", "127.0.0.1:" + tlsPort);
            properties.setProperty("redis.password", "redis'");
            properties.setProperty(
                    "redis.settings", ca.write("redis.properties", """
                                    redis.tls=true
                                    redis.tls.ca.location=ca.crt
                                    redis.tls.certificate.location=both.crt
                                    redis.tls.key.location=both.key
                                    """).toString());
            Endpoint source = Options.of(properties).pika().orElseThrow();
            RedisTarget target = Options.of(properties).redis().orElseThrow();
            new StartingData().write(source, 200);
            migrate(properties);
            OptionalLong epoch = epoch(target);
            try (Jedis client = source.connect()) {
                client.set("written while nobody looked", "1");
                client.del("string:1");
            }
            migrate(properties);
            assertThat(epoch(target)).as("no second full sync").isEqualTo(epoch);
            try (Jedis client = target.connect()) {
                assertThat(client.get("written while nobody looked")).isEqualTo("1");
                assertThat(client.exists("string:1")).isFalse();
            }
        }
    }

    /** Until both sides are equal. */
    private static void migrate(Properties properties) throws IOException {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        try (Demo demo = new Demo(Options.of(properties), scene -> new LineView(out, Duration.ofSeconds(1)))) {
            assertThat(demo.run()).as(() -> text(printed)).isZero();
        }
        assertThat(text(printed)).contains("READY for the cut-over", "EQUAL: all ");
    }

    private static OptionalLong epoch(Side redis) {
        try (Jedis client = redis.connect()) {
            return LedgerView.read(client).orElseThrow().epoch();
        }
    }

    @Test
    void saysWhichServerDoesNotAnswerBeforeItStartsAnything() throws IOException {
        int nobody = freePort();
        Properties properties = properties();
        properties.setProperty("pika", "127.0.0.1:" + nobody);
        assertThatThrownBy(() -> new Demo(Options.of(properties), scene -> new LineView(System.out, Duration.ZERO)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Pika 127.0.0.1:" + nobody + " does not answer")
                .hasMessageContaining("-Dpika=host:port");
    }

    @Test
    void keepsWhatAMigrationMustResumeOutsideOfTheBuild() {
        Properties properties = properties();
        properties.setProperty("pika", "pika.example:9221");
        properties.setProperty("pika.password", "secret");
        Options options = Options.of(properties);
        assertThat(options.pika()).contains(new Endpoint("pika.example", 9221, Optional.of("secret")));
        assertThat(options.redis()).isEmpty();
        assertThat(options.directory())
                .isEqualTo(Path.of(System.getProperty("user.home"), ".kafka-connect-pika", "pika.example_9221"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Properties properties() {
        Properties properties = new Properties();
        properties.setProperty("hub.plugins", System.getProperty("hub.plugins"));
        return properties;
    }

    private static String text(ByteArrayOutputStream printed) {
        return printed.toString(StandardCharsets.UTF_8);
    }
}
