package io.pikaconnect.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.ReplicationProto.Response;
import java.io.IOException;
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
class ConnectionTest {

    @TempDir
    Path dump;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Requests requests = new Requests("127.0.0.1", 19_221, "db0");
    private RecordedMaster master;
    private Connection connection;

    @BeforeEach
    void start() throws Exception {
        Files.writeString(dump.resolve("info"), "0s\n127.0.0.1\n9221\n0\n0\n");
        master = RecordedMaster.start(new Recording(dump, BinlogPosition.ZERO, List.of()), MasterSetup.REAL);
        connection = Connection.open(group, Replicas.config(master.port()), Replicas.QUICK);
    }

    @AfterEach
    void stop() throws IOException {
        connection.close("the test is over");
        group.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS);
        master.close();
    }

    @Test
    void answersThatWereReadAreNotKept() throws Exception {
        List<WeakReference<Response>> responses = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            responses.add(new WeakReference<>(connection.ask(requests.metaSync(Optional.empty()))));
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            System.gc();
            return responses.stream().filter(a -> a.get() != null).count() <= 1;
        });
        assertThat(connection.isOpen()).isTrue();
    }

    @Test
    void aConnectionThatEndsAnswersTheOpenQuestionAndEveryLaterOne() {
        master.rewrite(answer -> {
            master.cutReplication(true);
            return Optional.empty();
        });
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> connection.ask(requests.metaSync(Optional.empty())))
                    .isInstanceOf(ReplicationException.class)
                    .hasMessageContaining("connection lost waiting for the answer");
        }
    }
}
