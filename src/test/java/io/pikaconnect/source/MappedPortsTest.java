package io.pikaconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.pika.PikaRelease;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** A master of which no port is where Pika opens it, as seen from here, and of which nothing can be reached directly. */
@Timeout(180)
class MappedPortsTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String FOUR = "127.0.0.1";
    private static final String SIX = "::1";
    private static final String NO_IPV6 = "no IPv6 loopback address";

    @TempDir
    Path snapshots;

    private FakePika pika;
    private Forwarder clients;
    private Forwarder replication;
    private Forwarder pull;
    private ModelConnect connect;

    @BeforeEach
    void start() throws IOException {
        pika = FakePika.start(
                MasterSetup.of(PikaRelease.V355).withTimes(Duration.ofMillis(100), Duration.ofSeconds(20)));
    }

    @AfterEach
    void stop() throws IOException {
        connect.stop();
        clients.close();
        replication.close();
        pull.close();
        pika.close();
        assertThat(pika.offences()).isEmpty();
    }

    static boolean hasIpv6() {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getByName(SIX))) {
            return any.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private void map(String host) throws IOException {
        clients = new Forwarder(host, pika.port());
        replication = new Forwarder(host, pika.port() + 2_000);
        pull = new Forwarder(host, pika.port() + 10_001);
    }

    private void use(String address, String... more) {
        Map<String, String> settings = TaskSettings.with(
                TaskSettings.of(
                        "mapped",
                        address,
                        snapshots,
                        "pika.replication.port",
                        String.valueOf(replication.port()),
                        "pika.rsync.port",
                        String.valueOf(pull.port()),
                        "topic.partitions",
                        "1"),
                more);
        connect = new ModelConnect(settings, 1, true, 1);
        connect.hurry();
        connect.start(PollLimit.DEFAULT);
    }

    private void rounds(BooleanSupplier until) throws InterruptedException {
        Instant limit = Instant.now().plus(LIMIT);
        while (!until.getAsBoolean()) {
            connect.round();
            assertThat(Instant.now()).as("still going on").isBefore(limit);
        }
    }

    private void write(String value) {
        pika.execute(Command.of("SET", "k", value));
    }

    private void caughtUp() throws InterruptedException {
        rounds(() -> connect.storedOffset()
                        .filter(o -> o.phase() == SourceOffset.Phase.BINLOG)
                        .isPresent()
                && connect.storedPosition().filter(pika.end()::equals).isPresent());
    }

    /** A full sync, then the binlog; after a restart of the task the binlog alone. */
    private void isCopiedAndFollowed() throws InterruptedException {
        write("in the dump");
        caughtUp();
        write("in the binlog");
        caughtUp();
        connect.stop();
        connect.start(PollLimit.DEFAULT);
        write("after a restart");
        caughtUp();
        List<String> values = ModelConnect.withoutDuplicates(connect.topic().get(0)).stream()
                .flatMap(r -> r.commands().stream())
                .filter(c -> c.text(0).equals("SET"))
                .map(c -> c.text(2))
                .toList();
        assertThat(values).containsExactly("in the dump", "in the binlog", "after a restart");
        assertThat(pika.dumpsMade()).isEqualTo(1);
        assertThat(clients.connections()).isPositive();
        assertThat(replication.connections()).isEqualTo(2);
        assertThat(pull.connections()).isPositive();
    }

    /** Whom the master has as its replica, by its client port. */
    private String replicas() {
        try (Jedis client = new Jedis(FOUR, pika.port())) {
            return client.info("replication");
        }
    }

    @Test
    void aMasterWhosePortsAreMappedIsCopiedAndFollowed() throws Exception {
        map(FOUR);
        use(FOUR + ":" + clients.port());
        isCopiedAndFollowed();
    }

    @Test
    @EnabledIf(value = "hasIpv6", disabledReason = NO_IPV6)
    void aMasterAtAnIpv6AddressIsCopiedAndFollowedAndHasUsByOurs() throws Exception {
        map(SIX);
        use("[" + SIX + "]:" + clients.port());
        isCopiedAndFollowed();
        assertThat(replicas()).contains("ip=0:0:0:0:0:0:0:1,port=");
    }

    @Test
    @EnabledIf(value = "hasIpv6", disabledReason = NO_IPV6)
    void anIpv6AddressThatIsSetIsAnnouncedAsItIs() throws Exception {
        map(SIX);
        use(SIX + ":" + clients.port(), "replica.address", "[fd00::5]:29221");
        isCopiedAndFollowed();
        assertThat(replicas()).contains("ip=fd00::5,port=29221");
    }
}
