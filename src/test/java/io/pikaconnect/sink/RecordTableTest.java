package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.Position;
import io.pikaconnect.change.Resp;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of a record, compared with the ledger. */
class RecordTableTest {

    @RegisterExtension
    private final SinkFixture sink = new SinkFixture();

    private ModelTopic topic = ModelTopic.begun(1);

    @Test
    void tickOfTheLedgersEpochAndSequenceMovesTheClock() {
        topic.at(System.currentTimeMillis() - 5_000).command("SET", "a", "1");
        topic.at(System.currentTimeMillis()).ticks();
        ModelWorker worker = sink.applyAll(topic);
        assertThat(sink.field(0).sourceTimeMs()).isGreaterThan(System.currentTimeMillis() - 4_000);
        assertThat(worker.task.started().counters().sum(SinkCounter.TICKS_SKIPPED))
                .isEqualTo(1); // the begin tick
    }

    @Test
    void tickOfALaterSequenceIsPassedOver() {
        topic.command("SET", "a", "1");
        topic.raw(0, null, null, ChangeHeader.tick(topic.epoch(), 77, 1L << 50).toString());
        topic.raw(
                0, null, null, ChangeHeader.tick(topic.epoch() + 1, 1, 1L << 50).toString());
        topic.command("SET", "b", "1");
        ModelWorker worker = sink.applyAll(topic);
        assertThat(sink.field(0).sourceTimeMs()).isLessThan(1L << 50);
        assertThat(worker.task.started().counters().sum(SinkCounter.TICKS_SKIPPED))
                .isEqualTo(1);
        assertThat(worker.task.started().counters().sum(SinkCounter.AFTER_HOLE)).isEqualTo(2);
    }

    @Test
    void tickBeforeThereIsALedgerPlaceIsSkipped() {
        topic = new ModelTopic("pika.db0", 1);
        topic.tick(0);
        topic.begin().command("SET", "a", "1");
        sink.applyAll(topic);
        assertThat(sink.content()).isEqualTo(Map.of("a", "1"));
    }

    @Test
    void duplicateIsSkippedAndCounted() {
        topic.command("INCR", "a").command("INCR", "a");
        topic.repeat(0, 2);
        topic.repeat(0, 3);
        topic.command("INCR", "a");
        ModelWorker worker = sink.applyAll(topic);
        assertThat(sink.content()).isEqualTo(Map.of("a", "3"));
        assertThat(worker.task.started().counters().sum(SinkCounter.DUPLICATES)).isEqualTo(2);
    }

    @Test
    void nextSequenceWithoutAGreaterPositionStops() {
        topic.command("SET", "a", "1");
        topic.raw(
                0,
                Resp.bytes("a"),
                Resp.encode(List.of(Command.of("SET", "a", "2"))),
                ChangeHeader.change(topic.epoch(), 2, Position.binlog(3, 101, 0), 0)
                        .toString());
        assertThat(sink.all(topic).untilItFails())
                .hasMessageContaining("two versions of the source's rules")
                .hasMessageContaining("pika.db0-0@3")
                .hasMessageContaining("key a");
    }

