package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Writer;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A second source begins to write to the topic of another: by mistake, or on purpose. */
class TwoSourcesTest {

    private static final Writer SOURCE = new Writer("pika-source", "connect", "7a3f", 0, "");
    private static final Writer COPY = new Writer("pika-copy", "connect", "7a3f", 0, "");
    private static final Writer SUCCESSOR = new Writer("pika-next", "connect", "7a3f", 0, "pika-source");

    @RegisterExtension
    private final SinkFixture sink = new SinkFixture();

    private ModelTopic topic;

    @BeforeEach
    void begin() {
        topic = new ModelTopic("pika.db0", 2).by(SOURCE).begin();
        for (int i = 0; i < 10; i++) {
            topic.command("INCR", "k" + i);
        }
    }

    private ModelTopic secondSource(Writer writer) {
        return topic.beside().by(writer).epoch(topic.epoch() + 1_000);
    }

    private static void snapshot(ModelTopic source) {
        source.begin().inSnapshot(true);
        for (int i = 0; i < 10; i++) {
            source.command("SET", "k" + i, "of the second");
        }
        source.inSnapshot(false);
    }

    private Map<String, Object> each(String value) {
        return Map.of(
                "k0", value, "k1", value, "k2", value, "k3", value, "k4", value, "k5", value, "k6", value, "k7", value,
                "k8", value, "k9", value);
    }

    private void incrementEach() {
        for (int i = 0; i < 10; i++) {
            topic.command("INCR", "k" + i);
        }
    }

    private String failure(String... settings) {
        ModelWorker worker = sink.all(topic, settings);
        String message = worker.untilItFails().getMessage();
        worker.close();
        return message;
    }

    @Test
    void theLedgerNamesWhoWrites() {
        sink.applyAll(topic);
        assertThat(sink.ledger("writer")).isEqualTo("connector=pika-source;group=connect;master=7a3f");
    }

    @Test
    void theFullSyncOfARenamedCopyStopsTheSinkAndNamesBoth() {
        sink.applyAll(topic).close();
        snapshot(secondSource(COPY));
        incrementEach();
        assertThat(failure())
                .contains("Here begins a full sync by source connector pika-copy@connect (Pika 7a3f)")
                .contains("written by source connector pika-source@connect (Pika 7a3f)")
                .contains("set topic.writer=pika-source@connect here")
                .contains("set topic.writer=pika-copy@connect here")
                .doesNotContain("mpty the db")
                .doesNotContain("mpty the target");
        assertThat(sink.content()).isEqualTo(each("1"));
    }

    @Test
    void whatACopyWroteIsPassedOverIfToldSoAlsoAfterARestartAmongIt() {
        sink.applyAll(topic).close();
        ModelTopic copy = secondSource(COPY);
        copy.begin().inSnapshot(true);
        incrementEach();
        for (int i = 0; i < 10; i++) {
            copy.command("SET", "k" + i, "of the second");
        }
        ModelWorker worker = sink.all(topic, "topic.writer", "pika-source");
        worker.until(() -> sink.content().equals(each("2"))); // its ledger stands before what is passed over
        assertThat(worker.task.started().counters().discards.of("other.writer")).isPositive();
        worker.close();
        assertThat(sink.ledger("passed")).isEqualTo(String.valueOf(copy.epoch()));
        for (int i = 0; i < 10; i++) {
            copy.command("SET", "k" + i, "of the second");
        }
        incrementEach();
        topic.epoch(topic.epoch()).by(SOURCE).ticks();
        sink.applyAll(topic).close(); // what was decided stays so without the setting
        assertThat(sink.content()).isEqualTo(each("3"));
    }

