package io.pikaconnect.demo.bench;

import io.pikaconnect.demo.ConnectWorker;
import io.pikaconnect.demo.EmbeddedKafka;
import io.pikaconnect.demo.ReadyConfig;
import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A real Kafka and a real Connect worker with both connectors, set up by the files of {@code config/}. */
final class Machinery implements AutoCloseable {

    static final int PARTITIONS = 4;

    private static final Duration LIMIT = Duration.ofMinutes(15);
    private static final int SINK_TASKS = 2;

    private final Path folder;
    private final EmbeddedKafka kafka;
    private final ConnectWorker worker;
    private final List<String> connectors = new ArrayList<>();

    Machinery(Path folder, Path plugins, boolean exactlyOnce) throws IOException {
        this.folder = folder;
        this.kafka = EmbeddedKafka.start(folder.resolve("kafka"), options("bench.broker.jvm"));
        this.worker = ConnectWorker.start(
                ConnectWorker.Options.of(kafka.bootstrapServers(), "bench", plugins, folder.resolve("connect"))
                        .withExactlyOnce(exactlyOnce)
                        .withJvmOptions(options("bench.worker.jvm").toArray(String[]::new)));
    }

    private static List<String> options(String property) {
        return Stream.of(System.getProperty(property, "").split(" "))
                .filter(option -> !option.isEmpty())
                .toList();
    }

    EmbeddedKafka kafka() {
        return kafka;
    }

    /** Deploys a source whose topic is {@code <name>.db0}. */
    void deploySource(String name, RecordedMaster master) throws IOException {
        Map<String, String> config = ReadyConfig.of("pika-source");
        config.put("pika.address", "127.0.0.1:" + master.port());
        config.put("pika.name", name);
        config.put("topic.prefix", name);
        config.put("topic.partitions", String.valueOf(PARTITIONS));
        config.put("topic.creation.default.partitions", String.valueOf(PARTITIONS));
        config.put("snapshot.dir", folder.resolve("snapshots").toString());
        deploy(name + "-source", config, 1);
    }

    /** Deploys a sink that fills this Redis from {@code <name>.db0}. */
    void deploySink(String name, RedisServer redis) throws IOException {
        Map<String, String> config = ReadyConfig.of("redis-sink");
        config.put("redis.address", redis.address());
        config.put("topics", name + ".db0");
        config.put("tasks.max", String.valueOf(SINK_TASKS));
        deploy(name + "-sink", config, SINK_TASKS);
    }

    private void deploy(String connector, Map<String, String> config, int tasks) {
        connectors.add(connector);
        worker.rest().deployAndAwait(connector, config, tasks, LIMIT);
    }

    /** Ends connectors that are no longer wanted. */
    void delete(String connector) {
        connectors.remove(connector);
        worker.rest().delete(connector);
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

    /** CPU seconds that the worker has used. */
    double workerCpuSeconds() {
        return ProcessHandle.of(worker.pid())
                .flatMap(process -> process.info().totalCpuDuration())
                .map(used -> used.toMillis() / 1e3)
                .orElseThrow(() -> new IllegalStateException("the worker's process has ended"));
    }

    @Override
    public void close() {
        worker.close();
        kafka.close();
    }
}
