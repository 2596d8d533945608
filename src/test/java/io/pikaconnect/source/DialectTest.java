package io.pikaconnect.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.binlog.CommandGroup;
import io.pikaconnect.replication.PikaVersion;
import org.junit.jupiter.api.Test;

class DialectTest {

    @Test
    void aReleaseHasOne() {
        assertThat(Dialect.of(PikaVersion.parse("3.5.0"))).isEqualTo(CommandGroup.G350);
        assertThat(Dialect.of(PikaVersion.parse("3.5.4"))).isEqualTo(CommandGroup.G354);
        assertThat(Dialect.of(PikaVersion.parse("3.5.5"))).isEqualTo(CommandGroup.G355);
    }

    @Test
    void whereOnlyTheFamilyIsKnownTheVersionIsAskedForWithTheChoice() {
        assertThatThrownBy(() -> Dialect.of(PikaVersion.parse("3.5")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("pika.version to 3.5.0, 3.5.1, 3.5.2, 3.5.3, 3.5.4 or 3.5.5");
    }

    @Test
    void anEpochsDialectIsKeptWhileTheMasterMayHaveIt() {
        assertThat(Dialect.isPossible(PikaVersion.parse("3.5"), CommandGroup.G354))
                .isTrue();
        assertThat(Dialect.isPossible(PikaVersion.parse("3.5.4"), CommandGroup.G354))
                .isTrue();
        assertThat(Dialect.isPossible(PikaVersion.parse("3.5.5"), CommandGroup.G354))
                .isFalse();
    }
}
