package io.pikaconnect.fullsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.Replicas;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PullConnectionTest {

    private static final String FILE = "strings/000009.sst";
    private static final int PIECE = 1 << 20;
    private static final int PIECES = 40;

    @TempDir
    Path dump;

    private RecordedMaster master;

    @BeforeEach
    void start() throws IOException {
        Files.createDirectories(dump.resolve("strings"));
        try (RandomAccessFile file = new RandomAccessFile(dump.resolve(FILE).toFile(), "rw")) {
            file.setLength((long) PIECES * PIECE);
        }
        Files.writeString(dump.resolve("info"), "0s\n127.0.0.1\n9221\n0\n0\n");
        master = RecordedMaster.start(new Recording(dump, BinlogPosition.ZERO, List.of()), MasterSetup.REAL);
    }

    @AfterEach
    void stop() {
        master.close();
    }

    private PullConnection connection() throws Exception {
        return new PullConnection(Replicas.config(master.port()), FullSyncTimings.OfPull.DEFAULT);
    }

    @Test
    void whatWasReceivedIsNotKept() throws Exception {
        List<WeakReference<ByteString>> received = new ArrayList<>();
        try (PullConnection connection = connection()) {
            for (int i = 0; i < PIECES; i++) {
                ByteString piece = connection
                        .askFile(i % PullConnection.READERS, FILE, (long) i * PIECE, PIECE)
                        .getFileResp()
                        .getData();
                assertThat(piece.size()).isEqualTo(PIECE);
                received.add(new WeakReference<>(piece));
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                System.gc();
                return received.stream().filter(r -> r.get() != null).count() <= 1;
            });
        }
    }

    @Test
    void aConnectionThatEndsAnswersEveryOpenQuestion() throws Exception {
        master.rewritePull(answer -> {
            master.cutPull(true);
            return Optional.empty();
        });
        try (PullConnection connection = connection()) {
            assertThatThrownBy(() -> connection.askFile(2, FILE, 0, PIECE))
                    .isInstanceOf(AttemptFailed.class)
                    .hasMessageContaining("connection to the pull port broke");
            assertThatThrownBy(() -> connection.askFile(3, FILE, 0, PIECE))
                    .isInstanceOf(AttemptFailed.class)
                    .hasMessageContaining("connection to the pull port broke");
        }
    }
}
