package io.pikaconnect.pika;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PikaVersionTest {

    private static PikaVersion v(String text) {
        return PikaVersion.parse(text);
    }

    @ParameterizedTest
    @CsvSource({
        "3.2.0, V3_2, 3.2.0",
        "3.2.9, V3_2, 3.2.9",
        "3.3.6, V3_3, 3.3.6",
        "v3.4.1, V3_4, 3.4.1",
        "3.5.3-alpha, V3_5, 3.5.3",
        "' 4.0.1 ', V4_0, 4.0.1",
        "4.0.0, V4_0, 4.0.0",
        "3.5.6, V3_5, 3.5.6",
        "4.0.4, V4_0, 4.0.4",
        "3.5, V3_5, 3.5",
    })
    void readsWhatSomebodyWrites(String text, Family family, String read) {
        assertThat(v(text).releases()).extracting(Release::family).containsOnly(family);
        assertThat(v(text)).hasToString(read);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "3",
                "3.1.0",
                "3.0.16",
                "2.3.6",
                "3.6.0",
                "3.50.1",
                "3.3.7",
                "3.5.7",
                "4.0.5",
                "4.1.0",
                "5.0.0",
                "3.5.x",
                "unstable"
            })
    void refusesWhatIsNoneToReplicate(String text) {
        assertThatThrownBy(() -> v(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text);
    }

    @Test
    void aMasterThatCalls400ItselfMayBe401() {
        assertThat(PikaVersion.reported("4.0.0").releases()).hasToString("[4.0.0, 4.0.1]");
        assertThat(PikaVersion.reported("4.0.0")).hasToString("4.0.0 or 4.0.1");
        assertThat(PikaVersion.reported("4.0.2").releases()).hasToString("[4.0.2, 4.0.3, 4.0.4]");
        assertThat(PikaVersion.reported("4.0.2")).hasToString("4.0.2 to 4.0.4");
        assertThat(PikaVersion.reported("4.0.3")).isEqualTo(v("4.0.3"));
        assertThat(PikaVersion.reported("4.0.4")).isEqualTo(v("4.0.4"));
        assertThat(PikaVersion.reported("3.5.6")).isEqualTo(v("3.5.6"));
        assertThat(PikaVersion.reported("3.5.4").releases()).hasToString("[3.5.4]");
        assertThat(v("4.0.0").releases()).hasToString("[4.0.0]");
    }

    @Test
    void theAnswerToMetaSyncShowsTheFamilyOrThatItIsOneBefore35() {
        PikaVersion withoutIds = PikaVersion.shown(false, false);
        assertThat(withoutIds).hasToString("3.2 to 3.4");
        assertThat(withoutIds.releases())
                .hasSize(10 + 7 + 3)
                .startsWith(new Release(Family.V3_2, 0))
                .endsWith(new Release(Family.V3_4, 2));
        assertThat(PikaVersion.shown(true, false)).isEqualTo(v("3.5"));
        assertThat(PikaVersion.shown(true, true)).isEqualTo(v("4.0"));
        assertThat(PikaVersion.shown(false, true)).isEqualTo(v("4.0"));
    }

    @Test
    void whatIsKnownLessExactlyDoesNotContradict() {
        PikaVersion withoutIds = PikaVersion.shown(false, false);
        assertThat(v("3.5").mayBe(v("3.5.4"))).isTrue();
        assertThat(v("3.5.4").mayBe(v("3.5"))).isTrue();
        assertThat(v("3.5.4").mayBe(v("3.5.5"))).isFalse();
        assertThat(v("3.3.6").mayBe(withoutIds)).isTrue();
        assertThat(withoutIds.mayBe(v("3.2"))).isTrue();
        assertThat(withoutIds.mayBe(v("3.5.0"))).isFalse();
        assertThat(v("4.0.1").mayBe(v("3.5"))).isFalse();
    }

    @Test
    void onlyMastersBefore35PushTheirDumpAndOnlyThoseOf32SendNoTerms() {
        for (Family family : Family.values()) {
            PikaVersion version = PikaVersion.anyOf(family);
            assertThat(version.pushesDump()).as("" + family).isEqualTo(family.compareTo(Family.V3_5) < 0);
            assertThat(version.maySendTerms(true)).as("" + family).isEqualTo(family != Family.V3_2);
            assertThat(version.maySendTerms(false)).as("" + family).isEqualTo(family == Family.V3_2);
        }
        assertThat(PikaVersion.shown(false, false).maySendTerms(true)).isTrue();
        assertThat(PikaVersion.shown(false, false).maySendTerms(false)).isTrue();
    }

    @Test
    void whereTheReleaseIsNotKnownTheCarefulAnswerHolds() {
        assertThat(v("3.3.3").keepaliveMeansAcknowledged()).isFalse();
        assertThat(v("3.3").keepaliveMeansAcknowledged()).isFalse();
        assertThat(v("3.3.4").keepaliveMeansAcknowledged()).isTrue();
        assertThat(v("3.4").keepaliveMeansAcknowledged()).isTrue();

        assertThat(v("3.5.4").mayRepeatAfterDump()).isTrue();
        assertThat(v("3.5").mayRepeatAfterDump()).isTrue();
        assertThat(v("3.5.5").mayRepeatAfterDump()).isFalse();
        assertThat(v("4.0.0").mayRepeatAfterDump()).isTrue();
        assertThat(v("4.0").mayRepeatAfterDump()).isTrue();
        assertThat(v("4.0.1").mayRepeatAfterDump()).isFalse();

        assertThat(v("3.2.9").confusesReplicas()).isFalse();
        assertThat(v("3.3.0").confusesReplicas()).isTrue();
        assertThat(v("3.5.2").confusesReplicas()).isTrue();
        assertThat(v("3.5").confusesReplicas()).isTrue();
        assertThat(v("3.5.3").confusesReplicas()).isFalse();

        assertThat(v("3.2.9").stopsAtEmptyRecord()).isFalse();
        assertThat(v("3.3.5").stopsAtEmptyRecord()).isTrue();
        assertThat(v("3.3.6").stopsAtEmptyRecord()).isFalse();
    }
}
