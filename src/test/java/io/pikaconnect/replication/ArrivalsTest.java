package io.pikaconnect.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.pika.BinlogPosition;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ArrivalsTest {

    private static final BinlogPosition HERE = new BinlogPosition(3, 1_000);
    private static final BinlogPosition END = new BinlogPosition(3, 2_000);
    private static final BinlogPosition NEXT_FILE = new BinlogPosition(4, 0);

    private final Arrivals arrivals = new Arrivals(Duration.ofSeconds(60));

    private Optional<String> at(
            int seconds, boolean expecting, Optional<BinlogPosition> masterEnd, OptionalLong arrivedSecond) {
        OptionalLong arrivedNanos =
                arrivedSecond.isPresent() ? OptionalLong.of(nanos(arrivedSecond.getAsLong())) : arrivedSecond;
        return arrivals.look(new Arrivals.Moment(HERE, expecting, masterEnd, arrivedNanos), nanos(seconds));
    }

    private static long nanos(long second) {
        return Duration.ofSeconds(second).toNanos();
    }

    private Optional<String> missing(int seconds) {
        return at(seconds, true, Optional.of(END), OptionalLong.empty());
    }

    private Optional<String> arrived(int seconds, int arrivedSecond) {
        return at(seconds, true, Optional.of(END), OptionalLong.of(arrivedSecond));
    }

    @Test
    void whatIsMissingForAMinuteEndsTheSession() {
        assertThat(missing(100)).isEmpty();
        assertThat(missing(159)).isEmpty();
        assertThat(missing(160)).hasValueSatisfying(why -> assertThat(why).contains("for 60 s", END.toString()));
    }

    @Test
    void nothingIsMissingAtTheEndOfTheLog() {
        for (BinlogPosition end : new BinlogPosition[] {HERE, NEXT_FILE}) {
            assertThat(at(100, true, Optional.of(end), OptionalLong.empty())).isEmpty();
            assertThat(at(500, true, Optional.of(end), OptionalLong.empty())).isEmpty();
        }
        assertThat(at(600, true, Optional.empty(), OptionalLong.empty())).isEmpty();
    }

    @Test
    void theTimeBeforeAnythingWasMissingDoesNotCount() {
        assertThat(at(100, true, Optional.of(HERE), OptionalLong.of(50))).isEmpty();
        assertThat(missing(500)).isEmpty();
        assertThat(missing(559)).isEmpty();
        assertThat(missing(560)).isPresent();
    }

    @Test
    void timeInWhichTheMasterWaitsForAnAcknowledgementDoesNotCount() {
        assertThat(missing(100)).isEmpty();
        assertThat(at(159, false, Optional.of(END), OptionalLong.empty())).isEmpty();
        assertThat(missing(170)).isEmpty();
        assertThat(missing(229)).isEmpty();
        assertThat(missing(230)).isPresent();
    }

    @Test
    void anythingThatArrivesStartsTheTimeAgain() {
        assertThat(missing(100)).isEmpty();
        assertThat(arrived(161, 150)).isEmpty();
        assertThat(arrived(209, 150)).isEmpty();
        assertThat(arrived(210, 150)).isPresent();
    }
}
