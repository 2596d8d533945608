package io.pikaconnect.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WriterTest {

    private static final long EPOCH = 1_795_337_869_000L;

    @Test
    void isTextThatNoHeaderConverterTakesForAnythingElse() {
        Writer writer = new Writer("{a, b}: \"true\" ;=%", "größe 1", "7a3f", EPOCH, "old");
        assertThat(writer.toString()).matches("[A-Za-z0-9=;%+._*-]+");
        assertThat(Writer.parse(writer.toString())).isEqualTo(writer);
        assertThat(Writer.parse('"' + writer.toString() + '"')).isEqualTo(writer);
    }

    @Test
    void leavesOutWhatIsNotKnown() {
        Writer writer = new Writer("pika-source", "", "", 0, "");
        assertThat(writer).hasToString("connector=pika-source");
        assertThat(Writer.parse("connector=pika-source;added=later")).isEqualTo(writer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "p0+p3", "group=g", "connector=a;previous=x"})
    void refusesAnyOtherText(String text) {
        assertThatThrownBy(() -> Writer.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Connector, group, master of the former and of the next one, what that had stored and takes over; whether it may. */
    @ParameterizedTest
    @CsvSource({
        "a,g,m, a,g,m, 0,'', true, true",
        "a,g,m, b,g,m, 0,'', false, false",
        "a,g,m, a,h,m, 0,'', false, false",
        "a,'',m, a,h,m, 0,'', true, true",
        "a,g,m, a,g,n, 0,'', false, false",
        "a,g,m, a,g,n, 1795337869000,'', true, false",
        "a,g,m, b,g,m, 1795337869000,'', false, false",
        "a,g,m, b,g,n, 0,a, true, true",
        "a,g,m, a,h,n, 0,a@g, true, true",
        "a,g,m, b,h,n, 0,a@h, false, false",
        "c,g,m, b,g,m, 0,a, false, false",
    })
    void followsOnItselfAndOnWhomItTakesOverFrom(
            String connector,
            String group,
            String master,
            String nextConnector,
            String nextGroup,
            String nextMaster,
            long previous,
            String takes,
            boolean mayFollow,
            boolean mayContinue) {
        Optional<Writer> former = Optional.of(new Writer(connector, group, master, 0, ""));
        Writer next = new Writer(nextConnector, nextGroup, nextMaster, previous, takes);
        assertThat(next.mayFollow(former, EPOCH)).isEqualTo(mayFollow);
        assertThat(next.mayContinue(former)).isEqualTo(mayContinue);
    }

    @Test
    void followsOnASourceWithoutANameIfItHadStoredThatEpoch() {
        assertThat(new Writer("a", "", "", EPOCH, "").mayFollow(Optional.empty(), EPOCH))
                .isTrue();
        assertThat(new Writer("a", "", "", EPOCH - 1, "").mayFollow(Optional.empty(), EPOCH))
                .isFalse();
        assertThat(new Writer("a", "", "", 0, "pika").mayFollow(Optional.empty(), EPOCH))
                .isTrue();
        assertThat(new Writer("a", "", "", 0, "").mayContinue(Optional.empty())).isTrue();
    }
}
