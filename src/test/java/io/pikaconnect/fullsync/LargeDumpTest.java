package io.pikaconnect.fullsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.Replica;
import io.pikaconnect.replication.Replicas;
import io.pikaconnect.tool.ChildJvm;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A dump that is several times as large as the heap of the worker that pulls it. */
@Timeout(180)
class LargeDumpTest {

    private static final int FILES = 6;
    private static final long FILE_BYTES = 64L << 20;

    @TempDir
    Path dump;

    @TempDir
    Path base;

    @Test
    void isPulledInASmallHeap() throws Exception {
        MadeDump.in(dump);
        for (int i = 0; i < FILES; i++) {
            try (RandomAccessFile file =
                    new RandomAccessFile(dump.resolve("strings/" + i + ".sst").toFile(), "rw")) {
                file.setLength(FILE_BYTES);
            }
        }
        Path log = base.resolve("worker.log");
        try (RecordedMaster master =
                        RecordedMaster.start(new Recording(dump, BinlogPosition.ZERO, List.of()), MasterSetup.REAL);
                ChildJvm worker = ChildJvm.start(
                        Worker.class.getName(),
                        List.of("-Xmx64m"),
                        ChildJvm.classPath(),
                        log,
                        base.resolve("snapshots").toString(),
                        Integer.toString(master.port()))) {
            await().atMost(Duration.ofSeconds(150)).until(() -> !worker.isAlive());
            assertThat(worker.logText())
                    .contains("pulled " + FILES * FILE_BYTES)
                    .doesNotContain("OutOfMemoryError");
        }
    }

    /** A worker that takes a full sync and prints how many bytes of tables it has then. */
    public static final class Worker {

        private Worker() {}

        /** Snapshot directory, the master's port. */
        public static void main(String[] args) throws Exception {
            try (Replica replica = new Replica(Replicas.config(Integer.parseInt(args[1])));
                    DumpDirectory directory = new DumpDirectory(Path.of(args[0]), "connector", "test", "db0")) {
                Dump dump =
                        new FullSync(replica, directory, new FullSyncProgress(), FullSyncOptions.DEFAULT).run(1, true);
                long bytes = 0;
                for (int i = 0; i < FILES; i++) {
                    bytes += Files.size(dump.directory().resolve("strings/" + i + ".sst"));
                }
                System.out.println("pulled " + bytes);
            }
        }
    }
}
