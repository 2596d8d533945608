package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import io.pikaconnect.content.Content;
import io.pikaconnect.content.PikaContent;
import io.pikaconnect.demo.BinlogItems;
import io.pikaconnect.demo.pika.Database;
import io.pikaconnect.demo.pika.PikaRelease;
import io.pikaconnect.demo.pika.Reply;
import io.pikaconnect.pika.BinlogDialect;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.pika.PikaVersion;
import io.pikaconnect.source.Written;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands over several keys of masters up to 3.4, through source and sink, against the stand-in's model. */
class SeveralKeysTest {

    private static final int COMMANDS = 2_000;
    private static final int LOOK_EVERY = 200;
    private static final int TURNS = 15;

    /**
     * @param begin of the master's commands, seconds before now
     * @param end of them; changes of the last ten seconds are fresh
     */
    @ParameterizedTest(name = "{0}, {3} partitions, {4}")
    @CsvSource({
        "a rebuild, 40000, 3200, 4, V336",
        "live, 9, 0, 4, V340",
        "catching up, 700, 0, 7, V320",
        "alone, 700, 0, 1, V336"
    })
    void redisEndsUpWithWhatTheMasterHolds(String name, long begin, long end, int partitions, PikaRelease release)
            throws Exception {
        try (SinkFixture sink = new SinkFixture()) {
            trial(sink, name, begin, end, partitions, release, COMMANDS);
        }
    }

    /** The same into any target. */
    static void trial(
            TargetFixture sink, String name, long begin, long end, int partitions, PikaRelease release, int commands)
            throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println(name + ", seed " + seed);
        Random random = new Random(seed);
        long now = System.currentTimeMillis() / 1000;
        Database master = new Database(release);
        SeveralKeysWrites writes = new SeveralKeysWrites(random, master);
        BinlogPosition log = new BinlogPosition(3, 4_000);
        int spops = 0;
        BinlogDialect dialect = BinlogDialect.of(PikaVersion.parse(release.number()));
        Written written = new Written(dialect, partitions, 3_500, random).snapshot(List.of());
        ModelTopic topic = new ModelTopic("pika.db0", partitions);
        Workers workers = new Workers(sink, topic, random, "sync.batch.num", "" + (1 + random.nextInt(100)));
        for (int i = 1; i <= commands; i++) {
            long second = now - begin + (begin - end) * i / commands;
            Command logged = logged(master, writes.next(second), second);
            BinlogItem item = BinlogItems.command(log, second, logged);
            log = item.end();
            spops += logged.name().equals("spop") ? 1 : 0;
            written.items(List.of(item));
            if (i % LOOK_EVERY == 0) { // later commands may cover what went wrong
                written.ticks(second * 1000);
                written.take().forEach(topic::add);
                workers.applyUnderTrouble(TURNS);
                // a key lives up to the grace longer in Redis
                Content there = sink.read().aliveIn(second);
                List<String> differences = there.differencesFrom(held(master, second));
                assertThat(differences).as(Content.shown(differences)).isEmpty();
            }
        }
        assertThat(sink.ownKeys()).noneMatch(key -> key.contains("stage:") || key.contains("lent:"));
        assertThat(written.discards.of("spop.emulated")).isEqualTo(spops).isPositive();
    }

    /** The one item that a master of these releases makes of a command. */
    private static Command logged(Database master, Command command, long second) {
        Database.Done done = master.execute(command, second * 1000).orElseThrow();
        assertThat(done.reply()).as(command::toString).isNotInstanceOf(Reply.Failure.class);
        assertThat(done.logged()).as(command::toString).hasSize(1);
        return done.logged().get(0);
    }

    private static Content held(Database master, long second) {
        return PikaContent.of(master.store().copy().stream()
                .filter(key -> key.isLiveAt(second * 1000))
                .toList());
    }
}
