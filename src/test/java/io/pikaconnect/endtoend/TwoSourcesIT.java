package io.pikaconnect.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RedisServer;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** A source's configuration is copied, and only its name is changed; or its sink's. */
class TwoSourcesIT {

    private static final String LEDGER = "pika-connect:ledger";
    private static final int KEYS = 200;

    @Test
    void aRenamedCopyIsRefusedWhereKafkaMayBeAskedAndStoppedAtTheSinkWhereNot() throws Exception {
        try (FakePika pika = FakePika.start(MasterSetup.REAL);
                RedisServer redis = RedisServer.start();
                Jedis client = redis.connect();
                Pipeline pipeline = new Pipeline("copied", true, pika)) {
            pika.execute(keys("first"));
            pipeline.deploySource();
            pipeline.awaitRecords(KEYS);
            String sink = pipeline.deploySinkThatAsksKafka(redis);
            pipeline.awaitHolds(redis, pika);
            Map<String, String> ledger = client.hgetAll(LEDGER);
            assertThat(ledger.get("writer")).startsWith("connector=copied-source;group=copied;master=");
            assertThat(ledger.get("cluster")).hasSize(22);

            assertThat(pipeline.validateSource("copied", Map.of()).get("topic.prefix"))
                    .singleElement()
                    .asString()
                    .contains("topic copied.db0 is written by another source connector copied-source@copied")
                    .contains("set topic.takeover=copied-source@copied");
            assertThat(pipeline.validateSource("copied", Map.of("topic.takeover", "copied-source")))
                    .doesNotContainKey("topic.prefix");

            pipeline.deployCopyOfSource("copied-twice", Map.of());
            String failure = pipeline.awaitFailure(sink);
            assertThat(failure)
                    .contains("Here begins a full sync by source connector copied-twice@copied")
                    .contains("written by source connector copied-source@copied");
            pika.execute(keys("second"));
            pipeline.delete("copied-twice");
            assertThat(client.hget(LEDGER, "epoch")).isEqualTo(ledger.get("epoch"));
            assertThat(client.hget(LEDGER, "writer")).isEqualTo(ledger.get("writer"));

            pipeline.changeSink(sink, redis, Map.of("topic.writer", "copied-source"));
            pipeline.restart(sink);
            pipeline.awaitHolds(redis, pika);
            assertThat(client.hget(LEDGER, "epoch")).isEqualTo(ledger.get("epoch"));

            // Another name for the sink.
            pipeline.delete(sink);
            assertThat(pipeline.validateSink(redis, "copied.db0").get("ledger.takeover"))
                    .singleElement()
                    .asString()
                    .contains("set ledger.takeover=" + sink);
            pika.execute(keys("third"));
            pipeline.deploySink(redis, Map.of("ledger.takeover", sink));
            pipeline.awaitHolds(redis, pika);
            assertThat(client.hget(LEDGER, "epoch")).isEqualTo(ledger.get("epoch"));
        }
    }

    private static List<Command> keys(String value) {
        return IntStream.range(0, KEYS)
                .mapToObj(i -> Command.of("SET", "key:" + i, value + " " + i))
                .toList();
    }
}
