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
        "3.2.0, G32A",
        "3.2.3, G32A",
        "3.2.4, G32B",
        "3.2.9-1, G32B",
        "3.3.0, G32B",
        "3.3.5, G32B",
        "3.3.6, G33",
        "3.4.0, G33",
        "3.4.1, G33",
        "3.4, G33",
        "3.5.0, G350",
        "3.5.1, G350",
        "3.5.2, G352",
        "3.5.3-alpha, G352",
        "3.5.3, G352",
        "3.5.4, G354",
        "3.5.4-alpha, G354",
        "3.5.5, G355",
        "3.5.6, G356",
        "4.0.0, G40",
        "4.0.1, G401",
        "4.0.2, G401",
        "4.0.3, G403",
        "4.0.4, G403",
    })
    void isDecidedByTheVersion(String version, BinlogDialect dialect) {
        assertThat(BinlogDialect.of(v(version))).isEqualTo(dialect);
    }

    @Test
    void aMasterThatCalls400ItselfIsReadWithWhatHoldsForBoth() {
        assertThat(BinlogDialect.of(PikaVersion.reported("4.0.0"))).isEqualTo(BinlogDialect.G40);
    }

    @Test
    void aMasterThatCalls402ItselfMayBeALaterOne() {
        assertThat(BinlogDialect.of(PikaVersion.reported("4.0.2"))).isEqualTo(BinlogDialect.G402);
        assertThat(BinlogDialect.of(PikaVersion.reported("4.0.3"))).isEqualTo(BinlogDialect.G403);
    }

    @Test
    void whatWasNotKnownAtAnEpochsBeginIsReadExactlyOnceItIsKnown() {
        assertThat(BinlogDialect.G402.refinedBy(v("4.0.2"))).isEqualTo(BinlogDialect.G401);
        assertThat(BinlogDialect.G402.refinedBy(v("4.0.4"))).isEqualTo(BinlogDialect.G403);
        assertThat(BinlogDialect.G402.refinedBy(PikaVersion.reported("4.0.2"))).isEqualTo(BinlogDialect.G402);
        assertThat(BinlogDialect.G402.refinedBy(v("4.0"))).isEqualTo(BinlogDialect.G402);
        assertThat(BinlogDialect.G402.refinedBy(v("4.0.1"))).isEqualTo(BinlogDialect.G402);
        assertThat(BinlogDialect.G40.refinedBy(v("4.0.1"))).isEqualTo(BinlogDialect.G40);
        assertThat(BinlogDialect.G401.refinedBy(v("4.0.3"))).isEqualTo(BinlogDialect.G401);
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
        assertThat(BinlogDialect.G354.isPossible(v("3.5"))).isTrue();
        assertThat(BinlogDialect.G354.isPossible(v("3.5.4"))).isTrue();
        assertThat(BinlogDialect.G354.isPossible(v("3.5.5"))).isFalse();
        assertThat(BinlogDialect.G40.isPossible(v("4.0.1"))).isTrue();
        assertThat(BinlogDialect.G401.isPossible(v("4.0.0"))).isFalse();
        assertThat(BinlogDialect.G401.isPossible(v("4.0.2"))).isTrue();
        assertThat(BinlogDialect.G40.isPossible(PikaVersion.reported("4.0.2"))).isFalse();
        assertThat(BinlogDialect.G401.isPossible(v("4.0.3"))).isFalse();
        assertThat(BinlogDialect.G355.isPossible(v("3.5.6"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "G32A, 3.2.0 to 3.2.3",
        "G32B, 3.2.4 to 3.3.5",
        "G33, 3.3.6 to 3.4.2",
        "G350, 3.5.0 or 3.5.1",
        "G355, 3.5.5",
        "G356, 3.5.6",
        "G40, 4.0.0 or 4.0.1",
        "G401, 4.0.1 or 4.0.2",
        "G402, 4.0.2 to 4.0.4",
        "G403, 4.0.3 or 4.0.4",
    })
    void namesTheReleasesThatHaveIt(BinlogDialect dialect, String versions) {
        assertThat(dialect.versions()).isEqualTo(versions);
    }
}
