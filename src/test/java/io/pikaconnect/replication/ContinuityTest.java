package io.pikaconnect.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.demo.Recording;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContinuityTest {

    @Test
    void smallCommandsOnAnEmptyLogEndWhereARealMasterSaidTheyDo() {
        BinlogPosition at = BinlogPosition.ZERO;
        int[] contents = {27, 50, 40, 27, 27, 29, 42, 36};
        int[] ends = {69, 161, 243, 312, 381, 452, 536, 614};
        for (int i = 0; i < contents.length; i++) {
            at = Continuity.end(at, BinlogItem.HEADER + contents[i]);
            assertThat(at.offset()).isEqualTo(ends[i]);
        }
    }

    @Test
    void lessThanARecordHeaderAtABlocksEndIsSkipped() {
        assertThat(Continuity.end(new BinlogPosition(0, 65_536 - 7), 10)).isEqualTo(new BinlogPosition(0, 65_536 + 18));
    }

    @Test
    void exactlyARecordHeaderAtABlocksEndTakesAnEmptyRecord() {
        assertThat(Continuity.end(new BinlogPosition(0, 65_536 - 8), 10)).isEqualTo(new BinlogPosition(0, 65_536 + 18));
    }

    @Test
    void anItemAcrossBlocksHasOneRecordHeaderInEach() {
        assertThat(Continuity.end(new BinlogPosition(0, 0), 200_000)).isEqualTo(new BinlogPosition(0, 200_000 + 4 * 8));
    }

    @Test
    void anItemAfterARotationNamesTheOldFilesEnd() {
        Continuity continuity = new Continuity(new BinlogPosition(0, 226_132));
        BinlogItem item = Items.item(new BinlogPosition(0, 226_132), new BinlogPosition(1, 81), 73 - BinlogItem.HEADER);
        assertThat(continuity.follow(item)).isEmpty();
    }

    @Test
    void theBeginOfAFileIsFollowedByAnItemThatNamesTheOldFilesEnd() {
        Continuity continuity = new Continuity(new BinlogPosition(1, 0));
        BinlogItem item = Items.item(new BinlogPosition(0, 226_132), new BinlogPosition(1, 81), 73 - BinlogItem.HEADER);
        assertThat(continuity.follow(item)).isEmpty();
    }

    @Test
    void aMissingItemIsNoticedByTheHeader() {
        BinlogItem first = Items.after(BinlogPosition.ZERO, 20);
        BinlogItem second = Items.after(first.end(), 20);
        BinlogItem third = Items.after(second.end(), 20);
        Continuity continuity = new Continuity(BinlogPosition.ZERO);
        assertThat(continuity.follow(first)).isEmpty();
        assertThat(continuity.follow(third))
                .hasValueSatisfying(why -> assertThat(why)
                        .contains(
                                third.end().toString(),
                                second.end().toString(),
                                first.end().toString()));
    }

    @Test
    void anItemOfAnotherLengthIsNoticedByTheArithmetic() {
        BinlogItem right = Items.after(BinlogPosition.ZERO, 20);
        BinlogItem longer = Items.item(BinlogPosition.ZERO, right.end(), 21);
        assertThat(new Continuity(BinlogPosition.ZERO).follow(longer)).isPresent();
    }

    @Test
    void aSkippedFileIsNoticed() {
        BinlogItem item = Items.item(BinlogPosition.ZERO, Continuity.end(new BinlogPosition(2, 0), 54), 20);
        assertThat(new Continuity(BinlogPosition.ZERO).follow(item)).isPresent();
    }

    @Test
    void everyItemOfTheRecordingsFollowsTheOneBefore() throws Exception {
        for (String version : List.of("3.2.0", "3.3.6", "3.5.5", "4.0.1")) {
            Recording recording = Recording.ofVersion(version);
            Continuity continuity = new Continuity(recording.position());
            for (BinlogItem item : recording.items()) {
                assertThat(continuity.follow(item)).as(version).isEmpty();
            }
        }
    }
}