    @Test
    void theSecondSourceIsTakenIfToldSo() {
        sink.applyAll(topic).close();
        snapshot(secondSource(COPY));
        ModelWorker worker = sink.all(topic, "topic.writer", "pika-copy@connect", "on.new.epoch", "clear");
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.content()).isEqualTo(each("of the second"));
        assertThat(sink.ledger("writer")).startsWith("connector=pika-copy;");
        assertThat(sink.ledger("former")).isEqualTo(ModelTopic.EPOCH + " " + SOURCE);
        worker.close();
        // The first one is still there, and begins again.
        topic.by(SOURCE).command("INCR", "k0").command("INCR", "k1").command("INCR", "k2");
        assertThat(failure())
                .contains("Two sources write this topic")
                .contains("of source connector pika-source@connect")
                .contains("written by source connector pika-copy@connect");
        assertThat(sink.content()).isEqualTo(each("of the second"));
    }

    @Test
    void aRenamedSourceTakesOver() {
        sink.applyAll(topic).close();
        snapshot(secondSource(SUCCESSOR));
        ModelWorker worker = sink.all(topic, "on.new.epoch", "clear");
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.content()).isEqualTo(each("of the second"));
        assertThat(sink.ledger("writer")).startsWith("connector=pika-next;");
    }

    @Test
    void aSourceTakesOverInAnotherConnectCluster() {
        sink.applyAll(topic).close();
        snapshot(secondSource(new Writer("pika-source", "other", "7a3f", 0, "")));
        assertThat(failure()).contains("pika-source@other").contains("pika-source@connect");
        topic = new ModelTopic("pika.db0", 2).by(SOURCE).begin();
        snapshot(secondSource(new Writer("pika-source", "other", "7a3f", 0, "pika-source@connect")));
        sink.redis().flushDB();
        ModelWorker worker = sink.all(topic, "on.new.epoch", "clear");
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.content()).isEqualTo(each("of the second"));
    }

    /** Stored offsets were given to a connector of another name, and the former one is still there. */
    @Test
    void twoWhoWriteOneEpochAreNoticed() {
        sink.applyAll(topic).close();
        topic.by(COPY);
        incrementEach();
        assertThat(failure())
                .contains("Two sources write this topic")
                .contains("pika-copy@connect")
                .contains("pika-source@connect");
        assertThat(sink.content()).isEqualTo(each("1"));
        sink.applyAll(topic, "topic.writer", "pika-copy").close();
        assertThat(sink.content()).isEqualTo(each("2"));
        assertThat(sink.ledger("writer")).startsWith("connector=pika-copy;");
        topic.by(SOURCE);
        incrementEach();
        assertThat(failure()).contains("Two sources write this topic");
        assertThat(sink.content()).isEqualTo(each("2"));
    }

    @Test
    void aRenamedSourceContinuesAnEpochWhoseOffsetItWasGiven() {
        sink.applyAll(topic).close();
        topic.by(SUCCESSOR);
        incrementEach();
        sink.applyAll(topic).close();
        assertThat(sink.content()).isEqualTo(each("2"));
        assertThat(sink.ledger("writer")).startsWith("connector=pika-next;");
        topic.by(SOURCE);
        incrementEach();
        assertThat(failure()).contains("Two sources write this topic");
    }

    /** Both chose the same millisecond. */
    @Test
    void twoWhoBeginTheSameEpochAreNoticed() {
        sink.applyAll(topic).close();
        snapshot(topic.beside().by(COPY).epoch(topic.epoch()));
        assertThat(failure()).contains("Two sources write this topic").contains("pika-copy@connect");
        assertThat(sink.content()).isEqualTo(each("1"));
    }

    /** Its full sync began before that of the other, and took longer. */
    @Test
    void aSecondSourceWithAnOlderEpochIsNoticed() {
        sink.applyAll(topic).close();
        snapshot(topic.beside().by(COPY).epoch(topic.epoch() - 1_000));
        assertThat(failure()).contains("Two sources write this topic").contains("pika-copy@connect");
        assertThat(sink.content()).isEqualTo(each("1"));
    }

    @Test
    void anotherPikaUnderTheSameNameIsNoticed() {
        sink.applyAll(topic).close();
        snapshot(secondSource(new Writer("pika-source", "connect", "99ff", 0, "")));
        assertThat(failure())
                .contains("(Pika 99ff)")
                .contains("(Pika 7a3f)")
                .contains("set topic.writer=pika-source here")
                .contains("pika.address");
        assertThat(sink.content()).isEqualTo(each("1"));
        ModelWorker worker = sink.all(topic, "topic.writer", "pika-source", "on.new.epoch", "clear");
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.content()).isEqualTo(each("of the second"));
    }

    @Test
    void aSourceBeginsAgainByItself() {
        sink.applyAll(topic).close();
        long before = topic.epoch();
        topic.by(new Writer("pika-source", "connect", "99ff", before, "")).epoch(before + 1_000);
        snapshot(topic);
        ModelWorker worker = sink.all(topic, "on.new.epoch", "clear");
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.content()).isEqualTo(each("of the second"));
        topic.by(new Writer("pika-source", "", "99ff", 0, ""))
                .epoch(before + 2_000)
                .begin(); // its offsets were reset
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.content()).isEmpty();
    }

    @Test
    void aTopicOfASourceWithoutANameGoesOnAndItsNameIsNotedWhenItComes() {
        topic = ModelTopic.begun(2).command("INCR", "k0");
        sink.applyAll(topic).close();
        assertThat(sink.ledger("writer")).isNull();
        topic.by(SOURCE).command("INCR", "k0");
        topic.ticks();
        sink.applyAll(topic).close();
        assertThat(sink.content()).isEqualTo(Map.of("k0", "2"));
        assertThat(sink.ledger("writer")).isEqualTo(SOURCE.toString());
        snapshot(secondSource(COPY));
        assertThat(failure()).contains("pika-copy@connect").contains("pika-source@connect");
    }

    @Test
    void inATopicOfASourceWithoutANameOnlyWhoHadItsEpochBeginsAnother() {
        topic = ModelTopic.begun(2).command("INCR", "k0");
        sink.applyAll(topic).close();
        snapshot(secondSource(COPY));
        assertThat(failure())
                .contains("pika-copy@connect")
                .contains("a source of release 0.1.0, which does not name itself")
                .contains("set topic.writer=pika-copy@connect here");
        assertThat(sink.content()).isEqualTo(Map.of("k0", "1"));
        sink.redis().flushDB();
        topic = ModelTopic.begun(2).command("INCR", "k0");
        snapshot(secondSource(new Writer("pika-source", "connect", "7a3f", topic.epoch(), "")));
        ModelWorker worker = sink.all(topic, "on.new.epoch", "clear");
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.content()).isEqualTo(each("of the second"));
    }

    @Test
    void twoSourcesWithoutNamesAreNoticedWhileBothWrite() {
        topic = ModelTopic.begun(2).command("INCR", "k0");
        ModelTopic second = topic.beside().epoch(topic.epoch() + 1_000).begin();
        ModelWorker worker = sink.all(topic, "hole.timeout.ms", "300");
        worker.until(() -> sink.isAtEnd(topic));
        topic.ticks(); // one that was on its way is none
        worker.until(() -> worker.task.started().counters().sum(SinkCounter.OLDER_EPOCH)
                        + worker.task.started().counters().sum(SinkCounter.TICKS_SKIPPED)
                > 0);
        Thread writer = new Thread(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                topic.ticks();
                second.ticks();
                LockSupport.parkNanos(20_000_000);
            }
        });
        writer.start();
        try {
            assertThat(worker.untilItFails())
                    .hasMessageContaining("records of the older epoch " + topic.epoch() + " have kept coming")
                    .hasMessageContaining("epoch " + second.epoch() + " is of a source of release 0.1.0")
                    .hasMessageContaining("two sources write this topic");
        } finally {
            writer.interrupt();
        }
    }
}
