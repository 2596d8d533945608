package io.pikaconnect.demo.bench;

import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.Position;
import io.pikaconnect.change.Resp;
import io.pikaconnect.struct.RawOrStructConverter;
import io.pikaconnect.struct.RecordSchema;
import io.pikaconnect.struct.StructDecoder;
import io.pikaconnect.struct.StructEncoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import net.jpountz.lz4.LZ4BlockOutputStream;
import org.apache.kafka.connect.json.JsonConverter;

/**
 * What {@code record.format=struct} adds to a record: bytes, and CPU of the source and of the sink, with Connect's
 * converter for JSON. Of one thread; without Kafka.
 */
public final class FormatCost {

    private static final int PRODUCER_BATCH = 1 << 14;
    private static final int ROUNDS = 7;

    /** The first ones find the JVM cold. */
    private static final int COLD = 2;

    private enum Format {
        RAW,
        JSON,
        JSON_WITH_SCHEMA
    }

    private record Change(byte[] key, String header, List<Command> commands) {}

    private record Cost(long bytes, long compressed, double written, double read) {}

    private final JsonConverter writer = new JsonConverter();
    private final RawOrStructConverter reader = new RawOrStructConverter();
    private final Format format;

    private FormatCost(Format format) {
        this.format = format;
        String schemas = String.valueOf(format == Format.JSON_WITH_SCHEMA);
        writer.configure(Map.of("schemas.enable", schemas), false);
        reader.configure(Map.of("struct.converter", JsonConverter.class.getName(), "schemas.enable", schemas), false);
    }

    /** Takes {@code bench.records}, half of them of a snapshot (200000). */
    public static void main(String[] args) {
        int half = Integer.getInteger("bench.records", 200_000) / 2;
        List<Change> changes = changes(half);
        Table table = new Table();
        for (int round = 1; round <= ROUNDS; round++) {
            for (Format format : Format.values()) {
                Cost cost = new FormatCost(format).measure(changes);
                if (round > COLD) {
                    put(table, format, cost);
                }
                System.out.printf(
                        Locale.ROOT,
                        "round %d, %s: written %.2f µs, read %.2f µs%n",
                        round,
                        format,
                        cost.written,
                        cost.read);
            }
        }
        System.out.printf("%n%s%n", table);
    }

    private static void put(Table table, Format format, Cost cost) {
        String column = format.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        table.put(column, "bytes of a value", String.valueOf(cost.bytes));
        table.put(column, "with lz4, in batches of 16 KB", String.valueOf(cost.compressed));
        table.put(column, "CPU to write it, µs", String.format(Locale.ROOT, "%.1f", cost.written));
        table.put(column, "CPU to read it, µs", String.format(Locale.ROOT, "%.1f", cost.read));
    }

    private static List<Change> changes(int half) {
        List<Change> changes = new ArrayList<>();
        new MixedData(half).commands(half).forEach(command -> {
            int number = changes.size();
            Position at = number < half ? Position.snapshot(0, number, 0) : Position.binlog(3, number * 100L, 0);
            String header = ChangeHeader.change(1_795_337_869_000L, number, at, 1_795_337_901_000L)
                    .toString();
            changes.add(new Change(command.args().get(1), header, List.of(command)));
        });
        return changes;
    }

    private Cost measure(List<Change> changes) {
        List<byte[]> values = new ArrayList<>(changes.size());
        long start = cpu();
        for (Change change : changes) {
            values.add(written(change));
        }
        long written = cpu();
        long arguments = 0;
        for (int i = 0; i < values.size(); i++) {
            arguments += read(values.get(i), changes.get(i).key).get(0).size();
        }
        long read = cpu();
        if (arguments
                != changes.stream().mapToLong(c -> c.commands.get(0).size()).sum()) {
            throw new IllegalStateException("other commands were read than written");
        }
        double each = 1e3 * changes.size();
        long bytes = values.stream().mapToLong(v -> v.length).sum();
        return new Cost(
                bytes / values.size(),
                compressed(values) / values.size(),
                (written - start) / each,
                (read - written) / each);
    }

    /** As the source does it: a struct is made of a raw value. */
    private byte[] written(Change change) {
        byte[] raw = Resp.encode(change.commands);
        return format == Format.RAW
                ? raw
                : writer.fromConnectData(
                        "pika.db0",
                        RecordSchema.RECORD,
                        StructEncoder.record(
                                ChangeHeader.parse(change.header),
                                Optional.empty(),
                                "db0",
                                change.key,
                                Resp.view(raw)));
    }

    /** As the sink does it: a struct becomes a raw value. */
    private List<Command> read(byte[] value, byte[] key) {
        Object given = reader.toConnectData("pika.db0", value).value();
        return Resp.view(given instanceof byte[] raw ? raw : Resp.encode(StructDecoder.commands(given, key)));
    }

    private static long compressed(List<byte[]> values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long bytes = 0;
        try {
            LZ4BlockOutputStream batch = new LZ4BlockOutputStream(out, 1 << 16);
            long inBatch = 0;
            for (byte[] value : values) {
                if (inBatch + value.length > PRODUCER_BATCH && inBatch > 0) {
                    batch.close();
                    bytes += out.size();
                    out.reset();
                    batch = new LZ4BlockOutputStream(out, 1 << 16);
                    inBatch = 0;
                }
                batch.write(value);
                inBatch += value.length;
            }
            batch.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes + out.size();
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