    @Test
    void whatLiesBehindAHoleIsLeftUntilTheMissingComes() {
        topic.command("RPUSH", "a", "1").command("RPUSH", "a", "2");
        SinkRecord missing = topic.take(0);
        topic.command("RPUSH", "a", "3");
        SinkRecord behind = topic.take(0);
        topic.give(0, behind);
        ModelWorker worker = sink.all(topic);
        worker.until(() -> worker.task.started().counters().sum(SinkCounter.AFTER_HOLE) == 1);
        topic.give(0, missing);
        topic.give(0, behind);
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.content()).isEqualTo(Map.of("a", List.of("1", "2", "3")));
    }

    @Test
    void holeThatStaysOpenStops() {
        topic.command("SET", "a", "1").command("SET", "a", "2");
        topic.take(0);
        topic.command("SET", "a", "3");
        assertThat(sink.all(topic, "hole.timeout.ms", "200").untilItFails())
                .hasMessageContaining("missing in the topic: sequence 2 to 2")
                .hasMessageContaining("pika.db0-0@");
    }

    @Test
    void olderEpochIsSkippedAndCounted() {
        long first = topic.epoch();
        topic.at(System.currentTimeMillis() - 3_600_000).command("SET", "a", "1");
        topic.epoch(first + 1_000).begin().command("SET", "b", "1");
        topic.raw(
                0,
                Resp.bytes("z"),
                Resp.encode(List.of(Command.of("SET", "z", "1"))),
                ChangeHeader.change(first, 2, Position.binlog(9, 1, 0), 0).toString());
        topic.command("SET", "c", "1");
        ModelWorker worker = sink.applyAll(topic);
        assertThat(sink.content()).isEqualTo(Map.of("b", "1", "c", "1"));
        assertThat(worker.task.started().counters().sum(SinkCounter.OLDER_EPOCH))
                .isEqualTo(1);
    }

    @Test
    void nothingButAnOlderEpochStops() {
        topic.epoch(topic.epoch() + 1_000).begin();
        topic.raw(
                0,
                Resp.bytes("z"),
                Resp.encode(List.of(Command.of("SET", "z", "1"))),
                ChangeHeader.change(ModelTopic.EPOCH, 2, Position.binlog(9, 1, 0), 0)
                        .toString());
        assertThat(sink.all(topic, "hole.timeout.ms", "200").untilItFails()).hasMessageContaining("older epoch");
    }

    @Test
    void newerEpochWithoutItsBarrierStops() {
        topic.command("SET", "a", "1");
        topic.raw(
                0,
                Resp.bytes("z"),
                Resp.encode(List.of(Command.of("SET", "z", "1"))),
                ChangeHeader.change(topic.epoch() + 1, 4, Position.binlog(9, 1, 0), 0)
                        .toString());
        assertThat(sink.all(topic).untilItFails())
                .hasMessageContaining("newer epoch")
                .hasMessageContaining("head was cut off");
    }

    @Test
    void newerEpochThatBeginsWithAnotherBarrierStops() {
        topic.command("SET", "a", "1");
        ModelWorker worker = sink.applyAll(topic);
        topic.epoch(topic.epoch() + 1).barrier(Command.of("FLUSHDB"));
        assertThat(worker.untilItFails()).hasMessageContaining("newer epoch");
        assertThat(sink.content()).isEqualTo(Map.of("a", "1"));
    }

    @Test
    void holeAtABarrierIsNotSteppedOver() {
        topic = ModelTopic.begun(2);
        topic.command("SET", "a", "1");
        ModelWorker worker = sink.applyAll(topic, "hole.timeout.ms", "300");
        topic.barrier(Command.of("FLUSHDB"));
        topic.take(1);
        topic.command("SET", "a", "2").command("SET", "b", "2");
        assertThat(worker.untilItFails()).hasMessageContaining("missing in the topic");
        assertThat(sink.content()).isEqualTo(Map.of("a", "1"));
    }

    @Test
    void headOfTheTopicCutOffStops() {
        topic.command("SET", "a", "1").command("SET", "b", "1");
        topic.cutHead(0, 2);
        assertThat(sink.all(topic).untilItFails()).hasMessageContaining("head was cut off");
        assertThat(sink.content()).isEmpty();
    }

    @Test
    void foreignRecordStops() {
        topic.raw(0, Resp.bytes("k"), Resp.bytes("v"), null);
        assertThat(sink.all(topic).untilItFails())
                .hasMessageContaining("no header pika.change")
                .hasMessageContaining("pika.db0-0@2");
    }

    @Test
    void foreignRecordIsReportedWhereThereIsADeadLetterQueue() {
        topic.raw(0, Resp.bytes("k"), Resp.bytes("v"), null);
        topic.raw(0, Resp.bytes("k"), Resp.bytes("v"), "what is this");
        topic.command("SET", "a", "1");
        ModelWorker worker = sink.worker(topic, true).assign(0);
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(worker.reported).hasSize(2);
        assertThat(sink.content()).isEqualTo(Map.of("a", "1"));
    }

    @Test
    void foreignRecordStopsWhereConnectToleratesNone() {
        topic.raw(0, Resp.bytes("k"), Resp.bytes("v"), null);
        ModelWorker worker = sink.worker(topic, true);
        worker.whenReporting = () -> {
            throw new ConnectException("Tolerance exceeded in error handler");
        };
        assertThat(worker.assign(0).untilItFails())
                .hasMessageContaining("no header pika.change")
                .hasMessageContaining("pika.db0-0@2");
    }

    @Test
    void keyBelowTheLedgersPrefixStops() {
        topic.command("SET", "pika-connect:ledger", "1");
        assertThat(sink.all(topic).untilItFails())
                .hasMessageContaining("ledger.prefix")
                .hasMessageContaining("key pika-connect:ledger");
    }

    @Test
    void commandAboutAnotherKeyThanItsRecordStops() {
        topic.change(Resp.bytes("a"), Command.of("SET", "pika-connect:ledger", "1"));
        assertThat(sink.all(topic).untilItFails()).hasMessageContaining("another key than its record");
    }

    @Test
    void flushOutsideABarrierStops() {
        topic.change(Resp.bytes("a"), Command.of("FLUSHALL"));
        assertThat(sink.all(topic).untilItFails()).hasMessageContaining("no barrier");
    }

    @Test
    void barrierOfAnotherPartitionStops() {
        topic.nextPosition();
        topic.barrierOn(0, Barrier.parse("p1+p2"), Command.of("FLUSHDB"));
        assertThat(sink.all(topic).untilItFails()).hasMessageContaining("does not fit its partition");
    }

    @Test
    void tickBeforeARecordThatIsDoneInPartLeavesTheRestToDo() {
        topic.command("SET", "a", "1");
        topic.ticks();
        topic.change(Resp.bytes("a"), Command.of("INCR", "a"), Command.of("LPUSH", "a", "x"), Command.of("INCR", "a"));
        ModelWorker worker = sink.all(topic, "on.wrong.type", "fail");
        worker.untilItFails();
        worker.crash();
        LedgerField f = sink.field(0);
        assertThat(f.commandsDone()).isEqualTo(1);
        String text = sink.redis().hget(SinkFixture.PREFIX + "ledger", "p0");
        sink.redis().hset(SinkFixture.PREFIX + "ledger", "p0", text.replace(" " + f.offset() + " 1 ", " 2 1 "));
        ModelWorker again = sink.all(topic, "on.wrong.type", "fail");
        assertThat(again.untilItFails()).hasMessageContaining("LPUSH a …(1 more argument, 1 bytes)");
        assertThat(sink.field(0).commandsDone()).isEqualTo(1);
        again.crash();
        sink.applyAll(topic);
        assertThat(sink.content()).isEqualTo(Map.of("a", "3"));
    }

    @Test
    void commandUnknownToRedisStopsAndIsMetAgainAfterARestart() {
        topic.change(
                Resp.bytes("a"), Command.of("INCR", "a"), Command.of("NOSUCHCOMMAND", "a"), Command.of("INCR", "a"));
        for (int i = 0; i < 3; i++) {
            ModelWorker worker = sink.all(topic);
            assertThat(worker.untilItFails())
                    .hasMessageMatching("(?s).*Unknown (Redis )?command.*") // Valkey does not name Redis since 8.0
                    .hasMessageContaining("NOSUCHCOMMAND a")
                    .hasMessageContaining("pika.db0-0@2");
            worker.close();
        }
        assertThat(sink.content()).isEqualTo(Map.of("a", "1"));
        assertThat(sink.field(0).commandsDone()).isEqualTo(1);
    }
}
