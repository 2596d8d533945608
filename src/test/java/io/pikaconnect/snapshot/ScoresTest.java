package io.pikaconnect.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoresTest {

    private static String text(double score) {
        return new String(Scores.text(score), StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @CsvSource({
        "0.0,0",
        "-0.0,-0",
        "1.5,1.5",
        "-17,-17",
        "3479099956230698,3479099956230698",
        "9007199254740991,9007199254740991",
        "Infinity,inf",
        "-Infinity,-inf",
        "0.1,0.1",
        "1e300,1E+300",
        "5e-324,5E-324",
        "2e-3,0.002",
        "2.2250738585072014E-308,2.2250738585072014E-308",
        "1.7976931348623157E308,1.7976931348623157E+308",
        "2.0E-323,2E-323",
        "9.5367431640625E-7,9.5367431640625E-7",
        "-0.5,-0.5",
        "0.05,0.05",
        "-12.007,-12.007",
        "0.001,0.001",
        "0.0015,0.0015",
        "12345678.5,12345678.5",
        "99999999999999.9,99999999999999.9",
        "999999999999999.9,999999999999999.9",
        "4503599627370495.5,4503599627370495.5",
        "0.30000000000000004,0.30000000000000004",
    })
    void writesTheShortestTextOfANumber(double score, String expected) {
        assertThat(text(score)).isEqualTo(expected);
    }

    @Test
    void whatIsWrittenReadsBackAsTheSameNumber() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            double score = i % 2 == 0 ? Double.longBitsToDouble(random.nextLong()) : random.nextGaussian() * 1e6;
            if (Double.isFinite(score) && Double.parseDouble(text(score)) != score) {
                throw new AssertionError(score + " became " + text(score) + ", seed " + seed);
            }
        }
    }

    @Test
    void writesAsMuchAsTheSearchForTheShortestFinds() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            double whole = random.nextInt(1 << (1 + i % 30));
            double score = (random.nextBoolean() ? 1 : -1) * (whole + random.nextInt(10_000)) / Math.pow(10, i % 6);
            double near = i % 3 == 0 ? Math.nextUp(score) : score;
            if (near != Math.rint(near) && !text(near).equals(shortest(near))) {
                throw new AssertionError(near + " became " + text(near) + ", seed " + seed);
            }
        }
    }

    private static String shortest(double score) {
        BigDecimal exact = new BigDecimal(score);
        int digits = 1;
        while (exact.round(new MathContext(digits)).doubleValue() != score) {
            digits++;
        }
        return exact.round(new MathContext(digits)).stripTrailingZeros().toString();
    }
}
