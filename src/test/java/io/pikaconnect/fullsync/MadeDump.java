package io.pikaconnect.fullsync;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** A dump to be transferred: the folders and files of one, whose content is nothing that RocksDB could read. */
final class MadeDump {

    private final Path folder;
    private final Random random = new Random(1);

    private MadeDump(Path folder) {
        this.folder = folder;
    }

    /** The folders of every type, without tables. */
    static MadeDump in(Path folder) throws IOException {
        for (String type : RsyncDaemon.TYPES) {
            Files.createDirectories(folder.resolve(type));
            Files.writeString(folder.resolve(type).resolve("CURRENT"), "MANIFEST-000001\n");
        }
        return new MadeDump(folder).info("0s\n127.0.0.1\n9221\n0\n0\n");
    }

    /** Another info file, by its text. */
    MadeDump info(String text) throws IOException {
        Files.writeString(folder.resolve("info"), text);
        return this;
    }

    /** A table of any bytes. */
    void table(String name, int length) throws IOException {
        byte[] content = new byte[length];
        random.nextBytes(content);
        Files.write(folder.resolve(name), content);
    }
}
