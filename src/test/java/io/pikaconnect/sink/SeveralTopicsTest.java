package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One sink connector with the topics of several dbs, each in a Redis db and with a ledger of its own. */
class SeveralTopicsTest {

    @RegisterExtension
    private final SinkFixture sink = new SinkFixture();

    private final ModelTopic db0 = new ModelTopic("pika.db0", 2).begin();
    private final ModelTopic db2 = new ModelTopic("pika.db2", 2).begin();

    private boolean isAtEnd(int database, ModelTopic topic) {
        sink.redis().select(database);
        return sink.isAtEnd(topic);
    }

    private Map<String, Object> content(int database) {
        sink.redis().select(database);
        return sink.content();
    }

    private static Map<String, Object> numbers(String prefix, int from, int count) {
        Map<String, Object> numbers = new HashMap<>();
        for (int i = from; i < from + count; i++) {
            numbers.put("k" + i, prefix + i);
        }
        return numbers;
    }

    private static void write(ModelTopic topic, String prefix, int from, int count) {
        numbers(prefix, from, count).forEach((key, value) -> topic.command("SET", key, value.toString()));
    }

    @Test
    void oneConnectionKeepsThemApartThroughFlushesAndRestarts() {
        write(db0, "zero", 0, 300);
        write(db2, "two", 0, 300);
        db2.barrier(Command.of("FLUSHDB"));
        write(db2, "two", 300, 50);
        ModelWorker first = sink.worker(db0, "topics", "pika.db0,pika.db2", "redis.sender.num", "1")
                .assign(0, 1)
                .alsoOf(db2, 0, 1);
        first.until(() -> first.task.started().counters().sum(SinkCounter.RECORDS) > 200);
        first.crash();
        write(db0, "zero", 300, 10);
        ModelWorker second = sink.worker(db0, "topics", "pika.db0,pika.db2", "redis.sender.num", "1")
                .assign(1, 0)
                .alsoOf(db2, 1, 0);
        second.until(() -> isAtEnd(0, db0) && isAtEnd(2, db2));

        assertThat(content(0)).isEqualTo(numbers("zero", 0, 310));
        assertThat(content(2)).isEqualTo(numbers("two", 300, 50));
        assertThat(content(1)).isEmpty();
    }
}
