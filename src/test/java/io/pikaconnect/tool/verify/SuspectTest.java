package io.pikaconnect.tool.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SuspectTest {

    private static final KeyContent NONE = new KeyContent(KeyContent.NONE, "", OptionalLong.empty());

    private final Suspect suspect = new Suspect(new ReplicatedKeys.Name(new byte[] {'k'}, Optional.empty()));

    private static KeyContent text(String value) {
        return new KeyContent("string", value, OptionalLong.empty());
    }

    private static KeyContent text(String value, long remainingMs) {
        return new KeyContent("string", value, OptionalLong.of(remainingMs));
    }

    @Test
    void isDifferentOnlyIfRedisStaysAndPikaNeverHadThat() {
        assertThat(suspect.settles(text("1"), text("0"), text("2"), 0)).isFalse();
        assertThat(suspect.settles(text("3"), text("0"), text("4"), 1_000)).isFalse();
        assertThat(suspect.settles(text("5"), text("0"), text("6"), 2_000)).isFalse();
        assertThat(suspect.isDifferent()).isTrue();
    }

    @Test
    void isNoDifferenceWhileRedisChangesToo() {
        suspect.settles(text("1"), text("0"), text("1"), 0);
        suspect.settles(text("3"), text("2"), text("3"), 1_000);
        suspect.settles(text("5"), text("4"), text("5"), 2_000);
        assertThat(suspect.isDifferent()).isFalse();
    }

    @Test
    void isNoDifferenceIfPikaHadInOneRoundWhatRedisHas() {
        suspect.settles(text("a"), text("b"), text("a"), 0);
        suspect.settles(text("a"), text("b"), text("a"), 1_000);
        assertThat(suspect.settles(text("a"), text("b"), text("b"), 2_000))
                .as("Redis has what Pika has by now")
                .isTrue();
        assertThat(suspect.isDifferent()).isFalse();
    }

    @Test
    void whatWasLongAgoIsForgotten() {
        suspect.settles(text("a"), text("z"), text("a"), 0);
        for (int second = 1; second <= 3; second++) {
            suspect.settles(text("a"), text("b"), text("a"), second * 1_000L);
        }
        assertThat(suspect.isDifferent()).isTrue();
    }

    @Test
    void aDeadlineThatComesNearerStaysTheSame() {
        for (int second = 0; second < 3; second++) {
            long left = 100_000 - second * 10_000L;
            suspect.settles(text("a"), text("a", left), text("a"), second * 10_000L);
        }
        assertThat(suspect.isDifferent()).isTrue();
    }

    @Test
    void aKeyThatIsOverInPikaIsRightInRedisOnlyIfItIsOverThere() {
        assertThat(suspect.settles(NONE, text("a", -5_000), NONE, 0)).isTrue();
        assertThat(suspect.settles(NONE, NONE, NONE, 0)).isTrue();
        assertThat(suspect.settles(NONE, text("a", 50_000), NONE, 0)).isFalse();
        assertThat(suspect.settles(NONE, text("a"), NONE, 0)).isFalse();
    }
}
