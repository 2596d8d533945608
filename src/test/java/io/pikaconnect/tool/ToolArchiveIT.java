package io.pikaconnect.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RedisServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** The archive of pika2redis as an operator has it: unpacked, and run by its script. */
class ToolArchiveIT {

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Pattern LIBRARY = Pattern.compile("[\\w.-]+:([\\w.-]+) +\\S.*");
    private static final Pattern PAGE =
            Pattern.compile("The page that shows all this is at (http://127\\.0\\.0\\.1:\\d+/)");
    private static final String PASSWORD = "redis's";

    @TempDir
    private static Path folder;

    private static Path home;

    @BeforeAll
    static void unpack() throws IOException {
        try (InputStream file = Files.newInputStream(Path.of(System.getProperty("tool.archive")));
                TarArchiveInputStream tar = new TarArchiveInputStream(new GzipCompressorInputStream(file))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path path = folder.resolve(entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                } else {
                    Files.createDirectories(path.getParent());
                    Files.copy(tar, path);
                    if ((entry.getMode() & 0100) != 0) {
                        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
                    }
                }
            }
        }
        try (Stream<Path> roots = Files.list(folder)) {
            home = roots.filter(root -> root.getFileName().toString().startsWith("kafka-connect-pika-tool-"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void hasTheProgramItsLibrariesThePluginAndWhatAnOperatorNeeds() throws IOException {
        assertThat(names(home))
                .containsExactlyInAnyOrder("LICENSE", "bin", "config", "doc", "lib", "plugins", "systemd");
        assertThat(names(home.resolve("lib")))
                .anyMatch(jar -> jar.startsWith("kafka_2.13-"))
                .anyMatch(jar -> jar.startsWith("connect-runtime-"))
                .anyMatch(jar -> jar.startsWith("uplot-"))
                .noneMatch(jar -> jar.matches("(junit|assertj|awaitility|testcontainers|embedded-redis|archunit).*"));
        assertThat(names(home.resolve("plugins/kafka-connect-pika"))).anyMatch(jar -> jar.startsWith("rocksdbjni-"));
        assertThat(names(home.resolve("config"))).contains("pika-source.json", "redis-sink-tls.json");
        assertThat(home.resolve("doc/src/site/markdown/tool.md")).exists();
        assertThat(home.resolve("systemd/pika2redis.service")).content().contains("pika2redis migrate --pika ");
    }

    @Test
    void listsEachLibraryWithItsLicence() throws IOException {
        Set<String> packed = new TreeSet<>(names(home.resolve("lib")));
        packed.addAll(names(home.resolve("plugins/kafka-connect-pika")));
        Set<String> listed = new TreeSet<>();
        for (String line : Files.readAllLines(home.resolve("doc/licences.txt"))) {
            Matcher library = LIBRARY.matcher(line);
            if (library.matches()) {
                listed.add(library.group(1));
            }
        }
        assertThat(listed)
                .isEqualTo(packed.stream()
                        .filter(jar -> !jar.startsWith("kafka-connect-pika-"))
                        .map(jar -> jar.replaceFirst("-\\d[^-]*(-[^-]*)?\\.jar$", ""))
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void itsJarHasTheClassesOfTheToolAndNoOthers() throws IOException {
        Path jar;
        try (Stream<Path> jars = Files.list(home.resolve("lib"))) {
            jar = jars.filter(file -> file.toString().endsWith("-tool.jar"))
                    .findFirst()
                    .orElseThrow();
        }
        Set<String> classes;
        try (JarFile open = new JarFile(jar.toFile())) {
            classes = open.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.endsWith(".class") && !name.contains("$"))
                    .map(name -> name.replace(".class", ".java"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
        Path sources = Path.of("src/tool/java");
        try (Stream<Path> files = Files.walk(sources)) {
            assertThat(classes)
                    .isEqualTo(files.filter(file -> file.toString().endsWith(".java"))
                            .map(file -> sources.relativize(file).toString())
                            .collect(Collectors.toCollection(TreeSet::new)));
        }
    }

    @Test
    void migratesIsKilledContinuesVerifiesCutsOverAndCleansUp() throws Exception {
        try (FakePika pika = FakePika.start(MasterSetup.REAL);
                RedisServer redis = RedisServer.start("--requirepass", PASSWORD)) {
            Endpoint source = new Endpoint("127.0.0.1", pika.port(), Optional.empty());
            try (Jedis client = source.connect()) {
                for (int i = 0; i < 200; i++) {
                    client.set("string:" + i, "value" + i);
                    client.rpush("list:" + i, "a", "b");
                }
                client.expire("string:7", 100_000);
            }
            int port = freePort();
            Path log = folder.resolve("migrate.log");
            String[] migrate = {
                "migrate",
                "--pika",
                source.toString(),
                "--redis",
                redis.address(),
                "--rest-port",
                "" + port,
                "--http",
                "0",
                "--dir",
                folder.resolve("migration").toString()
            };
            Process first = start(log, migrate);
            await(first, log, "READY for the cut-over");
            List<ProcessHandle> children = first.descendants().toList();
            assertThat(children).hasSizeGreaterThanOrEqualTo(2);
            first.destroyForcibly().waitFor();
            Awaitility.await().atMost(LIMIT).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));

            try (Jedis client = source.connect()) {
                client.set("written while nobody looked", "1");
                client.del("string:1");
            }
            Path secondLog = folder.resolve("migrate-again.log");
            Process second = start(secondLog, migrate);
            await(second, secondLog, "READY for the cut-over");
            String connect = "--connect=http://127.0.0.1:" + port;
            showsItOnThePage(secondLog);
            assertThat(run("status", connect)).contains("db0: binlog").endsWith("exit 0");
            assertThat(run("verify", connect))
                    .contains("EQUAL: 400 keys compared")
                    .endsWith("exit 0");
            assertThat(run("cutover", connect, "--dry-run")).endsWith("exit 0");
            assertThat(run("cutover", connect, "--writers-stopped")).endsWith("exit 0");
            try (Jedis client = redis.connect()) {
                client.auth(PASSWORD);
                assertThat(client.get("written while nobody looked")).isEqualTo("1");
                assertThat(client.exists("string:1")).isFalse();
                assertThat(client.ttl("string:7")).isBetween(90_000L, 100_100L);
            }
            assertThat(run("cleanup", connect, "--yes")).endsWith("exit 0");
            assertThat(second.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(second.exitValue()).isZero();
            assertThat(Files.readString(secondLog)).contains("the migration is over");
        }
    }

    /** With what only the worker's metrics have. */
    private static void showsItOnThePage(Path log) {
        Matcher page = PAGE.matcher(content(log));
        assertThat(page.find()).isTrue();
        Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
            JsonNode status = LookoutTest.status(URI.create(page.group(1)));
            assertThat(status.path("state").asText()).isEqualTo("ready");
            assertThat(status.path("keys").asLong()).isEqualTo(400);
            assertThat(status.path("metricsKnown").asBoolean()).isTrue();
            assertThat(status.path("tasks").path(0).path("doing").asText()).isEqualTo("db0 binlog");
        });
    }

    private static void await(Process process, Path log, String text) {
        Awaitility.await(text).atMost(LIMIT).until(() -> Files.readString(log).contains(text) || !process.isAlive());
        assertThat(content(log)).contains(text);
    }

    private static String content(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a command to its end; the answer is what it printed, and its exit code. */
    private static String run(String... arguments) throws IOException, InterruptedException {
        Path log = Files.createTempFile(folder, "command", ".log");
        Process process = start(log, arguments);
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return content(log) + "exit " + process.exitValue();
    }

    private static Process start(Path log, String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(home.resolve("bin/pika2redis").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put(Passwords.REDIS, PASSWORD);
        return builder.start();
    }

    private static Set<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
