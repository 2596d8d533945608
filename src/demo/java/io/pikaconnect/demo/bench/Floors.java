package io.pikaconnect.demo.bench;

import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.demo.TopicContent;
import io.pikaconnect.demo.TopicReader.Entry;
import io.pikaconnect.snapshot.DumpScan;
import io.pikaconnect.tool.ReadyConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.commands.ProtocolCommand;

/** What the pipeline's parts do alone, with the same data and nothing else to do. */
final class Floors {

    private static final int PIPELINED = 500;
    private static final String OVERRIDE = "producer.override.";

    private Floors() {}

    /** Every physical entry of a dump read once, by one thread. */
    static Rate scan(Path dump, long keys) throws Exception {
        long start = System.nanoTime();
        DumpScan.entries(dump);
        return Rate.since(start, keys);
    }

    /** A topic's records sent once more, to another topic, by one producer as Connect and config/ set it up. */
    static Rate producer(String bootstrapServers, TopicContent content, String topic) throws IOException {
        Map<String, Object> config = new HashMap<>(Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
                1,
                ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
                ByteArraySerializer.class,
                ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
                ByteArraySerializer.class));
        ReadyConfig.of("pika-source").forEach((option, value) -> {
            if (option.startsWith(OVERRIDE)) {
                config.put(option.substring(OVERRIDE.length()), value);
            }
        });
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(config)) {
            long count = 0;
            producer.partitionsFor(topic);
            long start = System.nanoTime();
            for (List<Entry> partition : content.partitions().values()) {
                for (Entry entry : partition) {
                    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                            topic,
                            entry.partition(),
                            entry.key().orElse(null),
                            entry.value().orElse(null));
                    entry.change()
                            .ifPresent(header -> record.headers()
                                    .add(ChangeHeader.NAME, header.toString().getBytes(StandardCharsets.UTF_8)));
                    producer.send(record);
                    count++;
                }
            }
            producer.flush();
            return Rate.since(start, count);
        }
    }

    /** The records' plain commands pipelined into a Redis, each partition by a separate connection and thread. */
    static Rate pipelined(RedisServer redis, TopicContent content) throws InterruptedException, ExecutionException {
        List<List<List<Command>>> records = new ArrayList<>();
        long count = 0;
        for (List<Entry> partition : content.partitions().values()) {
            List<List<Command>> decoded = new ArrayList<>();
            for (Entry entry : partition) {
                if (entry.key().isPresent() && entry.value().isPresent()) {
                    decoded.add(Resp.parse(entry.value().get()));
                }
            }
            records.add(decoded);
            count += decoded.size();
        }
        ExecutorService senders = Executors.newFixedThreadPool(records.size());
        try {
            long start = System.nanoTime();
            List<Future<?>> all = new ArrayList<>();
            for (List<List<Command>> partition : records) {
                all.add(senders.submit(() -> send(redis, partition)));
            }
            for (Future<?> one : all) {
                one.get();
            }
            return Rate.since(start, count);
        } finally {
            senders.shutdown();
        }
    }

    private static void send(RedisServer redis, List<List<Command>> records) {
        try (Jedis client = redis.connect()) {
            Pipeline pipeline = client.pipelined();
            int sent = 0;
            for (List<Command> record : records) {
                for (Command command : record) {
                    byte[][] arguments =
                            command.args().subList(1, command.args().size()).toArray(byte[][]::new);
                    ProtocolCommand name = () -> command.args().get(0);
                    pipeline.sendCommand(name, arguments);
                    if (++sent % PIPELINED == 0) {
                        pipeline.sync();
                    }
                }
            }
            pipeline.sync();
        }
    }
}
