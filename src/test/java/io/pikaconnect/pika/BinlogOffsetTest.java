package io.pikaconnect.pika;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BinlogOffsetTest {

    private static final long FILE = 104_857_600;

    @Test
    void bytesWithinAFileAreExactWhateverTheFilesSize() {
        assertThat(new BinlogOffset(7, 100).bytesTo(new BinlogOffset(7, 350), FILE))
                .isEqualTo(250);
    }

    @Test
    void eachFileBetweenCountsAsTheFilesSize() {
        assertThat(new BinlogOffset(7, 104_857_000).bytesTo(new BinlogOffset(8, 50), FILE))
                .isEqualTo(650);
        assertThat(new BinlogOffset(7, 100).bytesTo(new BinlogOffset(10, 150), FILE))
                .isEqualTo(3 * FILE + 50);
    }

    @Test
    void aFileThatIsLongerThanItsSizeIsNoNegativeLag() {
        assertThat(new BinlogOffset(7, FILE + 500).bytesTo(new BinlogOffset(8, 100), FILE))
                .isZero();
        assertThat(new BinlogOffset(7, 100).bytesTo(new BinlogOffset(7, 50), FILE))
                .isZero();
    }
}
