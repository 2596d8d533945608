package io.pikaconnect.demo;

import io.pikaconnect.demo.pika.Bytes;
import io.pikaconnect.demo.pika.PikaRelease;
import io.pikaconnect.demo.pika.StoredKey;
import io.pikaconnect.demo.pika.StoredKey.Value;
import io.pikaconnect.snapshot.BlackwidowDumpWriter;
import io.pikaconnect.snapshot.DumpWriter;
import io.pikaconnect.snapshot.FloydDumpWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.rocksdb.RocksDBException;

/** Writes keys as the RocksDB files of a dump, those that are over or emptied included. */
final class ModelDumpWriter {

    private ModelDumpWriter() {}

    static void write(List<StoredKey> keys, PikaRelease release, Path folder) throws IOException, RocksDBException {
        try (DumpWriter writer = release.instances() == 0
                ? new BlackwidowDumpWriter(folder, false)
                : new FloydDumpWriter(folder, release.instances(), false, false)) {
            for (StoredKey key : keys) {
                write(key, writer);
            }
        }
    }

    private static void write(StoredKey key, DumpWriter writer) throws RocksDBException {
        byte[] name = key.name().array();
        long deadline = key.deadline();
        if (key.value() instanceof Value.Text text) {
            writer.string(name, text.bytes(), deadline);
        } else if (key.value() instanceof Value.Fields hash) {
            List<byte[]> flat = new ArrayList<>();
            hash.fields().forEach((field, value) -> {
                flat.add(field.array());
                flat.add(value);
            });
            writer.hash(name, deadline, flat);
        } else if (key.value() instanceof Value.Elements list) {
            writer.list(name, deadline, list.elements());
        } else if (key.value() instanceof Value.Members set) {
            writer.set(name, deadline, arrays(set.members()), set.count());
        } else if (key.value() instanceof Value.ScoredMembers zset) {
            writer.zset(
                    name,
                    deadline,
                    arrays(zset.scores().keySet()),
                    List.copyOf(zset.scores().values()));
        }
    }

    private static List<byte[]> arrays(Collection<Bytes> bytes) {
        return bytes.stream().map(Bytes::array).toList();
    }
}
