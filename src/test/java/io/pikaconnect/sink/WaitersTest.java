package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class WaitersTest {

    private static final TopicPartition WAITS = new TopicPartition("pika.db0", 0);
    private static final TopicPartition OTHER = new TopicPartition("pika.db0", 1);
    private static final Optional<Position> PLACE = Optional.of(Position.binlog(3, 100, 0));
    private static final Optional<Position> BEFORE = Optional.of(Position.binlog(3, 99, 0));

    private final Waiters waiters = new Waiters();
    private final List<String> woken = new ArrayList<>();

    private void await(Waiters where) {
        where.await(WAITS, OTHER, PLACE, where.lastMove(), () -> woken.add("woken"));
    }

    @Test
    void wakesOnceWhenTheOtherIsThere() {
        await(waiters);
        waiters.moved(OTHER, BEFORE);
        assertThat(woken).isEmpty();
        waiters.moved(OTHER, PLACE);
        waiters.moved(OTHER, PLACE);
        assertThat(woken).hasSize(1);
    }

    @Test
    void wakesAtOnceIfTheOtherGotThereWhileTheLedgerWasRead() {
        long since = waiters.lastMove();
        waiters.moved(OTHER, PLACE);
        waiters.await(WAITS, OTHER, PLACE, since, () -> woken.add("woken"));
        assertThat(woken).hasSize(1);
    }

    @Test
    void whatIsForgottenIsNotKeptAndNotWoken() {
        waiters.moved(WAITS, BEFORE);
        waiters.moved(OTHER, BEFORE);
        await(waiters);
        waiters.forget(WAITS);
        waiters.moved(OTHER, PLACE);
        assertThat(woken).isEmpty();
        waiters.forget(OTHER);
        assertThat(waiters.size()).isZero();
    }

    @Test
    void sinksOfOneTopicDoNotWakeEachOther() {
        await(Waiters.of("one"));
        Waiters.of("another").moved(OTHER, PLACE);
        assertThat(woken).isEmpty();
        Waiters.of("one").moved(OTHER, PLACE);
        assertThat(woken).hasSize(1);
    }
}
