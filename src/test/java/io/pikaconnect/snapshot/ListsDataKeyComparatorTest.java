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
import org.rocksdb.RocksDB;

class ListsDataKeyComparatorTest {

    static {
        RocksDB.loadLibrary();
    }

    private final ListsDataKeyComparator comparator = ListsDataKeyComparator.create();

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
    }

    @Test
    void ordersAnyBytesWithoutEverThrowing() {
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
