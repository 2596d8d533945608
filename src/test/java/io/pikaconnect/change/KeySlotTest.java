package io.pikaconnect.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeySlotTest {

    private static int slot(String key) {
        return KeySlot.slot(key.getBytes(StandardCharsets.UTF_8));
    }

    /** 123456789: the check value 0x31c3 of CRC16/XMODEM. The others: CLUSTER KEYSLOT of Redis 7.0. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "123456789, 12739",
                "foo, 12182",
                "bar, 5061",
                "hello, 866",
                "\"\", 0",
                "{user1000}.following, 3443",
                "{user1000}.followers, 3443",
                "user1000, 3443",
            })
    void isTheSlotOfRedisCluster(String key, int slot) {
        assertThat(slot(key)).isEqualTo(slot);
    }

    @Test
    void takesTheFirstHashTagUpToTheFirstBraceBehindIt() {
        assertThat(slot("foo{bar}{zap}")).isEqualTo(slot("bar"));
        assertThat(slot("foo{{bar}}zap")).isEqualTo(slot("{bar"));
        assertThat(slot("}foo{bar}")).isEqualTo(slot("bar"));
    }

    @Test
    void takesTheWholeKeyWhereTheHashTagIsEmptyOrOpen() {
        // Bit by bit, since the rule under test must not judge itself.
        for (String key : new String[] {"foo{}{bar}", "foo{bar", "foo}bar{", "{}", "{", "}{"}) {
            assertThat(slot(key)).as(key).isEqualTo(crc16(key.getBytes(StandardCharsets.UTF_8)) % 16_384);
        }
    }

    @Test
    void agreesWithTheDefinitionOfTheCrcForAnyBytes() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            byte[] key = new byte[random.nextInt(40)];
            random.nextBytes(key);
            for (int j = 0; j < key.length; j++) {
                key[j] = key[j] == '{' ? 0 : key[j];
            }
            assertThat(KeySlot.slot(key)).as("seed %d", seed).isEqualTo(crc16(key) % 16_384);
            assertThat(KeySlot.partition(key, 7)).isEqualTo(KeySlot.slot(key) % 7);
        }
    }

    private static int crc16(byte[] bytes) {
        int crc = 0;
        for (byte b : bytes) {
            for (int bit = 7; bit >= 0; bit--) {
                boolean flip = ((crc >> 15) & 1) != ((b >> bit) & 1);
                crc = (crc << 1) & 0xffff;
                crc ^= flip ? 0x1021 : 0;
            }
        }
        return crc;
    }
}
