package io.pikaconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.Position;
import io.pikaconnect.change.RecordSplitter;
import io.pikaconnect.change.Resp;
import io.pikaconnect.struct.AsJson;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StructRecordsTest {

    private static final ChangeHeader HEADER = ChangeHeader.change(
            1_795_337_869_000L, 1L << 40, Position.binlog(1 << 30, 1L << 40, 9_999), 1_795_337_901_000L);

    /** Large commands of all kinds, with elements from nothing to more than a record holds. */
    private static List<Command> large(byte[] key, int bytes, int elements) {
        List<Command> commands = new ArrayList<>();
        byte[] value = new byte[bytes];
        for (String[] kind : new String[][] {
            {"SET"},
            {"RPUSH", ""},
            {"SADD", ""},
            {"HSET", "", ""},
            {"ZADD", "9007199254740991", ""},
            {"ZADD", "1", ""},
            {"GEOADD", "1", "2", ""},
            {"MSETNX", "", ""}
        }) {
            List<byte[]> args = new ArrayList<>(List.of(Resp.bytes(kind[0]), key));
            for (int i = 0; i < (kind.length == 1 ? 1 : elements); i++) {
                IntStream.range(1, Math.max(kind.length, 2))
                        .mapToObj(part -> kind.length == 1 || kind[part].isEmpty() ? value : Resp.bytes(kind[part]))
                        .forEach(args::add);
            }
            if (!kind[0].equals("MSETNX") || args.size() <= Command.MAX_ARGS) {
                commands.add(new Command(args));
            }
        }
        return commands;
    }

    @ParameterizedTest
    @ValueSource(ints = {10_000, 900_000})
    void aStructAsJsonWithItsSchemaHasRoomInARecord(int recordMaxBytes) {
        for (int keyLength : List.of(1, RecordSplitter.longestKey(StructRecords.rawBytes(recordMaxBytes)))) {
            byte[] key = new byte[keyLength];
            for (int[] size : new int[][] {{0, 4_000}, {1, 6_000}, {recordMaxBytes, 2}}) {
                for (Command command : large(key, size[0], size[1])) {
                    Iterator<byte[]> values =
                            RecordSplitter.of(key, List.of(command), StructRecords.rawBytes(recordMaxBytes));
                    while (values.hasNext()) {
                        byte[] json = AsJson.WITH_SCHEMA.ofRaw(values.next(), key, HEADER, Optional.empty());
                        assertThat(json.length + key.length + 200)
                                .as("%s, key of %d bytes", command.name(), keyLength)
                                .isLessThan(recordMaxBytes);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {2_224, 10_000, 10_001, 900_000})
    void theSizeThatARawRecordNeedsIsTheLeastThatLeavesItRoom(long rawBytes) {
        int needed = Math.toIntExact(StructRecords.recordMaxBytes(rawBytes));
        assertThat((long) StructRecords.rawBytes(needed)).isGreaterThanOrEqualTo(rawBytes);
        assertThat((long) StructRecords.rawBytes(needed - 1)).isLessThan(rawBytes);
    }

    /** Each entry of a stream is a command, with a null for each field that it has not. */
    @ParameterizedTest
    @ValueSource(ints = {100, 1_900})
    void soHasAChunkOfAStream(int entries) {
        byte[] key = {'k'};
        List<Command> commands = IntStream.range(0, entries)
                .mapToObj(i -> Command.of("XADD", key, "1795337901000-" + i, "f", "v"))
                .toList();
        Iterator<byte[]> values = RecordSplitter.of(key, commands, StructRecords.rawBytes(900_000));
        while (values.hasNext()) {
            assertThat(AsJson.WITH_SCHEMA.ofRaw(values.next(), key, HEADER, Optional.empty()))
                    .hasSizeLessThan(900_000);
        }
    }
}
