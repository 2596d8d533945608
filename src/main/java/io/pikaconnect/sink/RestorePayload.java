package io.pikaconnect.sink;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Slices;
import java.util.Arrays;

/**
 * A command that adds the first elements of a small value as what RESTORE takes for the same value: Redis copies that, where it
 * would look through all elements before it adds one. From Redis 7.0 on; what is encoded is within the limits at which Redis
 * keeps such values itself by default.
 *
 * <pre>
 * 10 80 u32 listpack                 hash: fields and values in turn
 * 11 80 u32 listpack                 sorted set: members and scores in turn, by score, equal ones by member
 * 12 01 02 80 u32 listpack           list: one node, packed
 * then 0a00, the RDB version, and the {@link Crc64} of all before it as u64
 * </pre>
 *
 * <p>The u32 is the {@link Listpack}'s size, big-endian; the other numbers are little-endian. The array is used again for the
 * next command.
 */
final class RestorePayload {

    /** Most fields, members or elements. */
    static final int MOST = 128;

    private static final byte[] HASH = {16};
    private static final byte[] SORTED_SET = {17};
    private static final byte[] LIST = {18, 1, 2};
    private static final byte LENGTH_IN_32_BITS = (byte) 0x80;
    private static final byte[] VERSION = {10, 0};

    /** A node of a list has at most 8,192 bytes by default. */
    private static final int LARGEST_LIST = 8_000;

    private static final int FIRST = 2;
    private static final int ROOM =
            LIST.length + 1 + Integer.BYTES + Listpack.most(2 * MOST) + VERSION.length + Long.BYTES;

    private final double[] scores = new double[MOST];
    private final int[] order = new int[MOST];
    private byte[] bytes = {};
    private int size;

    /** Whether there is one for the command; it is in {@link #bytes} then. */
    boolean encode(Command command) {
        if (!(command.args() instanceof Slices args) || args.size() <= FIRST) {
            return false;
        }
        return switch (CommandRules.name(command).restored()) {
            case HASH -> isOfSortedPairs(args, FIRST) && isShort(args) && write(HASH, args);
            case LIST -> args.size() <= FIRST + MOST && isShort(args) && write(LIST, args) && size <= LARGEST_LIST;
            case SORTED_SET ->
                isOfSortedPairs(args, FIRST + 1) && isShort(args) && readScores(args) && writeByScore(args);
            case NOTHING -> false;
        };
    }

    /** The array with the payload in front; never written to by others. */
    byte[] bytes() {
        return bytes;
    }

    int size() {
        return size;
    }

    // ---- what may be encoded

    private static boolean isShort(Slices args) {
        for (int i = FIRST; i < args.size(); i++) {
            if (args.length(i) > Listpack.LONGEST) {
                return false;
            }
        }
        return true;
    }

    /** Whether each field or member comes before the next one, so that none is there twice; the full sync sends them so. */
    private static boolean isOfSortedPairs(Slices args, int first) {
        int count = args.size();
        if (count % 2 != 0 || count > FIRST + 2 * MOST) {
            return false;
        }
        byte[] bytes = args.bytes();
        for (int i = first + 2; i < count; i += 2) {
            if (Arrays.compareUnsigned(bytes, args.begin(i - 2), args.end(i - 2), bytes, args.begin(i), args.end(i))
                    >= 0) {
                return false;
            }
        }
        return true;
    }

    private boolean readScores(Slices args) {
        for (int i = 0; FIRST + 2 * i < args.size(); i++) {
            scores[i] = Score.of(args.bytes(), args.begin(FIRST + 2 * i), args.end(FIRST + 2 * i));
            if (Double.isNaN(scores[i])) {
                return false;
            }
        }
        return true;
    }

    // ---- writing

    private Listpack begin(byte[] head) {
        if (bytes.length == 0) {
            bytes = new byte[ROOM];
        }
        System.arraycopy(head, 0, bytes, 0, head.length);
        bytes[head.length] = LENGTH_IN_32_BITS;
        return new Listpack(bytes, head.length + 1 + Integer.BYTES);
    }

    private boolean end(byte[] head, Listpack listpack) {
        int end = listpack.end();
        int begin = head.length + 1 + Integer.BYTES;
        MessagePackWriter.bigEndian(bytes, begin - Integer.BYTES, end - begin);
        System.arraycopy(VERSION, 0, bytes, end, VERSION.length);
        end += VERSION.length;
        Listpack.littleEndian(bytes, end, Crc64.of(bytes, end), Long.BYTES);
        size = end + Long.BYTES;
        return true;
    }

    private boolean write(byte[] head, Slices args) {
        Listpack listpack = begin(head);
        for (int i = FIRST; i < args.size(); i++) {
            listpack.add(args.bytes(), args.begin(i), args.length(i));
        }
        return end(head, listpack);
    }

    private boolean writeByScore(Slices args) {
        int members = (args.size() - FIRST) / 2;
        sort(members);
        Listpack listpack = begin(SORTED_SET);
        for (int i = 0; i < members; i++) {
            int score = FIRST + 2 * order[i];
            listpack.add(args.bytes(), args.begin(score + 1), args.length(score + 1));
            listpack.add(args.bytes(), args.begin(score), args.length(score));
        }
        return end(SORTED_SET, listpack);
    }

    /** By insertion: there are few, and members of equal scores stay as they are. */
    private void sort(int members) {
        for (int i = 0; i < members; i++) {
            double score = scores[i];
            int place = i;
            while (place > 0 && scores[order[place - 1]] > score) {
                order[place] = order[place - 1];
                place--;
            }
            order[place] = i;
        }
    }
}
