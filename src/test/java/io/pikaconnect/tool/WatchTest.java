package io.pikaconnect.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchTest {

    @TempDir
    private Path dumps;

    @Test
    void onlyTheFilesOfADumpCountAsReceived() throws IOException {
        assertThat(Watch.bytesBelow(dumps.resolve("missing"))).isZero();
        write("pika-source.db0/lock", 10);
        write("pika-source.db0/7.partial/info", 43);
        write("pika-source.db0/7.partial/pika-connect.properties", 70);
        write("pika-source.db0/8.partial/rsync/rsyncd.conf", 300);
        assertThat(Watch.bytesBelow(dumps)).isZero();
        write("pika-source.db0/7.partial/strings/000008.sst", 1_000);
        write("pika-source.db0/7.partial/.reader-1", 100);
        write("pika-source.db0/8.partial/rsync/document/db0/strings/000008.sst", 2_000);
        assertThat(Watch.bytesBelow(dumps)).isEqualTo(3_100);
    }

    private void write(String name, int bytes) throws IOException {
        Path file = dumps.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[bytes]);
    }
}
