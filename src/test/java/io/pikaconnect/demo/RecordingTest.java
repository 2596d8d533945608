package io.pikaconnect.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordingTest {

    @ParameterizedTest
    @CsvSource({"3.2.0, false", "3.3.6, false", "3.3.6-spop, false", "3.5.5, true", "4.0.1, true"})
    void eachIsWhole(String version, boolean pulled) throws Exception {
        Path folder = Recording.folder(version);
        assertThat(folder).isEqualTo(Recording.folder(version));
        assertThat(folder.resolve("master.txt")).content().contains("pika_version:", "binlog_offset=");
        assertThat(Files.readAllLines(folder.resolve("expected-after-full-sync.jsonl")))
                .isNotEmpty();
        assertThat(Files.readAllLines(folder.resolve("expected-after-binlog.jsonl")))
                .isNotEmpty();
        assertThat(folder.resolve("wire/replication.rec")).isNotEmptyFile();
        assertThat(Files.exists(folder.resolve("wire/rsync.rec"))).isEqualTo(pulled);

        Recording recording = Recording.ofVersion(version);
        assertThat(recording.items()).hasSizeGreaterThan(1_000);
        assertThat(recording.fileNames()).endsWith("info").hasSizeGreaterThan(10);
        for (String name : recording.fileNames()) {
            assertThat(recording.dump().resolve(name)).isNotEmptyFile();
        }
    }

    @Test
    void oneThatThereIsNotIsNamed() {
        assertThatThrownBy(() -> Recording.folder("1.2.3")).hasMessageContaining("recordings/1.2.3.tar.xz");
    }
}
