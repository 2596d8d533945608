package io.pikaconnect.sink;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Slices;
import java.util.Arrays;
import java.util.Set;

/**
 * A command that adds the first elements of a small value as what RESTORE takes for the same value: Redis copies that, where it
 * would look through all elements before it adds one. From Redis 7.0 on; what is encoded is within the limits at which Redis
 * keeps such values itself by default.
 *
 * <pre>
 * 10 80 u32 listpack                      hash: fields and values in turn
 * 11 80 u32 listpack                      sorted set: members and scores in turn, by score, equal ones by member
 * 12 01 02 80 u32 listpack                list: one node, packed
 * 0b 80 u32 u32 width u32 count numbers   set of whole numbers, ascending, each of 2, 4 or 8 bytes
 * 14 80 u32 listpack                      any other set; from 7.2 on
 * then 0a00 (0b00 after 14), the RDB version, and the {@link Crc64} of all before it as u64
 * </pre>
 *
 * <p>The u32 after 80 is the size of what follows it, big-endian; the other numbers are little-endian. Lists and sets of few
 * elements are not encoded: for them the command costs Redis no more. The array is used again for the next command.
 */
final class RestorePayload {

    /** Most fields, members or elements. */
    static final int MOST = 128;

    /** Fewest elements of a list or set. */
    static final int LEAST = 4;

    private static final byte LENGTH_IN_32_BITS = (byte) 0x80;

    /** A node of a list has at most 8,192 bytes by default. */
    private static final int LARGEST_LIST = 8_000;

    private static final int FIRST = 2;

    /** What a server takes, or does not take. */
    enum Form {
        HASH(10, 16),
        SORTED_SET(10, 17),
        LIST(10, 18, 1, 2),
        NUMBERS(10, 11),
        SET(11, 20);

        private final int version;
        private final byte[] head;

        Form(int version, int... head) {
            this.version = version;
            this.head = new byte[head.length + 1];
            for (int i = 0; i < head.length; i++) {
                this.head[i] = (byte) head[i];
            }
            this.head[head.length] = LENGTH_IN_32_BITS;
        }

        /** Where the value begins. */
        private int begin() {
            return head.length + Integer.BYTES;
        }
    }

    private static final int ROOM = Form.LIST.begin() + Listpack.most(2 * MOST) + Short.BYTES + Long.BYTES;

    private final Set<Form> forms;
    private final double[] scores = new double[MOST];
    private final int[] order = new int[MOST];
    private final long[] numbers = new long[MOST];
    private byte[] bytes = {};
    private int size;

    /** @param forms that the server takes */
    RestorePayload(Set<Form> forms) {
        this.forms = forms;
    }

    /** Whether there is one for the command; it is in {@link #bytes} then. */
    boolean encode(Command command) {
        if (!(command.args() instanceof Slices args) || args.size() <= FIRST) {
            return false;
        }
        return switch (CommandRules.name(command).restored()) {
            case HASH -> isTaken(Form.HASH) && isSorted(args, FIRST, 2) && isShort(args) && write(Form.HASH, args);
            case SORTED_SET ->
                isTaken(Form.SORTED_SET)
                        && isSorted(args, FIRST + 1, 2)
                        && isShort(args)
                        && readScores(args)
                        && writeByScore(args);
            case LIST ->
                isTaken(Form.LIST) && hasSome(args) && isShort(args) && write(Form.LIST, args) && size <= LARGEST_LIST;
            case SET -> hasSome(args) && isSorted(args, FIRST, 1) && encodeSet(args);
            case NOTHING -> false;
        };
    }

    private boolean encodeSet(Slices args) {
        if (readNumbers(args)) {
            return isTaken(Form.NUMBERS) && writeNumbers(args.size() - FIRST);
        }
        return isTaken(Form.SET) && isShort(args) && write(Form.SET, args);
    }

    /** The array with the payload in front; never written to by others. */
    byte[] bytes() {
        return bytes;
    }

