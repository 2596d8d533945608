package io.pikaconnect.tool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Kafka and a Connect worker, with a source and a sink that are deployed over REST. All they know is in one directory, so
 * that the next run with the same directory continues where this one ended.
 */
public final class Pipeline implements AutoCloseable {

    /** The usual names of the connectors, and of the topic between them. */
    public static final String SOURCE = "pika-source";

    public static final String SINK = "redis-sink";
    public static final String TOPIC = "pika.db0";

    private static final List<String> CONNECTORS = List.of(SOURCE, SINK);

    private final Path directory;
    private final Path logs;
    private final EmbeddedKafka kafka;
    private final ConnectWorker worker;

    /**
     * Starts Kafka and the worker.
     *
     * @param directory for everything that must be there the next time
     * @param plugins folder with the plugin's folder
     * @param restPort of the worker; 0 for a free one
     * @param workerJvm options of the worker's JVM
     */
    public Pipeline(Path directory, Path plugins, int restPort, List<String> workerJvm) throws IOException {
        this.directory = directory;
        this.logs = directory
                .resolve("logs")
                .resolve(LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyy-MM-dd_HH-mm-ss")));
        kafka = EmbeddedKafka.start(logs, directory.resolve("kafka"));
        try {
            worker = ConnectWorker.start(ConnectWorker.Options.of(kafka.bootstrapServers(), "migration", plugins, logs)
                    .withJvmOptions(workerJvm.toArray(String[]::new))
                    .withOverrides(workerSettings(restPort)));
        } catch (IOException e) {
            kafka.close();
            throw e;
        }
    }

    static Map<String, String> workerSettings(int restPort) {
        return Map.of(
                "listeners",
                "http://127.0.0.1:" + restPort,
                "rest.extension.classes",
                MetricsExtension.class.getName(),
                "config.providers",
                "file",
                "config.providers.file.class",
                "org.apache.kafka.common.config.provider.FileConfigProvider",
                // as usual: a machine that stalls for ten seconds must not end the source's transaction
                "producer.transaction.timeout.ms",
                "60000");
    }

    /** Where dumps are put. */
    public Path dumps() {
        return directory.resolve("snapshots");
    }

    public Path logs() {
        return logs;
    }

    /** The worker's REST interface. */
    public ConnectRest rest() {
        return worker.rest();
    }

    /**
     * Deploys both connectors, unless they are there already with the same settings.
     *
     * @throws IllegalStateException when Connect refuses one, with its reasons
     */
    public void deploy(ConnectorSettings source, ConnectorSettings sink) throws IOException {
        Files.createDirectories(dumps());
        deploy(SOURCE, source.with("snapshot.dir", dumps().toString()));
        deploy(SINK, sink);
    }

    private void deploy(String connector, ConnectorSettings settings) {
        Map<String, String> before = worker.rest().config(connector).orElse(Map.of());
        Map<String, String> config = settings.over(before);
        config.put("name", connector);
        if (!config.equals(before)) {
            worker.rest().deploy(connector, config);
        }
    }

    /** Where the state of a connector can be seen. */
    public String statusAddress(String connector) {
        return worker.rest().address() + "/connectors/" + connector + "/status";
    }

    /** The state of both connectors and their tasks, in a line. */
    public String states() {
        return String.join(
                "; ",
                CONNECTORS.stream()
                        .map(worker.rest()::status)
                        .map(status -> status.name() + " " + status.state() + ", tasks "
                                + String.join(
                                        " ",
                                        status.tasks().stream()
                                                .map(ConnectRest.TaskStatus::state)
                                                .toList()))
                        .toList());
    }

    /**
     * What has failed and why; empty while nothing has. Connect wraps what a sink task throws into an exception with
     * another message.
     */
    public Optional<String> failure() {
        return CONNECTORS.stream()
                .flatMap(connector -> worker.rest().status(connector).failure().stream())
                .flatMap(String::lines)
                .filter(line -> !line.startsWith("\tat ") && !line.startsWith("\t... "))
                .reduce((one, other) -> one + "\n" + other);
    }

    /** How far the source is with a db; empty before it has stored anything. */
    public Optional<SourcePlace> sourcePlace(String db) {
        return Optional.ofNullable(
                SourcePlace.all(worker.rest().offsets(SOURCE)).get(db));
    }

    /** Ends the tasks in order, then Kafka, whose data stay for the next one. */
    @Override
    public void close() {
        worker.close();
        kafka.stop();
    }
}
