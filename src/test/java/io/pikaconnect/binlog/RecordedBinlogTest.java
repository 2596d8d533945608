package io.pikaconnect.binlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Change;
import io.pikaconnect.change.Command;
import io.pikaconnect.content.Content;
import io.pikaconnect.content.ExpectedContent;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.metrics.DiscardCounts;
import io.pikaconnect.pika.BinlogDialect;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.PikaVersion;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** Judged by a real master's binlog: what it logged, translated, makes Redis what the master was. */
class RecordedBinlogTest {

    private static final String VERSION = "3.5.5";

    private final DiscardCounts discards = new DiscardCounts();
    private final Translator translator = new Translator(
            BinlogDialect.of(PikaVersion.parse(VERSION)), new TranslationPolicy(true, true, true), discards);

    @Test
    void translatesEveryItemOfARealMaster() throws IOException, UntranslatableException {
        List<BinlogItem> items = Recording.ofVersion(VERSION).items();
        int changes = 0;
        for (BinlogItem item : items) {
            for (Change change : translator.translate(item)) {
                assertThat(change.commands()).isNotEmpty();
                changes++;
            }
        }
        assertThat(changes).isEqualTo(items.size());
        assertThat(discards.counts().keySet()).isSubsetOf("append.lost");
    }

    @Test
    void makesRedisWhatTheMasterWas() throws IOException, UntranslatableException {
        Content before = expected("expected-after-full-sync.jsonl");
        try (RedisServer server = RedisServer.start();
                Jedis jedis = server.connect()) {
            RedisModel redis = new RedisModel(jedis);
            redis.load(before);
            assertSame(redis.content(), before);
            for (BinlogItem item : Recording.ofVersion(VERSION).items()) {
                for (Change change : translator.translate(item)) {
                    for (Command command : change.commands()) {
                        redis.run(command);
                    }
                }
            }
            assertSame(redis.content(), expected("expected-after-binlog.jsonl"));
        }
    }

    private static Content expected(String file) throws IOException {
        return ExpectedContent.read(Recording.folder(VERSION).resolve(file));
    }

    private static void assertSame(Content actual, Content expected) {
        List<String> differences = actual.differencesFrom(expected);
        assertThat(differences).as(Content.shown(differences)).isEmpty();
        assertThat(actual.entries()).isNotEmpty();
    }
}
