package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.content.Content;
import io.pikaconnect.content.RedisContent;
import io.pikaconnect.pika.BinlogDialect;
import io.pikaconnect.source.Written;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands over several keys of masters up to 3.4, through source and sink, against a model of the master. */
class SeveralKeysTest {

    private static final int COMMANDS = 2_000;
    private static final int LOOK_EVERY = 200;
    private static final int TURNS = 15;

    /**
     * @param begin of the master's commands, seconds before now
     * @param end of them; changes of the last ten seconds are fresh
     */
    @ParameterizedTest(name = "{0}, {3} partitions")
    @CsvSource({"a rebuild, 40000, 3200, 4", "live, 9, 0, 4", "catching up, 700, 0, 7", "alone, 700, 0, 1"})
    void redisEndsUpWithWhatTheMasterHolds(String name, long begin, long end, int partitions) throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println(name + ", seed " + seed);
        Random random = new Random(seed);
        long now = System.currentTimeMillis() / 1000;
        OldMaster master = new OldMaster(random, now - begin);
        Written written = new Written(BinlogDialect.PIKA_3_3_6, partitions, 3_500, random).snapshot(List.of());
        ModelTopic topic = new ModelTopic("pika.db0", partitions);
        try (SinkFixture sink = new SinkFixture()) {
            Workers workers = new Workers(sink, topic, random, "sync.batch.num", "" + (1 + random.nextInt(100)));
            for (int i = 1; i <= COMMANDS; i++) {
                master.at(now - begin + (begin - end) * i / COMMANDS);
                written.items(List.of(master.execute()));
                if (i % LOOK_EVERY == 0) { // later commands may cover what went wrong
                    written.ticks(master.second() * 1000);
                    written.take().forEach(topic::add);
                    workers.applyUnderTrouble(TURNS);
                    Content there = withoutWhatIsOver(RedisContent.read(sink.redis()), master.second());
                    List<String> differences = there.differencesFrom(master.content());
                    assertThat(differences).as(Content.shown(differences)).isEmpty();
                }
            }
            assertThat(sink.redis().keys(SinkFixture.PREFIX + "stage:*")).isEmpty();
        }
        assertThat(written.discards.of("spop.emulated")).isEqualTo(master.spops).isPositive();
    }

    /** A key lives up to the grace longer in Redis. */
    private static Content withoutWhatIsOver(Content content, long second) {
        TreeMap<String, Content.Entry> entries = new TreeMap<>(content.entries());
        entries.values()
                .removeIf(e ->
                        e.deadlineSecond().isPresent() && e.deadlineSecond().getAsLong() < second);
        return new Content(entries);
    }
}
