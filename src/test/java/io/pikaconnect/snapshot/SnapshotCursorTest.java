package io.pikaconnect.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotCursorTest {

    @Test
    void isReadBackFromItsText() {
        SnapshotCursor cursor =
                new SnapshotCursor(2, 1047, DumpWriter.hex("03000000 6c3a31 8dae026b feffffffffffff7f"));

        assertThat(cursor.toText()).isEqualTo("2/1047/AwAAAGw6MY2uAmv-________fw");
        assertThat(SnapshotCursor.parse(cursor.toText())).isEqualTo(cursor).hasSameHashCodeAs(cursor);
        assertThat(SnapshotCursor.parse("0/0/")).isEqualTo(SnapshotCursor.START);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1/2", "1/2/3/4", "-1/2/AA", "1/-2/AA", "a/2/AA", "0/0/AA", "1/2/?"})
    void refusesOtherText(String text) {
        assertThatThrownBy(() -> SnapshotCursor.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
