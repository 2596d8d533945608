package io.pikaconnect.binlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Change;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.Tally;
import io.pikaconnect.replication.BinlogItem;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import redis.clients.jedis.Jedis;

/** Judged by a real master's binlog: what it logged, translated, makes Redis what the master was. */
@EnabledIfEnvironmentVariable(named = "PIKA_RECORDINGS", matches = ".+")
class RecordedBinlogTest {

    private static final Recording RECORDING = Recording.of("3.5.5");

    private final Tally tally = new Tally();
    private final Translator translator =
            new Translator(CommandGroup.of("3.5.5"), new TranslationPolicy(true, true, true), tally);

    @Test
    void translatesEveryItemOfARealMaster() throws UntranslatableException {
        int changes = 0;
        for (BinlogItem item : RECORDING.items()) {
            for (Change change : translator.translate(item)) {
                assertThat(change.commands()).isNotEmpty();
                changes++;
            }
        }
        assertThat(changes).isEqualTo(RECORDING.items().size());
        assertThat(tally.counts().keySet()).isSubsetOf("append.lost");
    }

    @Test
    void makesRedisWhatTheMasterWas() throws UntranslatableException {
        try (RedisServer server = new RedisServer();
                Jedis jedis = server.connect()) {
            RedisModel redis = new RedisModel(jedis);
            RECORDING.afterFullSync().forEach(redis::load);
            assertSame(redis.content(), RECORDING.afterFullSync());
            for (BinlogItem item : RECORDING.items()) {
                for (Change change : translator.translate(item)) {
                    for (Command command : change.commands()) {
                        redis.run(command);
                    }
                }
            }
            assertSame(redis.content(), RECORDING.afterBinlog());
        }
    }

    private static void assertSame(Map<String, Recording.Entry> actual, Map<String, Recording.Entry> expected) {
        Set<String> keys = new HashSet<>(actual.keySet());
        keys.addAll(expected.keySet());
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        for (String key : keys) {
            Recording.Entry a = actual.get(key);
            Recording.Entry e = expected.get(key);
            assertThat(a.type()).as("type of %s", key).isEqualTo(e.type());
            assertThat(a.value()).as("value of %s", key).isEqualTo(e.value());
            assertThat(a.deadlineSeconds().isPresent())
                    .as("deadline of %s", key)
                    .isEqualTo(e.deadlineSeconds().isPresent());
            long apart = a.deadlineSeconds().orElse(0L) - e.deadlineSeconds().orElse(0L);
            assertThat(apart).as("deadline of %s", key).isBetween(-1L, 1L);
        }
    }
}
