package io.pikaconnect.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordSplitterTest {

    private static final int LIMIT = 2_000;
    private static final byte[] KEY = Resp.bytes("key");

    /** How many arguments make an element of the commands that may be cut. */
    private static final Map<String, Integer> WIDTHS = Map.ofEntries(
            Map.entry("RPUSH", 1),
            Map.entry("lpush", 1),
            Map.entry("RPushX", 1),
            Map.entry("lpushx", 1),
            Map.entry("SADD", 1),
            Map.entry("srem", 1),
            Map.entry("pika.srem", 2),
            Map.entry("hset", 2),
            Map.entry("HMSET", 2),
            Map.entry("hdel", 1),
            Map.entry("zadd", 2),
            Map.entry("zrem", 1),
            Map.entry("GEOADD", 3));

    private static List<byte[]> pieces(byte[] key, List<Command> commands, int limit) {
        List<byte[]> values = new ArrayList<>();
        RecordSplitter.of(key, commands, limit).forEachRemaining(values::add);
        return values;
    }

    private static Command many(String name, int elements, int width, int bytes) {
        List<byte[]> args = new ArrayList<>();
        args.add(Resp.bytes(name));
        args.add(KEY);
        for (int i = 0; i < elements * width; i++) {
            byte[] arg = Arrays.copyOf(Resp.bytes(String.valueOf(i)), bytes);
            args.add(arg);
        }
        return new Command(args);
    }

    /** One command for each element, so that a cut command and the whole one look the same. */
    private static List<Command> elements(List<Command> commands) {
        List<Command> elements = new ArrayList<>();
        for (Command c : commands) {
            int width = WIDTHS.getOrDefault(c.text(0), 0);
            if (width == 0 || c.size() < 2 + width) {
                elements.add(c);
                continue;
            }
            for (int i = 2; i < c.size(); i += width) {
                List<byte[]> one = new ArrayList<>(c.args().subList(0, 2));
                one.addAll(c.args().subList(i, i + width));
                elements.add(new Command(one));
            }
        }
        return elements;
    }

    @Test
    void putsCommandsThatFitIntoOneRecord() {
        List<Command> commands =
                List.of(Command.of("SET", KEY, "v"), Command.of("PEXPIREAT", KEY, 5), Command.of("GETSET", KEY, "w"));
        assertThat(pieces(KEY, commands, LIMIT))
                .singleElement()
                .satisfies(v -> assertThat(Resp.parse(v)).isEqualTo(commands));
    }

    @Test
    void givesNothingForNoCommands() {
        Iterator<byte[]> none = RecordSplitter.of(KEY, List.of(), LIMIT);
        assertThat(none.hasNext()).isFalse();
        assertThatThrownBy(none::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void cutsBetweenElementsAndNeverInsideOne() {
        WIDTHS.forEach((name, width) -> {
            Command whole = many(name, 500, width, 40);
            List<byte[]> values = pieces(KEY, List.of(whole), LIMIT);
            assertThat(values).hasSizeGreaterThan(5);
            for (byte[] value : values) {
                for (Command part : Resp.parse(value)) {
                    assertThat(part.text(0)).isEqualTo(name);
                    assertThat(part.args().get(1)).isEqualTo(KEY);
                    assertThat((part.size() - 2) % width).isZero();
                    assertThat(part.size()).isGreaterThan(2);
                }
            }
            assertThat(elements(StagingModel.reassemble(values.iterator()))).isEqualTo(elements(List.of(whole)));
        });
    }

    @ParameterizedTest
    @CsvSource({"hset, 2", "sadd, 1", "geoadd, 3"})
    void neverGivesACommandMoreThanFourThousandArguments(String name, int width) {
        Command whole = many(name, 12_000 / width, width, 1);
        List<Command> parts = StagingModel.reassemble(RecordSplitter.of(KEY, List.of(whole), 900_000));
        assertThat(parts).hasSize(4);
        assertThat(parts).allSatisfy(p -> assertThat(p.size()).isLessThanOrEqualTo(Command.MAX_ARGS));
        assertThat(parts.get(0).size()).isGreaterThan(Command.MAX_ARGS - width);
    }

    @Test
    void leavesFourThousandArgumentsInOneCommand() {
        Command most = many("sadd", Command.MAX_ARGS - 2, 1, 1);
        assertThat(StagingModel.reassemble(RecordSplitter.of(KEY, List.of(most), 900_000)))
                .containsExactly(most);
    }

    @Test
    void refusesTooManyArgumentsWhereItCannotCut() {
        Command xadd = many("XADD", Command.MAX_ARGS - 1, 1, 1);
        assertThatThrownBy(() -> RecordSplitter.of(KEY, List.of(xadd), 900_000).next())
                .isInstanceOf(DoesNotFitException.class)
                .hasMessageContaining("command xadd on key key has 4001 arguments");
    }

    @Test
    void stagesAnArgumentThatIsTooLarge() {
        byte[] big = random(new Random(7), 50_000);
        List<Command> commands = List.of(Command.of("SET", KEY, big), Command.of("PEXPIREAT", KEY, 99));
        List<byte[]> values = pieces(KEY, commands, LIMIT);

        assertThat(values.subList(0, values.size() - 1))
                .allSatisfy(v -> assertThat(Resp.parse(v))
                        .singleElement()
                        .extracting(Command::name)
                        .isEqualTo(Operation.STAGE_PIECE));
        assertThat(Resp.parse(values.get(values.size() - 1)))
                .containsExactly(
                        Command.of(Operation.RUN_STAGED, "2", "SET", KEY, ""), Command.of("PEXPIREAT", KEY, 99));
        assertThat(StagingModel.reassemble(values.iterator())).isEqualTo(commands);
    }

    @Test
    void stagesOnlyWhatItMust() {
        Command linsert = Command.of("LINSERT", KEY, "BEFORE", new byte[900], new byte[5_000]);
        assertThat(lastOf(linsert))
                .isEqualTo(Command.of(Operation.RUN_STAGED, "4", "LINSERT", KEY, "BEFORE", new byte[900], ""));
        Command both = Command.of("LINSERT", KEY, "BEFORE", new byte[4_000], new byte[5_000]);
        assertThat(lastOf(both)).isEqualTo(Command.of(Operation.RUN_STAGED, "3,4", "LINSERT", KEY, "BEFORE", "", ""));
        Command named = Command.of(Operation.SET, KEY, new byte[4_000], "VX", 0, new byte[4_000]);
        assertThat(lastOf(named))
                .isEqualTo(Command.of(Operation.RUN_STAGED, "2,5", Operation.SET, KEY, "", "VX", 0, ""));
    }

    private static Command lastOf(Command command) {
        List<byte[]> values = pieces(KEY, List.of(command), LIMIT);
        assertThat(StagingModel.reassemble(values.iterator())).containsExactly(command);
        List<Command> last = Resp.parse(values.get(values.size() - 1));
        return last.get(last.size() - 1);
    }

    @Test
    void stagesThousandsOfArgumentsInAMoment() {
        Command xadd = many("XADD", Command.MAX_ARGS - 2, 1, 1_000);
        List<Command> whole = assertTimeoutPreemptively(
                Duration.ofSeconds(5), () -> StagingModel.reassemble(RecordSplitter.of(KEY, List.of(xadd), 100_000)));
        assertThat(whole).containsExactly(xadd);
    }

    @Test
    void refusesWhatDoesNotFitEvenWhenStaged() {
        Command xadd = many("XADD", 3_000, 1, 10);
        assertThatThrownBy(() -> RecordSplitter.of(KEY, List.of(xadd), LIMIT).next())
                .isInstanceOf(DoesNotFitException.class)
                .hasMessageContaining("command xadd on key key has 3002 arguments")
                .extracting(e -> ((DoesNotFitException) e).remedy())
                .asString()
                .contains("Raise record.max.bytes");
    }

    @Test
    void stagesOneHugeElementAmongSmallOnes() {
        Command hmset = Command.of("HMSET", KEY, "a", "1", "b", new byte[9_000], new byte[9_000], "3", "d", "4");
        List<byte[]> values = pieces(KEY, List.of(hmset), LIMIT);
        assertThat(StagingModel.reassemble(values.iterator()))
                .containsExactly(
                        Command.of("HMSET", KEY, "a", "1"),
                        Command.of("HMSET", KEY, "b", new byte[9_000]),
                        Command.of("HMSET", KEY, new byte[9_000], "3"),
                        Command.of("HMSET", KEY, "d", "4"));
    }

    @Test
    void carriesAnArgumentOfManyMegabytesInRecordsOfTheDefaultSize() {
        byte[] huge = random(new Random(9), 40_000_000);
        Iterator<byte[]> values = RecordSplitter.of(KEY, List.of(Command.of("APPEND", KEY, huge)), 900_000);
        List<byte[]> all = new ArrayList<>();
        values.forEachRemaining(v -> {
            assertThat(v.length).isLessThan(900_000 - KEY.length);
            all.add(v);
        });
        assertThat(all).hasSize(46);
        assertThat(StagingModel.reassemble(all.iterator())).containsExactly(Command.of("APPEND", KEY, huge));
    }

    @Test
    void refusesAKeyThatLeavesNoRoomAndSaysHowMuchItNeeds() {
        byte[] key = new byte[600];
        assertThatThrownBy(() -> RecordSplitter.of(key, List.of(), 2_223))
                .isInstanceOf(DoesNotFitException.class)
                .hasMessageContaining("has 600 bytes; it needs records of at least 2224 bytes")
                .hasMessageContaining("2223")
                .extracting(e -> ((DoesNotFitException) e).missing())
                .isEqualTo(1L);
        byte[] value = new byte[10_000];
        Command set = Command.of("SET", key, value);
        assertThat(StagingModel.reassemble(RecordSplitter.of(key, List.of(set), 2_224)))
                .containsExactly(set);
        assertThat(pieces(key, List.of(set), 2_224))
                .allSatisfy(v -> assertThat(v.length + 600).isLessThan(2_224));
    }

    @Test
    void takesTheSmallestRecordThatItPromisesForEveryKey() {
        for (int length : new int[] {0, 1, 9, 10, 99, 100, 511, 512, 513, 5_000, 100_000}) {
            byte[] key = new byte[length];
            int limit = 2 * length + 1_024;
            List<Command> commands = List.of(
                    Command.of(Operation.SET, key, new byte[3_000], "VX", 1L << 50, new byte[3_000]),
                    Command.of("LINSERT", key, "BEFORE", new byte[700], new byte[700]),
                    Command.of("hset", key, new byte[3_000], new byte[3_000], "f", "v"),
                    Command.of("geoadd", key, "-122.27652000000000000", "37.80574000000000000", new byte[3_000]),
                    Command.of("PEXPIREAT", key, 1L << 50));
            List<byte[]> values = pieces(key, commands, limit);
            assertThat(values).allSatisfy(v -> assertThat(v.length + length).isLessThanOrEqualTo(limit));
            assertThat(StagingModel.reassemble(values.iterator())).contains(commands.get(0), commands.get(1));
        }
    }

    @Test
    void isBoundedWholeAndRestartableWhateverTheCommands() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 400; round++) {
            byte[] key = random(random, random.nextInt(200));
            int limit = 2 * key.length + 1_024 + random.nextInt(4_000);
            List<Command> commands = commands(random, key, limit);
            List<byte[]> values = pieces(key, commands, limit);

            for (byte[] value : values) {
                assertThat(value.length + key.length + 512).as("seed %d", seed).isLessThanOrEqualTo(limit);
            }
            assertThat(elements(StagingModel.reassemble(values.iterator())))
                    .as("seed %d", seed)
                    .isEqualTo(elements(commands));

            // Again, from a copy of the commands, the first ones skipped as after a restart.
            Iterator<byte[]> again = RecordSplitter.of(key.clone(), Resp.parse(Resp.encode(commands)), limit);
            int done = random.nextInt(values.size() + 1);
            for (int i = 0; i < done; i++) {
                again.next();
            }
            for (byte[] value : values.subList(done, values.size())) {
                assertThat(again.next()).as("seed %d", seed).isEqualTo(value);
            }
            assertThat(again.hasNext()).isFalse();
        }
    }

    private static List<Command> commands(Random random, byte[] key, int limit) {
        List<String> cuttable = WIDTHS.keySet().stream().sorted().toList();
        List<Command> commands = new ArrayList<>();
        for (int c = random.nextInt(6); c >= 0; c--) {
            List<byte[]> args = new ArrayList<>();
            if (random.nextBoolean()) {
                String name = cuttable.get(random.nextInt(cuttable.size()));
                args.add(Resp.bytes(name));
                args.add(key);
                for (int i = WIDTHS.get(name) * (1 + random.nextInt(60)); i > 0; i--) {
                    args.add(argument(random, limit));
                }
            } else {
                args.add(Resp.bytes(random.nextBoolean() ? "set" : "linsert"));
                args.add(key);
                for (int i = 1 + random.nextInt(3); i > 0; i--) {
                    args.add(argument(random, limit));
                }
            }
            commands.add(new Command(args));
        }
        return commands;
    }

    private static byte[] argument(Random random, int limit) {
        return random(random, random.nextInt(40) == 0 ? random.nextInt(3 * limit) : random.nextInt(60));
    }

    private static byte[] random(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
