package io.pikaconnect.source;

import static io.pikaconnect.change.Resp.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.binlog.TranslationPolicy;
import io.pikaconnect.binlog.Translator;
import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import io.pikaconnect.change.Writer;
import io.pikaconnect.metrics.DiscardCounts;
import io.pikaconnect.pika.BinlogDialect;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.snapshot.SnapshotCursor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PollBufferTest {

    private static final Map<String, String> PARTITION = Map.of("pika", "p", "db", "db0");
    private static final EpochSettings PINNED =
            new EpochSettings("t.db0", 4, 20_000, 100, BinlogDialect.PIKA_3_5_5, Translator.REVISION);
    private static final SourceOffset BEGIN =
            Written.begin(1_795_337_869_000L, new BinlogPosition(2, 100), PINNED, "id", 1);

    private final List<BinlogPosition> acknowledgedUpTo = new ArrayList<>();
    private final InFlight inFlight = new InFlight(acknowledgedUpTo::add, System::nanoTime);
    private final Translator translator =
            new Translator(BinlogDialect.PIKA_3_5_5, new TranslationPolicy(true, true, true), new DiscardCounts());

    private static BinlogItem item(long end, Command command) {
        byte[] content = Resp.encode(List.of(command));
        ByteBuffer b = ByteBuffer.allocate(34 + content.length).order(ByteOrder.LITTLE_ENDIAN);
        b.putShort(0, (short) 1).putInt(2, 1_795_000_000).putInt(30, content.length);
        b.position(34).put(content);
        return new BinlogItem(new BinlogPosition(2, end), b.array());
    }

    /** No poll is full because time has passed. */
    private static final TaskClock STANDING_STILL = new TaskClock(() -> 0, Clock.systemUTC());

    private static String header(SourceRecord r) {
        return r.headers().lastWithName(ChangeHeader.NAME).value().toString();
    }

    @Test
    void numbersEveryPartitionFromZeroAtTheEpochsBarrier() throws Exception {
        PollBuffer buffer = new PollBuffer(PARTITION, BEGIN, PollLimit.DEFAULT, Written.WRITER, STANDING_STILL);
        buffer.epochBarrier();
        buffer.snapshotEnds();
        buffer.put(SourceEvent.of(item(200, Command.of("SET", "foo", "1")), translator, buffer.offset()));
        buffer.put(SourceEvent.of(item(300, Command.of("SET", "foo", "2")), translator, buffer.offset()));
        List<SourceRecord> records = buffer.seal(inFlight).records();

        assertThat(records.subList(0, 4))
                .extracting(PollBufferTest::header)
                .containsOnly("e1795337869000/0/s/0/0/0/1795337869000");
        assertThat(records.subList(0, 4))
                .extracting(SourceRecord::kafkaPartition)
                .containsExactly(0, 1, 2, 3);
        assertThat(records.subList(4, 6))
                .extracting(PollBufferTest::header)
                .containsExactly(
                        "e1795337869000/1/b/2/200/0/1795000000000", "e1795337869000/2/b/2/300/0/1795000000000");
        assertThat(records.get(4).kafkaPartition()).isEqualTo(12182 % 4);
    }

    private static String writer(SourceRecord r) {
        Header writer = r.headers().lastWithName(Writer.NAME);
        return writer == null ? "" : writer.value().toString();
    }

    @Test
    void whoWritesStandsOnEachBarrierOfAnEpochAndOnTheFirstRecordOfEachPartition() throws Exception {
        String name = Written.WRITER.toString();
        PollBuffer buffer = new PollBuffer(PARTITION, BEGIN, PollLimit.DEFAULT, Written.WRITER, STANDING_STILL);
        buffer.beginTicks();
        buffer.epochBarrier();
        buffer.snapshotEnds();
        buffer.put(SourceEvent.of(item(200, Command.of("SET", "foo", "1")), translator, buffer.offset()));
        buffer.ticks(1_795_000_000_000L, 0);
        assertThat(buffer.seal(inFlight).records())
                .extracting(PollBufferTest::writer)
                .containsExactly(name, name, name, name, name, name, name, name, "", "", "", "", "");

        PollBuffer restarted =
                new PollBuffer(PARTITION, buffer.offset(), PollLimit.DEFAULT, Written.WRITER, STANDING_STILL);
        restarted.put(SourceEvent.of(item(300, Command.of("SET", "foo", "2")), translator, buffer.offset()));
        restarted.put(SourceEvent.of(item(400, Command.of("SET", "foo", "3")), translator, buffer.offset()));
        restarted.ticks(1_795_000_000_000L, 0);
        assertThat(restarted.seal(inFlight).records())
                .filteredOn(r -> !writer(r).isEmpty())
                .extracting(SourceRecord::kafkaPartition)
                .containsExactlyInAnyOrder(0, 1, 2, 3);
    }

    @Test
    void onlyTheLastRecordOfAPollCarriesTheNewOffset() throws Exception {
        PollBuffer buffer = new PollBuffer(
                PARTITION,
                BEGIN.inBinlog(new BinlogPosition(2, 100)),
                PollLimit.DEFAULT,
                Written.WRITER,
                STANDING_STILL);
        buffer.put(SourceEvent.of(item(200, Command.of("SET", "foo", "1")), translator, buffer.offset()));
        buffer.put(SourceEvent.of(item(300, Command.of("SET", "foo", "2")), translator, buffer.offset()));
        List<SourceRecord> records = buffer.seal(inFlight).records();

        assertThat(SourceOffset.fromMap(records.get(0).sourceOffset()).resume()).isEqualTo(new BinlogPosition(2, 100));
        assertThat(SourceOffset.fromMap(records.get(1).sourceOffset()).resume()).isEqualTo(new BinlogPosition(2, 300));
    }

    @Test
    void goesOnInsideAnItemWithTheSamePositionsAndSequences() throws Exception {
        BinlogItem big = item(5_000_000, Command.of("SET", "foo", new byte[9_000_000]));
        SourceOffset start = BEGIN.inBinlog(new BinlogPosition(2, 100));
        List<SourceRecord> whole = new ArrayList<>();
        PollBuffer buffer = new PollBuffer(PARTITION, start, PollLimit.DEFAULT, Written.WRITER, STANDING_STILL);
        SourceEvent event = SourceEvent.of(big, translator, start);
        SourceOffset between = null;
        while (!buffer.put(event)) {
            whole.addAll(buffer.seal(inFlight).records());
            if (between == null) {
                between = SourceOffset.fromMap(whole.get(whole.size() - 1).sourceOffset());
            }
        }
        whole.addAll(buffer.seal(inFlight).records());

        PollBuffer resumed = new PollBuffer(PARTITION, between, PollLimit.DEFAULT, Written.WRITER, STANDING_STILL);
        SourceEvent rest = SourceEvent.of(big, translator, between);
        rest.skip(between.partsSent());
        List<SourceRecord> again = new ArrayList<>();
        boolean through;
        do {
            through = resumed.put(rest);
            again.addAll(resumed.seal(inFlight).records());
        } while (!through);

        assertThat(between.partsSent()).isPositive();
        assertThat(again)
                .extracting(PollBufferTest::header)
                .containsExactlyElementsOf(whole.subList(between.partsSent(), whole.size()).stream()
                        .map(PollBufferTest::header)
                        .toList());
        assertThat(again.get(again.size() - 1).sourceOffset())
                .isEqualTo(whole.get(whole.size() - 1).sourceOffset());
    }

    private static final SourceOffset OLD = Written.begin(
                    1_795_337_869_000L,
                    new BinlogPosition(2, 100),
                    new EpochSettings("t.db0", 4, 20_000, 100, BinlogDialect.PIKA_3_3_6, Translator.REVISION),
                    "id",
                    1)
            .inBinlog(new BinlogPosition(2, 100));

    private List<SourceRecord> written(SourceOffset from, BinlogItem item, int recordsAtOnce) throws Exception {
        Translator old =
                new Translator(BinlogDialect.PIKA_3_3_6, new TranslationPolicy(true, true, true), new DiscardCounts());
        PollBuffer buffer = new PollBuffer(
                PARTITION, from, new PollLimit(recordsAtOnce, 1 << 30, 1_000), Written.WRITER, STANDING_STILL);
        SourceEvent event = SourceEvent.of(item, old, from);
        event.skip(from.partsSent());
        List<SourceRecord> records = new ArrayList<>();
        boolean through;
        do {
            through = buffer.put(event);
            records.addAll(buffer.seal(inFlight).records());
        } while (!through);
        return records;
    }

    private static String place(SourceRecord r) {
        var barrier = r.headers().lastWithName(Barrier.NAME);
        return "p" + r.kafkaPartition() + " "
                + header(r).replace("e1795337869000/", "").replace("/1795000000000", "")
                + (barrier == null ? "" : " " + barrier.value());
    }

    @Test
    void goesOnBehindTheKeysOfAnItemThatAreOut() throws Exception {
        BinlogItem del = item(200, Command.of("DEL", "foo", "bar", "foo", "hello")); // partitions 2 1 2 2
        List<SourceRecord> whole = written(OLD, del, 1);

        assertThat(whole)
                .extracting(PollBufferTest::place)
                .containsExactly("p2 0/b/2/200/0", "p1 0/b/2/200/1", "p2 1/b/2/200/2", "p2 2/b/2/200/3");
        assertThat(whole).extracting(r -> new String((byte[]) r.key())).containsExactly("foo", "bar", "foo", "hello");
        for (int done = 1; done < 4; done++) {
            SourceOffset between = SourceOffset.fromMap(whole.get(done - 1).sourceOffset());
            assertThat(between.partsSent()).isEqualTo(done);
            assertThat(written(between, del, 1))
                    .extracting(PollBufferTest::place)
                    .containsExactlyElementsOf(whole.subList(done, 4).stream()
                            .map(PollBufferTest::place)
                            .toList());
        }
    }

    @Test
    void anItemThatFailsInItsMiddleGoesOnAtThePieceThatFailed() throws Exception {
        BinlogItem del = item(200, new Command(List.of(bytes("DEL"), bytes("foo"), new byte[30_000])));
        Translator old =
                new Translator(BinlogDialect.PIKA_3_3_6, new TranslationPolicy(true, true, true), new DiscardCounts());
        PollBuffer buffer = new PollBuffer(PARTITION, OLD, PollLimit.DEFAULT, Written.WRITER, STANDING_STILL);
        assertThatThrownBy(() -> buffer.put(SourceEvent.of(del, old, OLD)))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("record.max.bytes");
        List<SourceRecord> records = buffer.seal(inFlight).records();

        assertThat(records).extracting(PollBufferTest::place).containsExactly("p2 0/b/2/200/0");
        SourceOffset stored = SourceOffset.fromMap(records.get(0).sourceOffset());
        assertThat(stored.sequences()).containsExactly(-1, -1, 0, -1);
        assertThat(stored.partsSent()).isEqualTo(1);
    }

    /** DEL and MSET become a record for each key; these have to run as a whole. */
    @ParameterizedTest
    @ValueSource(strings = {"SUNIONSTORE", "SDIFFSTORE", "MSETNX"})
    void aCommandOverMoreKeysThanCanBeAppliedAtOnceIsRefused(String name) throws Exception {
        SourceOffset from = Written.begin(
                        1_795_337_869_000L,
                        new BinlogPosition(2, 100),
                        new EpochSettings("t.db0", 4, 900_000, 100, BinlogDialect.PIKA_3_3_6, Translator.REVISION),
                        "id",
                        1)
                .inBinlog(new BinlogPosition(2, 100));
        List<byte[]> words = new ArrayList<>(List.of(bytes(name)));
        while (words.size() < Command.MAX_ARGS - 1) {
            words.add(bytes("k" + words.size()));
        }
        assertThat(written(from, item(100_000, new Command(List.copyOf(words))), 1))
                .isNotEmpty();
        words.addAll(List.of(bytes("one"), bytes("more")));
        BinlogItem tooMany = item(100_000, new Command(words));
        assertThatThrownBy(() -> written(from, tooMany, 1))
                .isInstanceOf(ConnectException.class)
                .hasMessageContainingAll(" has 4001 arguments", "write smaller commands");
    }

    @Test
    void whatConcernsKeysOfTwoPartitionsIsABarrierOnBoth() throws Exception {
        List<SourceRecord> records = written(OLD, item(200, Command.of("RPOPLPUSH", "foo", "bar")), 1);

        assertThat(records)
                .extracting(PollBufferTest::place)
                .containsExactly("p1 0/b/2/200/0 p1+p2", "p2 0/b/2/200/0 p1+p2");
        assertThat(records).allSatisfy(r -> {
            assertThat(r.key()).isNull();
            assertThat(Resp.parse((byte[]) r.value())).containsExactly(Command.of("RPOPLPUSH", "foo", "bar"));
        });
    }

    @Test
    void whatConcernsKeysOfOnePartitionIsAPlainRecord() throws Exception {
        List<SourceRecord> records = written(OLD, item(200, Command.of("BITOP", "OR", "foo", "hello", "{foo}2")), 1);

        assertThat(records).extracting(PollBufferTest::place).containsExactly("p2 0/b/2/200/0");
        assertThat(new String((byte[]) records.get(0).key())).isEqualTo("foo");
    }

    @Test
    void stagesWhatIsTooLargeForABarrierOnItsLowestPartition() throws Exception {
        BinlogItem item = item(200, Command.of("MSETNX", "foo", new byte[30_000], "bar", new byte[10_000]));
        List<SourceRecord> records = written(OLD, item, 1);

        assertThat(records)
                .extracting(PollBufferTest::place)
                .containsExactly("p1 0/b/2/200/0", "p1 1/b/2/200/1", "p1 2/b/2/200/2 p1+p2", "p2 0/b/2/200/2 p1+p2");
        assertThat(records)
                .allSatisfy(r -> assertThat(((byte[]) r.value()).length).isLessThan(20_000));
        assertThat(new String((byte[]) records.get(0).key())).isEqualTo("bar");
        SourceOffset between = SourceOffset.fromMap(records.get(1).sourceOffset());
        assertThat(written(between, item, 1))
                .extracting(PollBufferTest::place)
                .containsExactlyElementsOf(records.subList(2, 4).stream()
                        .map(PollBufferTest::place)
                        .toList());
    }

    @Test
    void acknowledgesTheMasterOnlyWhatKafkaHasInOrder() throws Exception {
        PollBuffer buffer = new PollBuffer(
                PARTITION,
                BEGIN.inBinlog(new BinlogPosition(2, 100)),
                PollLimit.DEFAULT,
                Written.WRITER,
                STANDING_STILL);
        buffer.put(SourceEvent.of(item(200, Command.of("SET", "a", "1")), translator, buffer.offset()));
        PikaSourceRecord first =
                (PikaSourceRecord) buffer.seal(inFlight).records().get(0);
        buffer.put(SourceEvent.of(item(300, Command.of("SET", "b", "2")), translator, buffer.offset()));
        PikaSourceRecord second =
                (PikaSourceRecord) buffer.seal(inFlight).records().get(0);

        inFlight.acknowledged(second);
        assertThat(acknowledgedUpTo).isEmpty();
        inFlight.acknowledged(first);
        assertThat(acknowledgedUpTo).containsExactly(new BinlogPosition(2, 300));
        assertThat(inFlight.isEmpty()).isTrue();
    }

    @Test
    void itemsWithoutRecordsAreAcknowledgedBehindThoseBeforeThem() throws Exception {
        PollBuffer buffer = new PollBuffer(
                PARTITION,
                BEGIN.inBinlog(new BinlogPosition(2, 100)),
                PollLimit.DEFAULT,
                Written.WRITER,
                STANDING_STILL);
        buffer.put(SourceEvent.of(item(200, Command.of("SET", "a", "1")), translator, buffer.offset()));
        PikaSourceRecord first =
                (PikaSourceRecord) buffer.seal(inFlight).records().get(0);
        buffer.put(SourceEvent.of(item(300, Command.of("clearcache")), translator, buffer.offset()));

        assertThat(buffer.seal(inFlight).records()).isEmpty();
        inFlight.advance();
        assertThat(acknowledgedUpTo).isEmpty();
        inFlight.acknowledged(first);
        assertThat(acknowledgedUpTo).containsExactly(new BinlogPosition(2, 300));
    }

    /** Else it would acknowledge to the next conversation what that one has not received. */
    @Test
    @Timeout(30)
    void anAcknowledgementIsOverBeforeItsConversationIsForgotten() throws Exception {
        AtomicReference<String> conversation = new AtomicReference<>("first");
        List<String> acknowledgedTo = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch acknowledging = new CountDownLatch(1);
        CountDownLatch replaced = new CountDownLatch(1);
        InFlight shared = new InFlight(
                end -> {
                    acknowledging.countDown();
                    awaitQuietly(replaced);
                    acknowledgedTo.add(conversation.get());
                },
                System::nanoTime);
        PollBuffer buffer = new PollBuffer(
                PARTITION,
                BEGIN.inBinlog(new BinlogPosition(2, 100)),
                PollLimit.DEFAULT,
                Written.WRITER,
                STANDING_STILL);
        buffer.put(SourceEvent.of(item(200, Command.of("SET", "a", "1")), translator, buffer.offset()));
        PikaSourceRecord record =
                (PikaSourceRecord) buffer.seal(shared).records().get(0);
        Thread producer = new Thread(() -> shared.acknowledged(record));
        producer.start();
        acknowledging.await();
        shared.forget();
        conversation.set("second");
        replaced.countDown();
        producer.join();
        assertThat(acknowledgedTo).containsExactly("first");
    }

    /** Long enough for a replacement that does not wait for the acknowledgement. */
    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(500, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void ticksRepeatTheLastSequenceAndCarryTheOffset() throws Exception {
        PollBuffer buffer = new PollBuffer(
                PARTITION,
                BEGIN.inBinlog(new BinlogPosition(2, 100)),
                PollLimit.DEFAULT,
                Written.WRITER,
                STANDING_STILL);
        buffer.put(SourceEvent.of(item(300, Command.of("clearcache")), translator, buffer.offset()));
        buffer.ticks(1_795_000_001_000L, 0);
        List<SourceRecord> ticks = buffer.seal(inFlight).records();

        assertThat(ticks).hasSize(4).allSatisfy(t -> {
            assertThat(header(t)).isEqualTo("e1795337869000/-1/-/1795000001000");
            assertThat(t.value()).isNull();
            assertThat(t.key()).isNull();
        });
        assertThat(SourceOffset.fromMap(ticks.get(3).sourceOffset()).resume()).isEqualTo(new BinlogPosition(2, 300));
    }

    @Test
    void aTickNamesTheSameMomentByTheMastersClockAndByTheWorkers() {
        PollBuffer buffer = new PollBuffer(
                PARTITION,
                BEGIN.inBinlog(new BinlogPosition(2, 100)),
                PollLimit.DEFAULT,
                Written.WRITER,
                STANDING_STILL);
        long master = System.currentTimeMillis() - 200_000;
        buffer.ticks(master - 2_000, -200_000, 0);

        assertThat(buffer.seal(inFlight).records()).hasSize(4).allSatisfy(t -> {
            assertThat(header(t)).endsWith("/-/" + (master - 2_000));
            assertThat(t.timestamp()).isEqualTo(master - 2_000 + 200_000);
        });
    }

    @Test
    void anItemWithoutRecordsIsCountedOnceThoughItsSessionHasEnded() throws Exception {
        PollBuffer buffer = new PollBuffer(
                PARTITION,
                BEGIN.inBinlog(new BinlogPosition(2, 100)),
                PollLimit.DEFAULT,
                Written.WRITER,
                STANDING_STILL);
        assertThat(buffer.put(SourceEvent.of(item(300, Command.of("clearcache")), translator, buffer.offset())))
                .isTrue();
        buffer.sessionEnded();

        assertThat(buffer.seal(inFlight)).isEqualTo(new PollBuffer.Poll(List.of(), 0, 1, 0));
        assertThat(buffer.seal(inFlight)).isEqualTo(new PollBuffer.Poll(List.of(), 0, 0, 0));
    }

    private PollBuffer withOneItem(PollLimit.Size binlog) throws Exception {
        PollBuffer buffer = new PollBuffer(
                PARTITION,
                BEGIN.inBinlog(new BinlogPosition(2, 100)),
                new PollLimit(PollLimit.DEFAULT.snapshot(), binlog),
                Written.WRITER,
                STANDING_STILL);
        assertThat(buffer.isFull()).as("before anything is in").isFalse();
        buffer.put(SourceEvent.of(item(200, Command.of("SET", "a", "1")), translator, buffer.offset()));
        return buffer;
    }

    @Test
    void aBarrierOnAsManyPartitionsAsThereMayBeHasOneTextWhichIsCounted() {
        EpochSettings epochSettings =
                new EpochSettings("t.db0", 1_000, 900_000, 100, BinlogDialect.PIKA_3_5_5, Translator.REVISION);
        PollBuffer buffer = new PollBuffer(
                PARTITION,
                Written.begin(1, new BinlogPosition(0, 0), epochSettings, "", 1),
                PollLimit.DEFAULT,
                Written.WRITER,
                STANDING_STILL);
        buffer.epochBarrier();
        PollBuffer.Poll poll = buffer.seal(inFlight);
        List<SourceRecord> records = poll.records();

        Object text = records.get(0).headers().lastWithName(Barrier.NAME).value();
        assertThat(text.toString()).startsWith("p0+p1+").endsWith("+p999");
        assertThat(records)
                .hasSize(1_000)
                .allSatisfy(
                        r -> assertThat(r.headers().lastWithName(Barrier.NAME).value())
                                .isSameAs(text));
        assertThat(poll.bytes()).isGreaterThan(1_000L * text.toString().length());
    }

    @Test
    void isFullAtTheFirstOfFourLimits() throws Exception {
        Duration anHour = Duration.ofHours(1);
        assertThat(withOneItem(new PollLimit.Size(2, 1_000, 2, anHour)).isFull())
                .isFalse();
        assertThat(withOneItem(new PollLimit.Size(1, 1_000, 2, anHour)).isFull())
                .isTrue();
        assertThat(withOneItem(new PollLimit.Size(2, 500, 2, anHour)).isFull()).isTrue();
        assertThat(withOneItem(new PollLimit.Size(2, 1_000, 1, anHour)).isFull())
                .isTrue();
        assertThat(withOneItem(new PollLimit.Size(2, 1_000, 2, Duration.ZERO)).isFull())
                .isTrue();
    }

    /** Until it is committed no sink gets anything of it, and a worker that has just started is slow. */
    @Test
    void aBatchOfTheSnapshotIsFullAfterASecond() {
        AtomicLong nanos = new AtomicLong();
        PollBuffer buffer = new PollBuffer(
                PARTITION, BEGIN, PollLimit.DEFAULT, Written.WRITER, new TaskClock(nanos::get, Clock.systemUTC()));
        buffer.epochBarrier();

        nanos.set(999_000_000);
        assertThat(buffer.isFull()).isFalse();
        nanos.set(1_000_000_000);
        assertThat(buffer.isFull()).isTrue();
    }

    @Test
    void isEmptyAgainOnceItsRecordsAreTaken() throws Exception {
        PollBuffer buffer = withOneItem(new PollLimit.Size(1, 1_000, 1, Duration.ZERO));
        buffer.seal(inFlight);
        assertThat(buffer.isFull()).isFalse();
    }

    @Test
    void offsetsAreBoundedWithAllPartitionsThereMayBe() {
        EpochSettings epochSettings =
                new EpochSettings("t.db0", 1_000, 20_000, 100, BinlogDialect.PIKA_3_5_5, Translator.REVISION);
        long[] sequences = new long[1_000];
        Arrays.fill(sequences, Long.MAX_VALUE);
        SourceOffset offset = Written.begin(1, new BinlogPosition(2, 100), epochSettings, "id", 1)
                .inSnapshot(SnapshotCursor.parse(Integer.MAX_VALUE + "/" + Long.MAX_VALUE + "/#ffffffff"))
                .withProgress(Integer.MAX_VALUE, sequences)
                .lost("because ".repeat(10_000));
        assertThat(offset.toMap().toString().length()).isLessThan(25_000);
        assertThat(offset.lostReason()).startsWith("because ").endsWith("…");
    }

    @Test
    void anOffsetThatCannotBeReadShowsNoDataOfTheMasters() {
        Map<String, String> map = BEGIN.inSnapshot(SnapshotCursor.START).toMap();
        map.put("cursor", "0/5/c2VjcmV0");
        map.put("resume", "nowhere");
        assertThatThrownBy(() -> SourceOffset.fromMap(map))
                .isInstanceOf(ConnectException.class)
                .hasMessageContainingAll("nowhere", "Reset the connector's offsets")
                .hasMessageNotContaining("c2VjcmV0");
    }

    @Test
    void offsetsInTheSnapshotAsTheFirstReleaseWroteThemAreGoneOnFrom() {
        Map<String, String> map = BEGIN.inSnapshot(SnapshotCursor.START).toMap();
        map.put("cursor", "2/1047/AwAAAGw6MY2uAmv-________fw");
        SnapshotCursor cursor = SourceOffset.fromMap(map).cursor();
        assertThat(cursor.instance()).isEqualTo(2);
        assertThat(cursor.ordinal()).isEqualTo(1047);
        assertThat(cursor.lastKey()).isPresent();
    }

    @Test
    void aPollOfTheBinlogLeavesRoomInTheSmallestWindowOfAMaster() {
        int smallestWindow = 3_000;

        assertThat(PollLimit.DEFAULT.in(SourceOffset.Phase.BINLOG).items()).isLessThan(smallestWindow);
    }

    @Test
    void recordsOfAPollLieInOrderInTheMapThatConnectKeepsOfThem() {
        PollBuffer buffer = new PollBuffer(PARTITION, BEGIN, PollLimit.DEFAULT, Written.WRITER, STANDING_STILL);
        buffer.beginTicks();
        List<SourceRecord> records = buffer.seal(inFlight).records();

        assertThat(List.copyOf(new HashSet<>(records))).hasSameSizeAs(records);
        assertThat(records.stream().map(SourceRecord::hashCode)).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void offsetsShowAnAdministratorThePhaseThePositionAndTheSequences() {
        BinlogPosition position = new BinlogPosition(7, 9);
        assertThat(BEGIN.toMap()).containsEntry("phase", "begin");
        assertThat(BEGIN.inSnapshot(SnapshotCursor.START).toMap()).containsEntry("phase", "snapshot");
        assertThat(BEGIN.inBinlog(position)
                        .withProgress(0, new long[] {1, 2, 3, 4})
                        .toMap())
                .containsEntry("phase", "binlog")
                .containsEntry("resume", "7/9")
                .containsEntry("sequences", "1,2,3,4");
    }

    @Test
    void offsetsSurviveTheirMapForm() {
        SourceOffset offset = BEGIN.inBinlog(new BinlogPosition(7, 9)).withProgress(3, new long[] {1, 2, 3, 4});
        assertThat(SourceOffset.fromMap(offset.toMap()).toMap()).isEqualTo(offset.toMap());
    }
}
