package io.pikaconnect.tool;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pikaconnect.change.OneLine;
import java.io.PrintStream;
import java.io.PrintWriter;

/** What a command prints: lines for people, or with {@code --json} one JSON object a line. */
final class Output {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean json;

    Output(PrintWriter out, PrintWriter err, boolean json) {
        this.out = out;
        this.err = err;
        this.json = json;
    }

    /** For the program as a whole. */
    static Output of(PrintStream out, PrintStream err, boolean json) {
        return new Output(new PrintWriter(out, true), new PrintWriter(err, true), json);
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    boolean isJson() {
        return json;
    }

    /** Something that was done, found, or would be done. */
    void step(StepState state, String text) {
        if (json) {
            print(object().put("state", state.word()).put("text", text));
        } else {
            print(String.format("%-9s %s", state.word(), text));
        }
    }

    /** One of the two, whichever is wanted. */
    void show(ObjectNode object, String text) {
        if (json) {
            print(object);
        } else {
            print(text);
        }
    }

    /** Only for people. */
    void hint(String text) {
        if (!json) {
            print(text);
        }
    }

    /** Why the command ends. */
    void error(String message) {
        String line = OneLine.of(message);
        err.println(json ? object().put("error", line).toString() : "pika2redis: " + line);
        err.flush();
    }

    private void print(Object line) {
        out.println(line);
        out.flush();
    }
}
