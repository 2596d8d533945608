package io.pikaconnect.demo.pika;

import io.netty.buffer.ByteBuf;
import io.pikaconnect.change.Resp;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/**
 * An answer of a master's client port, in RESP.
 *
 * <pre>
 * +OK\r\n   -ERR unknown command\r\n   :17\r\n   $5\r\nvalue\r\n   $-1\r\n   *1\r\n$1\r\na\r\n
 * </pre>
 */
public sealed interface Reply {

    Reply OK = new Status("OK");
    Reply NIL = new Nil();

    record Status(String text) implements Reply {}

    /** Nothing was done, and nothing is logged. */
    record Failure(String text) implements Reply {}

    record Number(long value) implements Reply {}

    record Bulk(byte[] bytes) implements Reply {}

    record Nil() implements Reply {}

    record Many(List<Reply> replies) implements Reply {}

    static Reply error(String text) {
        return new Failure("ERR " + text);
    }

    static Reply of(boolean yes) {
        return new Number(yes ? 1 : 0);
    }

    static Reply text(String text) {
        return new Bulk(Resp.bytes(text));
    }

    static Reply texts(String... texts) {
        return new Many(Stream.of(texts).map(Reply::text).toList());
    }

    /** As RESP. */
    default void writeTo(ByteBuf out) {
        if (this instanceof Status s) {
            line(out, '+', s.text);
        } else if (this instanceof Failure f) {
            line(out, '-', f.text);
        } else if (this instanceof Number n) {
            line(out, ':', Long.toString(n.value));
        } else if (this instanceof Bulk b) {
            line(out, '$', Integer.toString(b.bytes.length));
            out.writeBytes(b.bytes).writeByte('\r').writeByte('\n');
        } else if (this instanceof Many m) {
            line(out, '*', Integer.toString(m.replies.size()));
            m.replies.forEach(r -> r.writeTo(out));
        } else {
            line(out, '$', "-1");
        }
    }

    private static void line(ByteBuf out, char type, String text) {
        out.writeByte(type);
        out.writeCharSequence(text, StandardCharsets.UTF_8);
        out.writeByte('\r').writeByte('\n');
    }
}
