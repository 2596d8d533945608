package io.pikaconnect.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pikaconnect.change.Command;
import io.pikaconnect.demo.pika.PikaRelease;
import io.pikaconnect.demo.pika.Reply;
import io.pikaconnect.pika.BinlogPosition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

@Timeout(60)
class FakePikaTest {

    private FakePika pika;

    @BeforeEach
    void start() throws Exception {
        pika = FakePika.start(MasterSetup.REAL);
    }

    @AfterEach
    void stop() {
        pika.close();
        assertThat(pika.offences()).isEmpty();
    }

    private Jedis client() {
        return new Jedis("127.0.0.1", pika.port());
    }

    @Test
    void answersAClientAndForgetsKeysWhoseSecondIsOver() {
        try (Jedis client = client()) {
            client.hset("h", "f", "v");
            client.rpush("l", "a", "b");
            client.zadd("z", 1.5, "m");
            client.sadd("s", "x");
            client.set("h", "a string beside the hash");
            assertThat(client.type("h")).isEqualTo("string");
            assertThat(client.exists("z")).isTrue();
            assertThat(client.get("h")).isEqualTo("a string beside the hash");
            assertThat(client.hgetAll("h")).isEqualTo(Map.of("f", "v"));
            assertThat(client.zrangeWithScores("z", 0, -1)).hasSize(1);
            assertThat(client.lrange("l", 0, -1)).containsExactly("a", "b");
            assertThat(client.dbSize()).isEqualTo(5);
            client.expire("l", 100);
            assertThat(client.ttl("l")).isEqualTo(100);
            pika.clockOffset(Duration.ofSeconds(102));
            assertThat(client.exists("l")).isFalse();
            assertThat(client.del("h")).isEqualTo(2);
        }
    }

    @Test
    void scansEveryKeyOnce() {
        pika.execute(new RandomWrites(1, PikaRelease.V355, RandomWrites.Options.LIVELY).fill(600));
        List<String> seen = new ArrayList<>();
        try (Jedis client = client()) {
            String cursor = ScanParams.SCAN_POINTER_START;
            do {
                ScanResult<String> page = client.scan(cursor, new ScanParams().count(17));
                seen.addAll(page.getResult());
                cursor = page.getCursor();
            } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
        }
        assertThat(seen).hasSize(600).doesNotHaveDuplicates();
    }

    /** The positions are those that a real master gave (replication-protocol 14). */
    @Test
    void writesItemsWhereARealMasterWritesThem() {
        int[] contents = {27, 50, 40, 27, 27, 29, 42, 36};
        long[] ends = {69, 161, 243, 312, 381, 452, 536, 614};
        long at = 0;
        for (int i = 0; i < contents.length; i++) {
            at = BinlogItems.end(at, 34 + contents[i]);
            assertThat(at).isEqualTo(ends[i]);
        }
        assertThat(BinlogItems.end(65_536 - 7, 10)).isEqualTo(65_536 + 8 + 10);
        assertThat(BinlogItems.end(65_536 - 8, 10)).isEqualTo(65_536 + 8 + 10);
        assertThat(BinlogItems.end(65_536 - 9, 10)).isEqualTo(65_536 + 8 + 9);
        pika.execute(Command.of("SET", "k", "v"));
        assertThat(pika.end()).isEqualTo(new BinlogPosition(0, 69));
    }

    @Test
    void beginsANewFileBehindTheItemThatWentBeyondTheSize() throws Exception {
        try (FakePika small = FakePika.start(MasterSetup.REAL.withBinlogFiles(1_024, Duration.ofHours(1)))) {
            while (small.end().filenum() == 0) {
                BinlogPosition before = small.end();
                small.execute(Command.of("SET", "k", "v".repeat(90)));
                assertThat(small.end().filenum() == 1).isEqualTo(before.offset() > 1_024);
            }
        }
    }

    @Test
    void keepsTenFilesOfTheBinlogWhenNobodyNeedsMore() throws Exception {
        try (FakePika small = FakePika.start(MasterSetup.REAL.withBinlogFiles(1_024, Duration.ofMillis(20)))) {
            IntStream.range(0, 400).forEach(i -> small.execute(Command.of("SET", "k", "v".repeat(90))));
            assertThat(small.end().filenum()).isGreaterThan(20);
            await().until(() -> small.binlogFiles() == 10);
        }
    }

    @Test
    void logsWhatDidNothingAndNothingThatFailed() {
        pika.execute(Command.of("DEL", "missing"));
        pika.execute(Command.of("EXPIRE", "missing", 10));
        assertThat(pika.items()).isEqualTo(2);
        assertThat(pika.execute(Command.of("LSET", "missing", 0, "v"))).isInstanceOf(Reply.Failure.class);
        assertThat(pika.execute(Command.of("SET", "k", "v", "KEEPTTL"))).isInstanceOf(Reply.Failure.class);
        assertThat(pika.execute(Command.of("MSETNX", "missing", "v"))).isEqualTo(new Reply.Number(1));
        assertThat(pika.execute(Command.of("MSETNX", "missing", "v"))).isEqualTo(new Reply.Number(0));
        assertThat(pika.items()).isEqualTo(3);
    }

    @Test
    void takesFiftyThousandKeysInACoupleOfSeconds() {
        long begin = System.nanoTime();
        pika.execute(new RandomWrites(2, PikaRelease.V355, RandomWrites.Options.LASTING).fill(50_000));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
        assertThat(pika.size()).isEqualTo(50_000);
    }

    @Test
    void writesOfSeveralThreadsReachTheirRate() {
        List<RandomWrites> writers = IntStream.range(0, 3)
                .mapToObj(i -> new RandomWrites(i, PikaRelease.V355, RandomWrites.Options.LIVELY))
                .toList();
        try (LiveWrites live = LiveWrites.start(pika, writers, 3_000)) {
            await().atMost(Duration.ofSeconds(20)).until(() -> live.written() > 3_000);
        }
        assertThat(Set.copyOf(pika.content())).hasSameSizeAs(pika.content());
    }

    @ParameterizedTest
    @EnumSource(names = {"V336", "V401"})
    void aDumpThatIsBeingMadeHasNoInfo(PikaRelease release, @TempDir Path dump) throws Exception {
        ModelDumpWriter.write(List.of(), release, dump);
        assertThat(dump.resolve("info")).doesNotExist();
    }
}
