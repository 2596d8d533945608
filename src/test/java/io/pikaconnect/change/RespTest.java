package io.pikaconnect.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RespTest {

    @Test
    void writesTheFormThatRedisReads() {
        assertThat(Resp.encode(List.of(Command.of("PING"), Command.of("SET", "k", ""))))
                .asString()
                .isEqualTo("*1\r\n$4\r\nPING\r\n*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$0\r\n\r\n");
        assertThat(Resp.encode(List.of())).isEmpty();
    }

    @Test
    void readsWhatItWrote() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            List<Command> commands = new ArrayList<>();
            for (int c = random.nextInt(5); c >= 0; c--) {
                commands.add(command(random));
            }
            byte[] bytes = Resp.encode(commands);
            assertThat(Resp.parse(bytes)).as("seed %d", seed).isEqualTo(commands);
            assertThat(Resp.view(bytes)).as("seed %d", seed).isEqualTo(commands);
            assertThat(bytes.length)
                    .isEqualTo(Math.toIntExact(
                            commands.stream().mapToLong(Resp::encodedSize).sum()));
        }
    }

    @Test
    void readsCommandsOfAnySizeWithoutAnObjectForEachArgument() {
        Object[] parts = new Object[200_000];
        Arrays.setAll(parts, i -> "argument" + i);
        byte[] large = new byte[70_000];
        parts[777] = large;
        Command many = Command.of(parts);
        List<Command> read = Resp.parse(Resp.encode(List.of(Command.of("PING"), many, Command.of("PING"))));

        assertThat(read).hasSize(3);
        assertThat(read.get(1)).isEqualTo(many);
        assertThat(read.get(1).args().get(777)).isEqualTo(large);
        assertThat(read.get(1).args().subList(150_000, 150_002))
                .extracting(String::new)
                .containsExactly("argument150000", "argument150001");
        assertThat(Resp.encode(read.subList(1, 2))).isEqualTo(Resp.encode(List.of(many)));
        assertThatThrownBy(() -> read.get(1).args().get(200_000)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void refusesVeryManyArgumentsOfWhichTheLastOnesAreMissing() {
        byte[] whole =
                Resp.encode(List.of(Command.of(Collections.nCopies(5_000, "a").toArray())));
        for (int length : new int[] {whole.length - 1, whole.length - 7, whole.length / 2, 8}) {
            assertThatThrownBy(() -> Resp.parse(Arrays.copyOf(whole, length)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("not RESP");
        }
    }

    private static Command command(Random random) {
        int size = random.nextInt(20) == 0 ? 1 + random.nextInt(2_000) : 1 + random.nextInt(12);
        List<byte[]> args = new ArrayList<>();
        for (int a = 0; a < size; a++) {
            byte[] arg = new byte[random.nextInt(50) == 0 ? random.nextInt(12_000) : random.nextInt(12)];
            random.nextBytes(arg);
            args.add(arg);
        }
        return new Command(args);
    }

    @Test
    void countsTheDigitsOfLengthsRight() {
        for (int length : new int[] {0, 1, 9, 10, 99, 100, 999, 1_000, 9_999, 10_000, 99_999, 100_000, 1_000_000}) {
            Command command = Command.of(new byte[length]);
            assertThat(Resp.encodedSize(command)).isEqualTo(Resp.encode(List.of(command)).length);
        }
        for (int size : new int[] {1, 9, 10, 99, 100, 999, 1_000, 4_000}) {
            Command command = new Command(Collections.nCopies(size, new byte[1]));
            assertThat(Resp.encodedSize(command)).isEqualTo(Resp.encode(List.of(command)).length);
        }
    }

    @Test
    void readsLengthsWithLeadingZeros() {
        assertThat(Resp.parse(Resp.bytes("*02\r\n$00003\r\nDEL\r\n$00001\r\nk\r\n")))
                .containsExactly(Command.of("DEL", "k"));
    }

    @Test
    void readsFromAnOffset() {
        assertThat(Resp.parse(Resp.bytes("xyz*1\r\n$4\r\nPING\r\n"), 3)).containsExactly(Command.of("PING"));
    }

    @ParameterizedTest
    @CsvSource({
        "PING_, no '*' at offset 0",
        "*_, no length at offset 0",
        "*-1_, no length at offset 0",
        "*x_, no length at offset 0",
        "*0_, array of 0 before offset 4",
        "*1, no line end at offset 2",
        "*1_, no '$' at offset 4",
        "*1_$_, no length at offset 4",
        "*1_$-1_, no length at offset 4",
        "*1_$4_PIN, 4 bytes announced before offset 8",
        "*1_$4_PING, no line end at offset 12",
        "*1_$4_PING!_, no line end at offset 12",
        "*1_$4_PING_*, no length at offset 14",
        "*2_$4_PING_, no '$' at offset 14",
        "*1_$99999999999_x, no length at offset 4",
        "*99999999999_, no length at offset 0",
        "*2147483647_, no '$' at offset 13",
        "*2147483647_$0__, no '$' at offset 19",
        "*1_$2147483647_x_, 2147483647 bytes announced before offset 17",
    })
    void refusesWhatIsNoArrayOfBulkStringsAndSaysWhere(String text, String message) {
        String content = text.replace("_", "\r\n");
        for (Consumer<byte[]> read : List.<Consumer<byte[]>>of(Resp::parse, Resp::view)) {
            assertThatThrownBy(() -> read.accept(Resp.bytes(content)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("not RESP: ")
                    .hasMessageContaining(message);
        }
    }

    @Test
    void refusesEveryTruncation() {
        byte[] bytes = Resp.encode(List.of(Command.of("SET", "key", "some value")));
        for (int end = 1; end < bytes.length; end++) {
            byte[] cut = Arrays.copyOf(bytes, end);
            assertThatThrownBy(() -> Resp.parse(cut)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> Resp.view(cut)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void neverFailsOtherwiseThanBySayingWhereOnDamagedBytes() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            byte[] bytes = Resp.encode(List.of(command(random)));
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            try {
                assertThat(Resp.view(bytes)).isEqualTo(Resp.parse(bytes));
            } catch (IllegalArgumentException e) {
                assertThat(e).as("seed %d", seed).hasMessageMatching("not RESP: .*offset \\d+.*");
            }
        }
    }
}
