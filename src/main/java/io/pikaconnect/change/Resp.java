package io.pikaconnect.change;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Commands as bytes: one RESP array of bulk strings each, one after the other.
 *
 * <pre>
 * *&lt;arguments&gt;\r\n  then for each  $&lt;bytes&gt;\r\n&lt;the bytes&gt;\r\n
 * 2a310d0a 24340d0a 50494e47 0d0a                                      PING
 * </pre>
 *
 * <p>Lengths are decimal; leading zeros are accepted, as old masters write them ({@code $00123}).
 */
public final class Resp {

    /** {@code $0\r\n\r\n} */
    private static final int SMALLEST_BULK = 6;

    private static final int LINE_END = 2;

    private Resp() {}

    /** Size in bytes of one encoded command. */
    public static long encodedSize(Command command) {
        List<byte[]> args = command.args();
        int count = args.size();
        long size = 3 + digits(count);
        for (int i = 0; i < count; i++) {
            int length = args.get(i).length;
            size += 5 + digits(length) + length;
        }
        return size;
    }

    /** The commands in a row, each an array of bulk strings. */
    public static byte[] encode(List<Command> commands) {
        long size = 0;
        for (Command c : commands) {
            size += encodedSize(c);
        }
        return encode(commands, Math.toIntExact(size));
    }

    /** The same, if their size is known. */
    static byte[] encode(List<Command> commands, int size) {
        byte[] out = new byte[size];
        int at = 0;
        for (Command c : commands) {
            List<byte[]> args = c.args();
            int count = args.size();
            at = head(out, at, '*', count);
            for (int i = 0; i < count; i++) {
                byte[] arg = args.get(i);
                at = head(out, at, '$', arg.length);
                System.arraycopy(arg, 0, out, at, arg.length);
                at = crlf(out, at + arg.length);
            }
        }
        return out;
    }

    /**
     * Reads all commands of {@code bytes}.
     *
     * @throws IllegalArgumentException if they are not complete RESP arrays of bulk strings; the message has the offset
     */
    public static List<Command> parse(byte[] bytes) {
        return parse(bytes, 0);
    }

    /** As {@link #parse(byte[])}, from {@code offset} to the end. */
    public static List<Command> parse(byte[] bytes, int offset) {
        Cursor in = new Cursor(bytes, offset);
        List<Command> commands = new ArrayList<>();
        while (in.at < bytes.length) {
            int size = in.arraySize();
            commands.add(new Command(size > Command.MAX_ARGS ? in.manyBulks(size) : in.bulks(size)));
        }
        return commands;
    }

    /** As {@link #parse(byte[])}, but the arguments stay where they are: they are {@link Slices}, unless there are very many. */
    public static List<Command> view(byte[] bytes) {
        if (bytes.length == 0) {
            return List.of();
        }
        Cursor in = new Cursor(bytes, 0);
        Command first = in.command();
        if (in.at == bytes.length) {
            return List.of(first);
        }
        List<Command> commands = new ArrayList<>(2);
        commands.add(first);
        while (in.at < bytes.length) {
            commands.add(in.command());
        }
        return commands;
    }

    private static int head(byte[] out, int at, char type, int length) {
        out[at] = (byte) type;
        int end = at + 1 + digits(length);
        int rest = length;
        for (int i = end - 1; i > at; i--) {
            out[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return crlf(out, end);
    }

    private static int crlf(byte[] out, int at) {
        out[at] = '\r';
        out[at + 1] = '\n';
        return at + 2;
    }

    private static int digits(int n) {
        if (n < 10) {
            return 1;
        }
        if (n < 100) {
            return 2;
        }
        int digits = 3;
        for (int rest = n / 1_000; rest > 0; rest /= 10) {
            digits++;
        }
        return digits;
    }

    private static final class Cursor {
        private final byte[] bytes;
        private int at;

        Cursor(byte[] bytes, int at) {
            this.bytes = bytes;
            this.at = at;
        }

        Command command() {
            int size = arraySize();
            return new Command(size > Command.MAX_ARGS ? manyBulks(size) : slices(size));
        }

        int arraySize() {
            int size = length('*');
            if (size < 1) {
                throw new IllegalArgumentException("not RESP: array of " + size + " before offset " + at);
            }
            return size;
        }

        int length(char type) {
            int start = at;
            if (at >= bytes.length || bytes[at] != type) {
                throw new IllegalArgumentException("not RESP: no '" + type + "' at offset " + start);
            }
            long n = 0;
            int i = start + 1;
            while (i < bytes.length && bytes[i] >= '0' && bytes[i] <= '9' && n <= Integer.MAX_VALUE) {
                n = n * 10 + bytes[i++] - '0';
            }
            if (i == start + 1 || n > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("not RESP: no length at offset " + start);
            }
            at = i;
            lineEnd();
            return (int) n;
        }

        List<byte[]> bulks(int size) {
            List<byte[]> bulks = new ArrayList<>(room(size));
            for (int i = 0; i < size; i++) {
                bulks.add(bulk());
            }
            return bulks;
        }

        /** @throws IllegalArgumentException before anything is allocated for more bulks than the bytes can contain */
        private Slices slices(int size) {
            int room = room(size);
            int[] places = new int[2 * room];
            for (int i = 0; i < size; i++) {
                int begin = skipBulk();
                places[2 * i] = begin;
                places[2 * i + 1] = at - LINE_END;
            }
            return new Slices(bytes, places);
        }

        /**
         * Of very many only their offsets are kept: as arrays, small ones would take many times the memory of these
         * bytes.
         */
        List<byte[]> manyBulks(int size) {
            int[] places = new int[room(size)];
            for (int i = 0; i < size; i++) {
                int place = at;
                skipBulk();
                places[i] = place;
            }
            return LazyList.of(size, i -> new Cursor(bytes, places[i]).bulk());
        }

        /** The announced size may be wrong: allocates no more than the remaining bytes can contain. */
        private int room(int size) {
            return Math.min(size, (bytes.length - at) / SMALLEST_BULK);
        }

        private byte[] bulk() {
            int begin = skipBulk();
            return Arrays.copyOfRange(bytes, begin, at - LINE_END);
        }

        /** Returns the offset where it starts. */
        private int skipBulk() {
            int length = length('$');
            if (length > bytes.length - at) {
                throw new IllegalArgumentException("not RESP: " + length + " bytes announced before offset " + at
                        + ", only " + (bytes.length - at) + " left");
            }
            int begin = at;
            at += length;
            lineEnd();
            return begin;
        }

        private void lineEnd() {
            if (at + 1 >= bytes.length || bytes[at] != '\r' || bytes[at + 1] != '\n') {
                throw new IllegalArgumentException("not RESP: no line end at offset " + at);
            }
            at += LINE_END;
        }
    }

    /** Text as the bytes of an argument, in UTF-8. */
    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
