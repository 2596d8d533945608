package io.pikaconnect.struct;

import static io.pikaconnect.struct.RecordSchema.field;

import io.pikaconnect.change.Resp;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/** The parts that commands are made of. */
final class Parts {

    private Parts() {}

    /** The record's key, which is in no field of the command. */
    record Key() implements Part {

        @Override
        public int write(List<byte[]> args, int at, byte[] key, Struct out) {
            return at < args.size() && Arrays.equals(args.get(at), key) ? at + 1 : REFUSED;
        }

        @Override
        public void read(StructView in, byte[] key, List<byte[]> args) {
            if (key == null) {
                throw new IllegalArgumentException("its record has no key");
            }
            args.add(key);
        }

        @Override
        public String toString() {
            return "";
        }
    }

    /** One argument, whatever it is. */
    record Bytes(Field its) implements Part {

        static Bytes of(String name) {
            return new Bytes(field(name));
        }

        @Override
        public int write(List<byte[]> args, int at, byte[] key, Struct out) {
            if (at >= args.size()) {
                return REFUSED;
            }
            out.put(its, args.get(at));
            return at + 1;
        }

        @Override
        public void read(StructView in, byte[] key, List<byte[]> args) {
            args.add(in.bytes(its.name()));
        }

        @Override
        public String toString() {
            return its.name();
        }
    }

    /** A word or an ID: printable ASCII. */
    record Text(Field its) implements Part {

        static Text of(String name) {
            return new Text(field(name));
        }

        @Override
        public int write(List<byte[]> args, int at, byte[] key, Struct out) {
            if (at >= args.size() || !isPrintable(args.get(at))) {
                return REFUSED;
            }
            out.put(its, new String(args.get(at), StandardCharsets.US_ASCII));
            return at + 1;
        }

        private static boolean isPrintable(byte[] text) {
            for (byte b : text) {
                if (b < ' ' || b > '~') {
                    return false;
                }
            }
            return true;
        }

        @Override
        public void read(StructView in, byte[] key, List<byte[]> args) {
            args.add(Resp.bytes(in.text(its.name())));
        }

        @Override
        public String toString() {
            return its.name();
        }
    }

    /** A whole number, in the decimal form that a long has as text. */
    record Whole(Field its) implements Part {

        static Whole of(String name) {
            return new Whole(field(name));
        }

        @Override
        public int write(List<byte[]> args, int at, byte[] key, Struct out) {
            Long number = at < args.size() ? Numbers.whole(args.get(at)) : null;
            if (number == null) {
                return REFUSED;
            }
            out.put(its, number);
            return at + 1;
        }

        @Override
        public void read(StructView in, byte[] key, List<byte[]> args) {
            args.add(Resp.bytes(Long.toString(in.whole(its.name()))));
        }

        @Override
        public String toString() {
            return its.name();
        }
    }

    /**
     * A number that Redis reads as a double, or, where {@code exact}, with more digits than a double has.
     *
     * @param exact only a number that is a double's shortest decimal
     */
    record Real(Field its, boolean exact) implements Part {

        static Real of(String name, boolean exact) {
            return new Real(field(name), exact);
        }

        @Override
        public int write(List<byte[]> args, int at, byte[] key, Struct out) {
            Double number = at < args.size() ? Numbers.real(args.get(at), exact) : null;
            if (number == null) {
                return REFUSED;
            }
            out.put(its, number);
            return at + 1;
        }

        @Override
        public void read(StructView in, byte[] key, List<byte[]> args) {
            args.add(Resp.bytes(Numbers.text(in.real(its.name()))));
        }

        @Override
        public String toString() {
            return its.name();
        }
    }

    /** The last argument, or none; it is none where its field would have 0 or an empty text. */
    record Maybe(Part part, Field its) implements Part {

        static Maybe text(String name) {
            return new Maybe(Text.of(name), field(name));
        }

        static Maybe whole(String name) {
            return new Maybe(Whole.of(name), field(name));
        }

        @Override
        public int write(List<byte[]> args, int at, byte[] key, Struct out) {
            if (at == args.size()) {
                return at;
            }
            int next = part.write(args, at, key, out);
            return next == REFUSED || isNothing(out.get(its)) ? REFUSED : next;
        }

        private static boolean isNothing(Object written) {
            return written.equals(0L) || written.equals("");
        }

        @Override
        public void read(StructView in, byte[] key, List<byte[]> args) {
            boolean isThere = its.schema().type() == Schema.Type.STRING
                    ? !in.text(its.name()).isEmpty()
                    : in.whole(its.name()) != 0;
            if (isThere) {
                part.read(in, key, args);
            }
        }

        @Override
        public String toString() {
            return "[" + its.name() + "]";
        }
    }

    /** {@code MAXLEN|MINID = threshold} as {@code option} and {@code value}, if the command has it. */
    record Trim() implements Part {

        private static final Field OPTION = field("option");
        private static final Field THRESHOLD = field("value");
        private static final byte[] EXACT = {'='};

