package io.pikaconnect.demo.pika;

/** A command that is answered by an error: it changed nothing, and nothing is logged. */
final class Failed extends RuntimeException {

    private static final long serialVersionUID = 1;

    private Failed(String message) {
        super(message, null, false, false);
    }

    static Failed because(String text) {
        return new Failed("ERR " + text);
    }

    static Failed syntax() {
        return because("syntax error");
    }

    static Failed noInteger() {
        return because("value is not an integer or out of range");
    }

    static Failed noFloat() {
        return because("value is not a valid float");
    }

    static Failed wrongType() {
        return new Failed("WRONGTYPE Operation against a key holding the wrong kind of value");
    }

    Reply reply() {
        return new Reply.Failure(getMessage());
    }
}
