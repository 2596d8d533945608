package io.pikaconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.source.Transactions.Limit;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.TransactionContext;
import org.junit.jupiter.api.Test;

class TransactionsTest {

    private final Ended ended = new Ended();
    private final Transactions transactions = new Transactions(Optional.of(ended));

    @Test
    void transactionOfTheSnapshotEndsWithItsLastRecordsOrRightBehindThem() {
        assertThat(transactions.handOver(records(3), 0, 300, Limit.SNAPSHOT)).hasSize(3);
        assertThat(ended.times).isZero();
        assertThat(transactions.handOver(records(2), 0, 200, Limit.SNAPSHOT_END))
                .hasSize(2);
        assertThat(ended.times).isEqualTo(1);

        assertThat(transactions.handOver(records(3), 0, 300, Limit.SNAPSHOT)).hasSize(3);
        assertThat(transactions.handOver(List.of(), 0, 0, Limit.SNAPSHOT_END)).isEmpty();
        assertThat(ended.times).isEqualTo(2);
    }

    @Test
    void withoutAnOpenTransactionThereIsNoneToEnd() {
        assertThat(transactions.handOver(List.of(), 0, 0, Limit.SNAPSHOT_END)).isNull();
        assertThat(transactions.handOver(List.of(), 1, 100, Limit.BINLOG)).isNull();
        assertThat(ended.times).isZero();
    }

    @Test
    void binlogIsCommittedAfterAThousandItems() {
        assertThat(transactions.handOver(records(1), 999, 100, Limit.BINLOG)).hasSize(1);
        assertThat(ended.times).isZero();
        transactions.handOver(records(1), 1, 100, Limit.BINLOG);
        assertThat(ended.times).isEqualTo(1);
        transactions.handOver(records(1), 999, 100, Limit.BINLOG);
        assertThat(ended.times).as("counted anew").isEqualTo(1);
    }

    @Test
    void snapshotIsCommittedAfterManyRecordsOrBytes() {
        transactions.handOver(records(60_000), 0, 100, Limit.SNAPSHOT);
        assertThat(ended.times).isEqualTo(1);
        transactions.handOver(records(1), 0, 33 << 20, Limit.SNAPSHOT);
        assertThat(ended.times).isEqualTo(2);
    }

    @Test
    void whereTransactionsAreNotOursRecordsJustGoOn() {
        Transactions none = new Transactions(Optional.empty());
        assertThat(none.handOver(records(2), 5_000, 100, Limit.SNAPSHOT_END)).hasSize(2);
        assertThat(none.handOver(List.of(), 0, 0, Limit.SNAPSHOT_END)).isNull();
    }

    private static List<SourceRecord> records(int count) {
        return Collections.nCopies(count, new SourceRecord(Map.of(), Map.of(), "topic", null, null));
    }

    private static final class Ended implements TransactionContext {

        private int times;

        @Override
        public void commitTransaction() {
            times++;
        }

        @Override
        public void commitTransaction(SourceRecord record) {
            throw new AssertionError("by batches only");
        }

        @Override
        public void abortTransaction() {
            throw new AssertionError("never");
        }

        @Override
        public void abortTransaction(SourceRecord record) {
            throw new AssertionError("never");
        }
    }
}
