package io.pikaconnect.snapshot;

import static io.pikaconnect.snapshot.DumpWriter.hex;
import static io.pikaconnect.snapshot.DumpWriter.join;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rocksdb.AbstractComparator;
import org.rocksdb.RocksDB;

class ListOrderTest {

    static {
        RocksDB.loadLibrary();
    }

    private AbstractComparator comparator = BlackwidowFormat.INSTANCE.listOrder();

    private void use(Layout layout) {
        comparator.close();
        comparator = layout.format().listOrder();
    }

    @AfterEach
    void close() {
        comparator.close();
    }

    private int compare(byte[] a, byte[] b) {
        return Integer.signum(comparator.compare(buffer(a), buffer(b)));
    }

    /** A part of a larger buffer, as RocksDB gives it. */
    private static ByteBuffer buffer(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length + 7);
        buffer.position(3);
        buffer.put(bytes).flip().position(3);
        return buffer;
    }

    @Test
    void ordersByKeyThenVersionThenIndex() {
        List<byte[]> ascending = List.of(
                join(0, new byte[0]),
                join(0, new byte[0], 1, 0L),
                join(1, "a"),
                join(1, "a", -1, 5L),
                join(1, "a", 1),
                join(1, "a", 1, 0L),
                join(1, "a", 1, 256L),
                join(1, "a", 1, Long.MAX_VALUE),
                join(1, "a", 1, Long.MIN_VALUE),
                join(1, "a", 1, -1L),
                join(1, "a", 2, 1L),
                join(1, "a", 256, 1L),
                join(11, "aaaaaaaaaaa", 1, 1L),
                join(2, "ab", 1, 1L),
                join(1, "b", 1, 1L),
                join(12, "bbbbbbbbbbbb", 1, 1L),
                join(12, "bbbbbbbbbbbc", 1, 1L),
                join(1, hex("ff"), 1, 1L));
        assertOrder(ascending);
    }

    @Test
    void ordersThoseOf40ByNameThenVersionThenIndex() {
        use(Layout.FLOYD);
        byte[] reserve = new byte[8];
        assertOrder(List.of(
                new byte[0],
                reserve,
                join(reserve, hex("0000")),
                join(reserve, hex("0000"), 1L, 0L),
                join(reserve, hex("00010000")),
                join(reserve, hex("00010000"), 1L, 0L),
                join(reserve, hex("000100010000"), 1L, 0L),
                join(reserve, hex("00010161"), hex("0000"), 1L, 0L),
                join(reserve, "a"),
                join(reserve, "a", hex("00")),
                join(reserve, "a", hex("0000")),
                join(reserve, "a", hex("0000"), 1L),
                join(reserve, "a", hex("0000"), 1L, 0L),
                join(reserve, "a", hex("0000"), 1L, 256L),
                join(reserve, "a", hex("0000"), 1L, Long.MAX_VALUE),
                join(reserve, "a", hex("0000"), 1L, Long.MIN_VALUE),
                join(reserve, "a", hex("0000"), 1L, -1L),
                join(reserve, "a", hex("0000"), 2L, 1L),
                join(reserve, "a", hex("0000"), 256L, 1L),
                join(reserve, "a", hex("0000"), -1L, 1L),
                join(reserve, "a", hex("00010000"), 1L, 1L),
                join(reserve, "ab", hex("0000"), 1L, 1L),
                join(reserve, hex("ff0000"), 1L, 1L)));
    }

    private void assertOrder(List<byte[]> ascending) {
        for (int i = 0; i < ascending.size(); i++) {
            for (int j = 0; j < ascending.size(); j++) {
                assertThat(compare(ascending.get(i), ascending.get(j)))
                        .as("%d, %d", i, j)
                        .isEqualTo(Integer.compare(i, j));
            }
        }
    }

    @Test
    void ignoresWhatStandsBehindTheIndex() {
        assertThat(compare(join(1, "a", 1, 7L, "x"), join(1, "a", 1, 7L))).isZero();
        use(Layout.FLOYD);
        byte[] name = FloydDumpWriter.name(hex("6100"));
        assertThat(compare(join(name, 1L, 7L, new byte[16], "x"), join(name, 1L, 7L)))
                .isZero();
    }

    @ParameterizedTest
    @EnumSource
    void ordersAnyBytesWithoutEverThrowing(Layout layout) {
        use(layout);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<byte[]> keys = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            byte[] key = new byte[random.nextInt(24)];
            for (int j = 0; j < key.length; j++) {
                key[j] = (byte) (random.nextInt(4) == 0 ? random.nextInt(256) : random.nextInt(2));
            }
            keys.add(key);
        }
        Collections.sort(keys, this::compare);
        for (int i = 0; i < keys.size(); i++) {
            for (int j = i; j < keys.size(); j++) {
                assertThat(compare(keys.get(i), keys.get(j)))
                        .as("seed %d", seed)
                        .isLessThanOrEqualTo(0);
                assertThat(compare(keys.get(j), keys.get(i)))
                        .as("seed %d", seed)
                        .isGreaterThanOrEqualTo(0);
            }
        }
    }
}
