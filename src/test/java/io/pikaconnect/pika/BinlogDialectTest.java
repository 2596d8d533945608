package io.pikaconnect.pika;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BinlogDialectTest {

    private static PikaVersion v(String text) {
        return PikaVersion.parse(text);
    }

    @ParameterizedTest
    @CsvSource({
        "3.2.0, PIKA_3_2_0",
        "3.2.3, PIKA_3_2_0",
        "3.2.4, PIKA_3_2_4",
        "3.2.9-1, PIKA_3_2_4",
        "3.3.0, PIKA_3_2_4",
        "3.3.5, PIKA_3_2_4",
        "3.3.6, PIKA_3_3_6",
        "3.4.0, PIKA_3_3_6",
        "3.4.1, PIKA_3_3_6",
        "3.4, PIKA_3_3_6",
        "3.5.0, PIKA_3_5_0",
        "3.5.1, PIKA_3_5_0",
        "3.5.2, PIKA_3_5_2",
        "3.5.3-alpha, PIKA_3_5_2",
        "3.5.3, PIKA_3_5_2",
        "3.5.4, PIKA_3_5_4",
        "3.5.4-alpha, PIKA_3_5_4",
        "3.5.5, PIKA_3_5_5",
        "3.5.6, PIKA_3_5_6",
        "4.0.0, PIKA_4_0_0",
        "4.0.1, PIKA_4_0_1",
        "4.0.2, PIKA_4_0_1",
        "4.0.3, PIKA_4_0_3",
        "4.0.4, PIKA_4_0_3",
    })
    void isDecidedByTheVersion(String version, BinlogDialect dialect) {
        assertThat(BinlogDialect.of(v(version))).isEqualTo(dialect);
    }

    @Test
    void aMasterThatCalls400ItselfIsReadWithWhatHoldsForBoth() {
        assertThat(BinlogDialect.of(PikaVersion.reported("4.0.0"))).isEqualTo(BinlogDialect.PIKA_4_0_0);
    }

    @Test
    void aMasterThatCalls402ItselfMayBeALaterOne() {
        assertThat(BinlogDialect.of(PikaVersion.reported("4.0.2"))).isEqualTo(BinlogDialect.PIKA_4_0_2);
        assertThat(BinlogDialect.of(PikaVersion.reported("4.0.3"))).isEqualTo(BinlogDialect.PIKA_4_0_3);
    }

    @Test
    void whatWasNotKnownAtAnEpochsBeginIsReadExactlyOnceItIsKnown() {
        assertThat(BinlogDialect.PIKA_4_0_2.refinedBy(v("4.0.2"))).isEqualTo(BinlogDialect.PIKA_4_0_1);
        assertThat(BinlogDialect.PIKA_4_0_2.refinedBy(v("4.0.4"))).isEqualTo(BinlogDialect.PIKA_4_0_3);
        assertThat(BinlogDialect.PIKA_4_0_2.refinedBy(PikaVersion.reported("4.0.2")))
                .isEqualTo(BinlogDialect.PIKA_4_0_2);
        assertThat(BinlogDialect.PIKA_4_0_2.refinedBy(v("4.0"))).isEqualTo(BinlogDialect.PIKA_4_0_2);
        assertThat(BinlogDialect.PIKA_4_0_2.refinedBy(v("4.0.1"))).isEqualTo(BinlogDialect.PIKA_4_0_2);
        assertThat(BinlogDialect.PIKA_4_0_0.refinedBy(v("4.0.1"))).isEqualTo(BinlogDialect.PIKA_4_0_0);
        assertThat(BinlogDialect.PIKA_4_0_1.refinedBy(v("4.0.3"))).isEqualTo(BinlogDialect.PIKA_4_0_1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.2", "3.3", "3.5", "4.0"})
    void wantsToKnowTheVersionExactlyWhereItsLineDiffers(String version) {
        assertThatThrownBy(() -> BinlogDialect.of(v(version)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the master is a Pika " + version)
                .hasMessageContaining("set pika.version to " + version + ".0, " + version + ".1,");
    }

    @Test
    void theChoiceNamesAllReleases() {
        assertThatThrownBy(() -> BinlogDialect.of(v("3.5")))
                .hasMessageContaining("pika.version to 3.5.0, 3.5.1, 3.5.2, 3.5.3, 3.5.4, 3.5.5 or 3.5.6");
    }

    @Test
    void anEpochsDialectIsKeptWhileTheMasterMayHaveIt() {
        assertThat(BinlogDialect.PIKA_3_5_4.isPossible(v("3.5"))).isTrue();
        assertThat(BinlogDialect.PIKA_3_5_4.isPossible(v("3.5.4"))).isTrue();
        assertThat(BinlogDialect.PIKA_3_5_4.isPossible(v("3.5.5"))).isFalse();
        assertThat(BinlogDialect.PIKA_4_0_0.isPossible(v("4.0.1"))).isTrue();
        assertThat(BinlogDialect.PIKA_4_0_1.isPossible(v("4.0.0"))).isFalse();
        assertThat(BinlogDialect.PIKA_4_0_1.isPossible(v("4.0.2"))).isTrue();
        assertThat(BinlogDialect.PIKA_4_0_0.isPossible(PikaVersion.reported("4.0.2")))
                .isFalse();
        assertThat(BinlogDialect.PIKA_4_0_1.isPossible(v("4.0.3"))).isFalse();
        assertThat(BinlogDialect.PIKA_3_5_5.isPossible(v("3.5.6"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "PIKA_3_2_0, 3.2.0 to 3.2.3",
        "PIKA_3_2_4, 3.2.4 to 3.3.5",
        "PIKA_3_3_6, 3.3.6 to 3.4.2",
        "PIKA_3_5_0, 3.5.0 or 3.5.1",
        "PIKA_3_5_5, 3.5.5",
        "PIKA_3_5_6, 3.5.6",
        "PIKA_4_0_0, 4.0.0 or 4.0.1",
        "PIKA_4_0_1, 4.0.1 or 4.0.2",
        "PIKA_4_0_2, 4.0.2 to 4.0.4",
        "PIKA_4_0_3, 4.0.3 or 4.0.4",
    })
    void namesTheReleasesThatHaveIt(BinlogDialect dialect, String versions) {
        assertThat(dialect.versions()).isEqualTo(versions);
    }
}