    int size() {
        return size;
    }

    // ---- what may be encoded

    private boolean isTaken(Form form) {
        return forms.contains(form);
    }

    private static boolean hasSome(Slices args) {
        return args.size() >= FIRST + LEAST && args.size() <= FIRST + MOST;
    }

    private static boolean isShort(Slices args) {
        for (int i = FIRST; i < args.size(); i++) {
            if (args.length(i) > Listpack.LONGEST) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether each field or member comes before the next one, so that none is there twice; the full sync sends them so.
     *
     * @param step from one to the next
     */
    private static boolean isSorted(Slices args, int first, int step) {
        int count = args.size();
        if ((count - FIRST) % step != 0 || count > FIRST + step * MOST) {
            return false;
        }
        byte[] all = args.bytes();
        for (int next = first + step; next < count; next += step) {
            int last = next - step;
            if (Arrays.compareUnsigned(all, args.begin(last), args.end(last), all, args.begin(next), args.end(next))
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

    /** Whether all are whole numbers, which then are in ascending order. */
    private boolean readNumbers(Slices args) {
        int count = args.size() - FIRST;
        for (int i = 0; i < count; i++) {
            int begin = args.begin(FIRST + i);
            int length = args.length(FIRST + i);
            numbers[i] = WholeNumber.in(args.bytes(), begin, length);
            if (numbers[i] == 0 && !WholeNumber.isZero(args.bytes(), begin, length)) {
                return false;
            }
        }
        Arrays.sort(numbers, 0, count);
        return true;
    }

    // ---- writing

    private void begin(Form form) {
        if (bytes.length == 0) {
            bytes = new byte[ROOM];
        }
        System.arraycopy(form.head, 0, bytes, 0, form.head.length);
    }

    /** Completes a payload whose value ends there. */
    private boolean end(Form form, int valueEnd) {
        MessagePackWriter.bigEndian(bytes, form.begin() - Integer.BYTES, valueEnd - form.begin());
        Listpack.littleEndian(bytes, valueEnd, form.version, Short.BYTES);
        int end = valueEnd + Short.BYTES;
        Listpack.littleEndian(bytes, end, Crc64.of(bytes, end), Long.BYTES);
        size = end + Long.BYTES;
        return true;
    }

    private boolean write(Form form, Slices args) {
        begin(form);
        Listpack listpack = new Listpack(bytes, form.begin());
        for (int i = FIRST; i < args.size(); i++) {
            listpack.add(args.bytes(), args.begin(i), args.length(i));
        }
        return end(form, listpack.end());
    }

    private boolean writeByScore(Slices args) {
        int members = (args.size() - FIRST) / 2;
        sort(members);
        begin(Form.SORTED_SET);
        Listpack listpack = new Listpack(bytes, Form.SORTED_SET.begin());
        for (int i = 0; i < members; i++) {
            int score = FIRST + 2 * order[i];
            listpack.add(args.bytes(), args.begin(score + 1), args.length(score + 1));
            listpack.add(args.bytes(), args.begin(score), args.length(score));
        }
        return end(Form.SORTED_SET, listpack.end());
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

    private boolean writeNumbers(int count) {
        begin(Form.NUMBERS);
        int width = Math.max(width(numbers[0]), width(numbers[count - 1]));
        int at = Form.NUMBERS.begin();
        Listpack.littleEndian(bytes, at, width, Integer.BYTES);
        Listpack.littleEndian(bytes, at + Integer.BYTES, count, Integer.BYTES);
        at += 2 * Integer.BYTES;
        for (int i = 0; i < count; i++) {
            Listpack.littleEndian(bytes, at, numbers[i], width);
            at += width;
        }
        return end(Form.NUMBERS, at);
    }

    private static int width(long number) {
        if (number == (short) number) {
            return Short.BYTES;
        }
        return number == (int) number ? Integer.BYTES : Long.BYTES;
    }
}
