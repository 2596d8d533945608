package io.pikaconnect.tool;

import io.pikaconnect.sink.SinkRedis;
import io.pikaconnect.tool.page.Ends;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "migrate",
        mixinStandardHelpOptions = true,
        description =
                "Moves a live Pika into a Redis from this machine: starts a Kafka and a Connect worker, and follows"
                        + " Pika until it is ended. Started again with the same folder it continues where it was.")
final class MigrateCommand implements Callable<Integer> {

    @ParentCommand
    private Pika2Redis parent;

    @Option(names = "--pika", paramLabel = "HOST:PORT", required = true, description = "The Pika master.")
    private String pika;

    @Option(
            names = "--redis",
            paramLabel = "HOST:PORT",
            description = "The target Redis, which must be empty. Left out where --sink-config names it.")
    private String redis;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description =
                    "Folder for Kafka's data, the dump, logs and passwords; needs about twice the room of the data"
                            + " (default: ~/.kafka-connect-pika/HOST_PORT of the Pika).")
    private Path directory;

    @Option(
            names = "--rest-port",
            paramLabel = "PORT",
            defaultValue = "8083",
            description = "Port of Connect's REST interface on 127.0.0.1 (default: ${DEFAULT-VALUE}).")
    private int restPort;

    @Option(
            names = "--source-config",
            paramLabel = "FILE",
            description = "More settings of the source connector, as properties or JSON.")
    private Path sourceConfig;

    @Option(
            names = "--sink-config",
            paramLabel = "FILE",
            description =
                    "More settings of the sink connector, such as those of TLS and Sentinel, as properties or JSON.")
    private Path sinkConfig;

    @Option(
            names = "--worker-jvm",
            paramLabel = "OPTIONS",
            defaultValue = "-Xmx1g",
            description = "Options of the worker's JVM (default: ${DEFAULT-VALUE}).")
    private String workerJvm;

    @Mixin
    private PageOption http = new PageOption();

    @Mixin
    private Passwords passwords = new Passwords();

    @Override
    public Integer call() throws IOException {
        Endpoint address = address("--pika", pika);
        if (redis != null) {
            address("--redis", redis);
        }
        http.address();
        Path folder = directory == null
                ? Path.of(System.getProperty("user.home"), ".kafka-connect-pika", address.host() + "_" + address.port())
                : directory;
        try (Workplace workplace = Workplace.open(folder)) {
            ConnectorSettings source = settings(Pipeline.SOURCE, sourceConfig, "pika.address", pika);
            source = source.with(
                    "snapshot.dir", workplace.directory().resolve("snapshots").toString());
            ConnectorSettings sink = settings(Pipeline.SINK, sinkConfig, "redis.address", redis);
            Preflight.checkPort(restPort);
            Preflight.checkPika(References.resolved(
                    Pipeline.SOURCE,
                    with(source, "pika.password", passwords.pika()).whole()));
            Map<String, String> sinkWhole = References.resolved(
                    Pipeline.SINK,
                    with(sink, "redis.password", passwords.redis()).whole());
            Preflight.checkRedis(sinkWhole);
            Map<String, String> references =
                    workplace.keep(Map.of("pika.password", passwords.pika(), "redis.password", passwords.redis()));
            SinkRedis target = new SinkRedis(sinkWhole);
            return Migration.run(
                    new Migration.Plan(
                            workplace.directory(),
                            home().resolve("plugins"),
                            restPort,
                            Stream.of(workerJvm.split(" "))
                                    .filter(option -> !option.isEmpty())
                                    .toList(),
                            with(source, "pika.password", Optional.ofNullable(references.get("pika.password"))),
                            with(sink, "redis.password", Optional.ofNullable(references.get("redis.password"))),
                            new Endpoint(address.host(), address.port(), passwords.pika()),
                            target),
                    parent.output(),
                    http.start(new Ends("Pika " + address, "Redis " + target)));
        }
    }

    private static Endpoint address(String option, String text) {
        try {
            return Endpoint.parse(text, Optional.empty());
        } catch (IllegalArgumentException e) {
            throw new Failed(option + " " + e.getMessage() + ", such as 10.0.0.5:9221");
        }
    }

    private static ConnectorSettings settings(String connector, Path file, String setting, String address)
            throws IOException {
        Map<String, String> ready = ReadyConfig.in(home().resolve("config"), connector);
        Map<String, String> given = new TreeMap<>(file == null ? Map.of() : SettingsFile.read(file));
        if (address == null) {
            ready.remove(setting);
        } else {
            given.put(setting, address);
        }
        return new ConnectorSettings(ready, given);
    }

    private static ConnectorSettings with(ConnectorSettings settings, String setting, Optional<String> password) {
        return password.map(value -> settings.with(setting, value)).orElse(settings);
    }

    /** Where the archive was unpacked. */
    private static Path home() {
        return Path.of(System.getProperty("pika2redis.home", "."));
    }
}
