package io.pikaconnect.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import java.util.List;
import org.junit.jupiter.api.Test;

class LastItemsTest {

    private static final BinlogPosition BEGIN = new BinlogPosition(3, 1_000);
    private static final List<BinlogItem> ITEMS = Items.row(BEGIN, 300, 10);

    private static LastItems after(int items) {
        LastItems last = LastItems.none(BEGIN);
        for (BinlogItem item : ITEMS.subList(0, items)) {
            last = last.after(item);
        }
        return last;
    }

    private static List<Integer> lengths(LastItems last) {
        return last.chains().stream().map(LastItems.Chain::items).toList();
    }

    @Test
    void thereAreShorterAndShorterChains() {
        assertThat(lengths(after(0))).isEmpty();
        assertThat(lengths(after(1))).containsExactly(1);
        assertThat(lengths(after(3))).containsExactly(3, 2, 1);
        assertThat(lengths(after(100))).containsExactly(100, 64, 32, 16, 8, 4, 2, 1);
        assertThat(lengths(after(200))).containsExactly(72, 64, 32, 16, 8, 4, 2, 1);
    }

    @Test
    void eachIsWhatComesFromItsStartOn() {
        for (LastItems.Chain chain : after(200).chains()) {
            LastItems.Chain again = LastItems.Chain.at(chain.from());
            for (BinlogItem item : ITEMS.subList(200 - chain.items(), 200)) {
                again = again.with(item);
            }
            assertThat(chain.from()).isEqualTo(ITEMS.get(200 - chain.items()).start());
            assertThat(chain.says(again)).isTrue();
            assertThat(chain.to()).isEqualTo(again.to());
        }
    }

    @Test
    void asATextTheyStayTheSame() {
        LastItems last = after(150);
        LastItems read = LastItems.parse(last.toString(), ITEMS.get(149).end());
        assertThat(read).hasToString(last.toString());
        assertThat(last.toString().length()).isLessThan(300);
        LastItems next = read.after(ITEMS.get(150)).after(ITEMS.get(151)).after(ITEMS.get(152));
        assertThat(lengths(next)).containsExactly(89, 2, 1);
        assertThat(next.chains().get(0).says(after(153).chains().get(0))).isTrue();
    }

    @Test
    void aTextOfTheFirstReleaseHasOneChain() {
        String first = after(150).toString().replaceAll("^([^;]*;[^;]*;[^;]*);.*", "$1");
        LastItems read = LastItems.parse(first, ITEMS.get(149).end());
        assertThat(lengths(read)).containsExactly(86);
        assertThat(read.after(ITEMS.get(150))
                        .chains()
                        .get(0)
                        .says(after(151).chains().get(0)))
                .isTrue();
        assertThatThrownBy(() -> LastItems.parse(first + ";1", BEGIN)).isInstanceOf(IllegalArgumentException.class);
    }
}
