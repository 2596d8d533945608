package io.pikaconnect.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotCursorTest {

    private static final byte[] KEY = DumpWriter.hex("03000000 6c3a31 8dae026b feffffffffffff7f");

    @Test
    void isReadBackFromItsText() {
        SnapshotCursor cursor = SnapshotCursor.after(2, 1047, SnapshotCursor.checksum(KEY, KEY.length));

        assertThat(cursor.toText()).isEqualTo("2/1047/#74261933");
        assertThat(SnapshotCursor.parse(cursor.toText())).isEqualTo(cursor).hasSameHashCodeAs(cursor);
        assertThat(SnapshotCursor.after(0, 1, 7).toText()).isEqualTo("0/1/#00000007");
        assertThat(SnapshotCursor.parse("0/0/")).isEqualTo(SnapshotCursor.START);
        assertThat(SnapshotCursor.START.toText()).isEqualTo("0/0/");
        assertThat(SnapshotCursor.parse("3/0/")).isEqualTo(SnapshotCursor.startOf(3));
    }

    @Test
    void readsWhatTheFirstReleaseWrote() {
        SnapshotCursor cursor = SnapshotCursor.parse("2/1047/AwAAAGw6MY2uAmv-________fw");

        assertThat(cursor.lastKey()).hasValue(KEY);
        assertThat(cursor.toText()).isEqualTo("2/1047/#74261933");
        assertThat(SnapshotCursor.parse("0/1/").lastKey()).as("the empty key").hasValue(new byte[0]);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1/2",
                "1/2/3/4",
                "-1/2/AA",
                "1/-2/AA",
                "a/2/AA",
                "0/0/AA",
                "1/2/?",
                "0/0/#00000001",
                "1/2/#",
                "1/2/#xy",
                "1/2/#123456789"
            })
    void refusesOtherText(String text) {
        assertThatThrownBy(() -> SnapshotCursor.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
