package io.pikaconnect.demo.bench;

import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.tool.ConnectWorker;
import io.pikaconnect.tool.EmbeddedKafka;
import io.pikaconnect.tool.Endpoint;
import io.pikaconnect.tool.ReadyConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A real Kafka and a real Connect worker with both connectors, set up by the files of {@code config/}. Of its folder only
 * the logs are left.
 */
final class Machinery implements AutoCloseable {

    static final int PARTITIONS = 4;
    static final Duration LIMIT = Duration.ofMinutes(15);

    private static final int SINK_TASKS = 2;

    private final Path folder;
    private final EmbeddedKafka kafka;
    private final ConnectWorker worker;
    private final List<String> connectors = new ArrayList<>();

    Machinery(Path folder, Path plugins, boolean exactlyOnce) throws IOException {
        this.folder = folder;
        this.kafka = EmbeddedKafka.start(folder.resolve("kafka"), options("bench.broker.jvm"));
        try {
            this.worker = ConnectWorker.start(
                    ConnectWorker.Options.of(kafka.bootstrapServers(), "bench", plugins, folder.resolve("connect"))
                            .withExactlyOnce(exactlyOnce)
                            .withJvmOptions(options("bench.worker.jvm").toArray(String[]::new)));
        } catch (IOException e) {
            kafka.close();
            throw e;
        }
    }

    private static List<String> options(String property) {
        return Stream.of(System.getProperty(property, "").split(" "))
                .filter(option -> !option.isEmpty())
                .toList();
    }

    EmbeddedKafka kafka() {
        return kafka;
    }

    /** Deploys a source whose topic is {@code <name>.db0}, and waits until it runs. */
    void deploySource(String name, Endpoint pika) throws IOException {
        worker.rest().deployAndAwait(known(name + "-source"), source(name, pika), 1, LIMIT);
    }

    /** Deploys a sink that fills this Redis from {@code <name>.db0}, and waits until it runs. */
    void deploySink(String name, RedisServer redis) throws IOException {
        worker.rest().deployAndAwait(known(name + "-sink"), sink(name, redis), SINK_TASKS, LIMIT);
    }

    /** Deploys both without waiting, as one would from a shell. */
    void deploy(String name, Endpoint pika, RedisServer redis) throws IOException {
        worker.rest().deploy(known(name + "-source"), source(name, pika));
        worker.rest().deploy(known(name + "-sink"), sink(name, redis));
    }

    private Map<String, String> source(String name, Endpoint pika) throws IOException {
        Map<String, String> config = ReadyConfig.of("pika-source");
        config.put("pika.address", pika.toString());
        config.put("pika.name", name);
        config.put("topic.prefix", name);
        config.put("topic.partitions", String.valueOf(PARTITIONS));
        config.put("topic.creation.default.partitions", String.valueOf(PARTITIONS));
        config.put("snapshot.dir", folder.resolve("snapshots").toString());
        return config;
    }

    private static Map<String, String> sink(String name, RedisServer redis) throws IOException {
        Map<String, String> config = ReadyConfig.of("redis-sink");
        config.put("redis.address", redis.address());
        config.put("topics", name + ".db0");
        config.put("tasks.max", String.valueOf(SINK_TASKS));
        return config;
    }

    private String known(String connector) {
        connectors.add(connector);
        return connector;
    }

    /** Ends the connectors of a name. */
    void delete(String name) {
        for (String connector : List.of(name + "-source", name + "-sink")) {
            if (connectors.remove(connector)) {
                worker.rest().delete(connector);
            }
        }
    }

    /** Pauses or resumes. */
    void pause(String connector, boolean paused) {
        if (paused) {
            worker.rest().pause(connector);
            await(connector + " to pause", () -> worker.rest().status(connector).is("PAUSED", SINK_TASKS));
        } else {
            worker.rest().resume(connector);
        }
    }

    long recordsIn(String name) {
        return kafka.offsetsUsed(name + ".db0");
    }

    void await(String what, BooleanSupplier condition) {
        worker.rest().await(what, LIMIT, connectors, condition);
    }

    /** Throws when a connector has failed, with its trace. */
    void check() {
        Optional<String> failure = connectors.stream()
                .flatMap(connector -> worker.rest().status(connector).failure().stream())
                .findFirst();
        if (failure.isPresent()) {
            throw new IllegalStateException(failure.get() + "\n(the worker's log is " + worker.log() + ")");
        }
    }

    /** CPU used so far. */
    CpuSeconds cpu() {
        return new CpuSeconds(CpuSeconds.of(worker.pid()), CpuSeconds.of(kafka.pid()));
    }

    @Override
    public void close() {
        worker.close();
        kafka.close();
        delete(folder.resolve("kafka").resolve("data"));
        delete(folder.resolve("snapshots"));
    }

    private static void delete(Path path) {
        if (Files.exists(path)) {
            try (Stream<Path> files = Files.walk(path)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            } catch (IOException e) {
                throw new UncheckedIOException("cannot delete " + path, e);
            }
        }
    }
}
