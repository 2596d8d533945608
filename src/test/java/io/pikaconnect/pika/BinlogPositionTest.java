package io.pikaconnect.pika;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BinlogPositionTest {

    private static final long FILE = 104_857_600;

    @Test
    void bytesWithinAFileAreExactWhateverTheFilesSize() {
        assertThat(new BinlogPosition(7, 100).bytesTo(new BinlogPosition(7, 350), FILE))
                .isEqualTo(250);
    }

    @Test
    void eachFileBetweenCountsAsTheFilesSize() {
        assertThat(new BinlogPosition(7, 104_857_000).bytesTo(new BinlogPosition(8, 50), FILE))
                .isEqualTo(650);
        assertThat(new BinlogPosition(7, 100).bytesTo(new BinlogPosition(10, 150), FILE))
                .isEqualTo(3 * FILE + 50);
    }

    @Test
    void aFileThatIsLongerThanItsSizeIsNoNegativeLag() {
        assertThat(new BinlogPosition(7, FILE + 500).bytesTo(new BinlogPosition(8, 100), FILE))
                .isZero();
        assertThat(new BinlogPosition(7, 100).bytesTo(new BinlogPosition(7, 50), FILE))
                .isZero();
    }
}
