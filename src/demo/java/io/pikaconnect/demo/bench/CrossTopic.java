package io.pikaconnect.demo.bench;

import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.Operation;
import io.pikaconnect.change.Position;
import io.pikaconnect.change.Resp;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A topic in Kafka that has begun an epoch, written as the source writes the binlog of a master up to 3.4. */
final class CrossTopic implements AutoCloseable {

    /** Commands whose arguments are all keys, or the first two. */
    private static final Set<String> TWO_KEYS = Set.of("RPOPLPUSH", "SMOVE");

    private static final Set<String> ALL_KEYS = Set.of("SUNIONSTORE", "PFMERGE");

    private final String name;
    private final long[] sequences;
    private final long epoch = System.currentTimeMillis();
    private final KafkaProducer<byte[], byte[]> producer;
    private long position = 100;

    CrossTopic(String bootstrapServers, String name, int partitions) {
        this.name = name;
        this.sequences = new long[partitions];
        this.producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers, ProducerConfig.LINGER_MS_CONFIG, "5"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        byte[] begin = Resp.encode(List.of(Command.of(Operation.BEGIN)));
        partitions()
                .forEach(p -> send(
                        p,
                        null,
                        begin,
                        ChangeHeader.change(epoch, 0, Position.BEGIN, epoch),
                        Barrier.onAll(partitions).toString()));
        producer.flush();
    }

    IntStream partitions() {
        return IntStream.range(0, sequences.length);
    }

    /** Records after the epoch's barriers. */
    long records() {
        return LongStream.of(sequences).sum();
    }

    void command(String... words) {
        Command command = Command.of((Object[]) words);
        List<byte[]> arguments = command.args().subList(1, command.size());
        List<byte[]> keys = keys(words[0], arguments);
        Barrier barrier = Barrier.onKeys(keys, sequences.length);
        boolean several = barrier.partitions().size() > 1;
        byte[] value = Resp.encode(List.of(command));
        position++;
        for (int p : barrier.partitions()) {
            send(
                    p,
                    several ? null : keys.get(0),
                    value,
                    ChangeHeader.change(
                            epoch, ++sequences[p], Position.binlog(0, position, 0), System.currentTimeMillis()),
                    several ? barrier.toString() : null);
        }
    }

    private static List<byte[]> keys(String name, List<byte[]> arguments) {
        if (name.equals("MSETNX")) {
            return IntStream.iterate(0, i -> i < arguments.size(), i -> i + 2)
                    .mapToObj(arguments::get)
                    .toList();
        }
        return ALL_KEYS.contains(name) ? arguments : arguments.subList(0, TWO_KEYS.contains(name) ? 2 : 1);
    }

    void flush() {
        producer.flush();
    }

    private void send(int partition, byte[] key, byte[] value, ChangeHeader header, String barrier) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(name, partition, key, value);
        record.headers().add(ChangeHeader.NAME, header.toString().getBytes(StandardCharsets.UTF_8));
        if (barrier != null) {
            record.headers().add(Barrier.NAME, barrier.getBytes(StandardCharsets.UTF_8));
        }
        producer.send(record);
    }

    @Override
    public void close() {
        producer.close();
    }
}
