package io.pikaconnect.demo;

import io.pikaconnect.demo.pika.Bytes;
import io.pikaconnect.demo.pika.StoredKey;
import io.pikaconnect.demo.pika.StoredKey.Value;
import io.pikaconnect.snapshot.DumpWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.rocksdb.RocksDBException;

/** Writes keys as the RocksDB files of a dump, those that are over or emptied included. */
final class ModelDumpWriter {

    private ModelDumpWriter() {}

    static void write(List<StoredKey> keys, Path folder) throws IOException, RocksDBException {
        try (DumpWriter writer = new DumpWriter(folder)) {
            for (StoredKey key : keys) {
                write(key, writer);
            }
        }
    }

    private static void write(StoredKey key, DumpWriter writer) throws RocksDBException {
        byte[] name = key.name().array();
        int expiry = second(key.deadline());
        if (key.value() instanceof Value.Text text) {
            writer.string(name, text.bytes(), expiry);
        } else if (key.value() instanceof Value.Fields hash) {
            List<byte[]> flat = new ArrayList<>();
            hash.fields().forEach((field, value) -> {
                flat.add(field.array());
                flat.add(value);
            });
            writer.hash(name, expiry, flat);
        } else if (key.value() instanceof Value.Elements list) {
            writer.list(name, expiry, list.elements());
        } else if (key.value() instanceof Value.Members set) {
            writer.set(name, expiry, arrays(set.members()));
        } else if (key.value() instanceof Value.ScoredMembers zset) {
            writer.zset(
                    name,
                    expiry,
                    arrays(zset.scores().keySet()),
                    List.copyOf(zset.scores().values()));
        }
    }

    /** A deadline as it is stored: 0 means none, so what ended at the epoch's first second ended one later. */
    private static int second(long deadline) {
        return deadline == 0 ? 0 : (int) Math.min(Integer.MAX_VALUE, Math.max(1, deadline / 1000));
    }

    private static List<byte[]> arrays(Collection<Bytes> bytes) {
        return bytes.stream().map(Bytes::array).toList();
    }
}
