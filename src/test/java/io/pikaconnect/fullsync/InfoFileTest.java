package io.pikaconnect.fullsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.pika.BinlogPosition;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InfoFileTest {

    @Test
    void namesThePosition() {
        assertThat(parse("0s\n192.0.2.2\n29221\n0\n614\n").position()).isEqualTo(new BinlogPosition(0, 614));
    }

    @Test
    void mayHaveMoreLines() {
        assertThat(parse("0s\nh\n1\n2\n3\n0\n0\n").position()).isEqualTo(new BinlogPosition(2, 3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0s\n192.0.2.2\n29221\n0\n",
                "0s\n192.0.2.2\n29221\n0\n61",
                "0s\n192.0.2.2\n29221\n0\n614\n7",
                "0s\n192.0.2.2\n29221\nx\n614\n",
                "0s\n192.0.2.2\n29221\n-1\n614\n",
                "0s\n192.0.2.2\n29221\n4294967296\n614\n",
                "0s\n192.0.2.2\n\n0\n614\n"
            })
    void isRefusedWhenCutShortOrNotNumeric(String content) {
        assertThatThrownBy(() -> parse(content)).isInstanceOf(IllegalArgumentException.class);
    }

    private static InfoFile parse(String content) {
        return InfoFile.parse(content.getBytes(StandardCharsets.ISO_8859_1));
    }
}