        @Override
        public int write(List<byte[]> args, int at, byte[] key, Struct out) {
            if (at + 2 >= args.size() || !isTrim(args.get(at)) || !Arrays.equals(args.get(at + 1), EXACT)) {
                return at;
            }
            out.put(OPTION, new String(args.get(at), StandardCharsets.US_ASCII));
            out.put(THRESHOLD, args.get(at + 2));
            return at + 3;
        }

        private static boolean isTrim(byte[] arg) {
            String option = new String(arg, StandardCharsets.ISO_8859_1).toUpperCase(Locale.ROOT);
            return option.equals("MAXLEN") || option.equals("MINID");
        }

        @Override
        public void read(StructView in, byte[] key, List<byte[]> args) {
            String option = in.text(OPTION.name());
            if (!option.isEmpty()) {
                args.add(Resp.bytes(option));
                args.add(EXACT);
                args.add(in.bytes(THRESHOLD.name()));
            }
        }

        @Override
        public String toString() {
            return "[option, value]";
        }
    }

    /** The value that is compared with, of {@code pika.set} with the option VX only. */
    record OldOfVx() implements Part {

        private static final Bytes OLD = Bytes.of("old");

        @Override
        public int write(List<byte[]> args, int at, byte[] key, Struct out) {
            return isVx(out.getString("option")) ? OLD.write(args, at, key, out) : at;
        }

        private static boolean isVx(String option) {
            return "VX".equals(option);
        }

        @Override
        public void read(StructView in, byte[] key, List<byte[]> args) {
            if (isVx(in.text("option"))) {
                OLD.read(in, key, args);
            }
        }

        @Override
        public String toString() {
            return "[old]";
        }
    }

    /** All arguments that are left, or {@code count} of them. */
    record Elements(Field its, int count) implements Part {

        private static final int ALL = Integer.MAX_VALUE;

        static Elements all(String name) {
            return new Elements(field(name), ALL);
        }

        static Elements of(int count, String name) {
            return new Elements(field(name), count);
        }

        @Override
        public int write(List<byte[]> args, int at, byte[] key, Struct out) {
            int end = count == ALL ? args.size() : at + count;
            if (end > args.size()) {
                return REFUSED;
            }
            out.put(its, List.copyOf(args.subList(at, end)));
            return end;
        }

        @Override
        public void read(StructView in, byte[] key, List<byte[]> args) {
            List<byte[]> elements = in.listOfBytes(its.name());
            if (count != ALL && elements.size() != count) {
                throw new IllegalArgumentException(
                        "field " + its.name() + ": " + count + " are expected, not " + elements.size());
            }
            args.addAll(elements);
        }

        @Override
        public String toString() {
            return its.name();
        }
    }

    /** All arguments that are left, some of them for each element. */
    record Groups(Field its, Schema element, List<Part> parts) implements Part {

        static final Groups FIELDS = new Groups(
                field("fields"),
                RecordSchema.FIELD,
                List.of(new Bytes(RecordSchema.FIELD.field("field")), new Bytes(RecordSchema.FIELD.field("value"))));
        static final Groups SCORES = new Groups(
                field("scores"),
                RecordSchema.SCORE,
                List.of(
                        new Real(RecordSchema.SCORE.field("score"), false),
                        new Bytes(RecordSchema.SCORE.field("member"))));
        static final Groups POINTS = new Groups(
                field("points"),
                RecordSchema.POINT,
                List.of(
                        new Real(RecordSchema.POINT.field("longitude"), true),
                        new Real(RecordSchema.POINT.field("latitude"), true),
                        new Bytes(RecordSchema.POINT.field("member"))));

        @Override
        public int write(List<byte[]> args, int at, byte[] key, Struct out) {
            List<Struct> elements = new ArrayList<>((args.size() - at) / parts.size());
            int next = at;
            while (next < args.size()) {
                Struct one = new Struct(element);
                for (Part part : parts) {
                    next = part.write(args, next, key, one);
                    if (next == REFUSED) {
                        return REFUSED;
                    }
                }
                elements.add(one);
            }
            out.put(its, elements);
            return next;
        }

        @Override
        public void read(StructView in, byte[] key, List<byte[]> args) {
            for (StructView one : in.structs(its.name())) {
                for (Part part : parts) {
                    part.read(one, key, args);
                }
            }
        }

        @Override
        public String toString() {
            return its.name();
        }
    }

    /** The number of an argument that travels in pieces: the only one in {@code slots}. */
    record Slot() implements Part {

        private static final Field SLOTS = field("slots");

        @Override
        public int write(List<byte[]> args, int at, byte[] key, Struct out) {
            Long slot = at < args.size() ? Numbers.whole(args.get(at)) : null;
            if (slot == null || slot != slot.intValue()) {
                return REFUSED;
            }
            out.put(SLOTS, List.of(slot.intValue()));
            return at + 1;
        }

        @Override
        public void read(StructView in, byte[] key, List<byte[]> args) {
            List<Long> slots = in.listOfWhole(SLOTS.name());
            if (slots.size() != 1) {
                throw new IllegalArgumentException("field slots: 1 is expected, not " + slots.size());
            }
            args.add(Resp.bytes(slots.get(0).toString()));
        }

        @Override
        public String toString() {
            return "slots";
        }
    }
}
