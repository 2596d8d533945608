package io.pikaconnect.demo.migration;

import io.pikaconnect.demo.ConnectRest;
import io.pikaconnect.demo.ConnectWorker;
import io.pikaconnect.demo.EmbeddedKafka;
import io.pikaconnect.demo.ReadyConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Kafka and a Connect worker with both connectors, deployed over REST from the files of {@code config/}. All they
 * know is in one directory, so that the next run with the same directory continues where this one ended.
 */
final class Pipeline implements AutoCloseable {

    static final String SOURCE = "pika-source";
    static final String SINK = "redis-sink";
    static final String TOPIC = "pika.db0";

    private static final List<String> CONNECTORS = List.of(SOURCE, SINK);

    private final Path directory;
    private final Path logs;
    private final EmbeddedKafka kafka;
    private final ConnectWorker worker;

    Pipeline(Path directory, Path plugins) throws IOException {
        this.directory = directory;
        this.logs = directory
                .resolve("logs")
                .resolve(LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyy-MM-dd_HH-mm-ss")));
        kafka = EmbeddedKafka.start(logs, directory.resolve("kafka"));
        try {
            worker = ConnectWorker.start(ConnectWorker.Options.of(kafka.bootstrapServers(), "migration", plugins, logs)
                    .withJvmOptions("-Xmx1g"));
        } catch (IOException e) {
            kafka.close();
            throw e;
        }
    }

    /** Where dumps are put. */
    Path dumps() {
        return directory.resolve("snapshots");
    }

    Path logs() {
        return logs;
    }

    /**
     * Deploys both connectors, or changes what they were deployed with.
     *
     * @throws IllegalStateException when Connect refuses one, with its reasons
     */
    void deploy(Endpoint pika, RedisTarget redis) throws IOException {
        Map<String, String> source = ReadyConfig.of(SOURCE);
        source.put("pika.address", pika.toString());
        pika.password().ifPresent(password -> source.put("pika.password", password));
        source.put("snapshot.dir", Files.createDirectories(dumps()).toString());
        worker.rest().deploy(SOURCE, source);
        worker.rest().deploy(SINK, redis.sink(SINK));
    }

    /** Where the state of a connector can be seen. */
    String statusAddress(String connector) {
        return worker.rest().address() + "/connectors/" + connector + "/status";
    }

    /** The state of both connectors and their tasks, in a line. */
    String states() {
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
    Optional<String> failure() {
        return CONNECTORS.stream()
                .flatMap(connector -> worker.rest().status(connector).failure().stream())
                .flatMap(String::lines)
                .filter(line -> !line.startsWith("\tat ") && !line.startsWith("\t... "))
                .reduce((one, other) -> one + "\n" + other);
    }

    /** How far the source is; empty before it has stored anything. */
    Optional<SourcePlace> sourcePlace() {
        return SourcePlace.of(worker.rest().offsets(SOURCE));
    }

    /** Ends the tasks in order, then Kafka, whose data stay for the next one. */
    @Override
    public void close() {
        worker.close();
        kafka.stop();
    }
}
