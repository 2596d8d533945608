package io.pikaconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.MasterSetup;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Members and fields are parts of RocksDB's keys, and a source's place in the snapshot is after one of those. */
@Timeout(120)
class LargeMembersTest {

    private static final int MEMBERS = 40;

    @TempDir
    Path snapshots;

    @Test
    void doNotMakeTheOffsetLargeAndDoNotShowInIt() throws Exception {
        try (FakePika pika = FakePika.start(MasterSetup.REAL)) {
            for (int i = 0; i < MEMBERS; i++) {
                byte[] member = new byte[100_000];
                Arrays.fill(member, (byte) ('A' + i));
                pika.execute(Command.of("SADD", "documents", member));
                pika.execute(Command.of("HSET", "fields", member, "v"));
            }
            ModelConnect connect = new ModelConnect(TaskSettings.of("source", pika, snapshots), 1, true, 1);
            connect.start(1, 1); // an offset after each record
            for (long killed = 0; !connect.storedPosition().equals(Optional.of(pika.end())); ) {
                connect.round();
                if (connect.records() > killed + 9) {
                    killed = connect.records();
                    connect.crash();
                    connect.start(1, 1);
                }
            }
            connect.stop();
            // Two members go into one record.
            assertThat(ModelConnect.withoutDuplicates(connect.topic().get(0))).hasSize(1 + MEMBERS);
        }
    }
}
