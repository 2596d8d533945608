package io.pikaconnect.tool;

import io.pikaconnect.pika.BinlogPosition;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;
import org.jline.utils.Status;

/** Lines at the bottom of the terminal that are written over again and again; what happens once scrolls above them. */
final class TerminalView implements View {

    private final Terminal terminal;
    private final Status status;
    private final Scene scene;
    private boolean closed;

    private TerminalView(Terminal terminal, Status status, Scene scene) {
        this.terminal = terminal;
        this.status = status;
        this.scene = scene;
        // JLine gives the terminal back at the end of the JVM, too late for its last lines to be taken away.
        terminal.handle(Terminal.Signal.INT, signal -> {
            close();
            System.exit(130);
        });
    }

    /** Opens the terminal; empty if it can only print. */
    static Optional<TerminalView> open(Scene scene) {
        try {
            Terminal terminal = TerminalBuilder.builder()
                    .system(true)
                    .dumb(true)
                    .nativeSignals(true)
                    .build();
            Optional<Status> status = terminal.getType().startsWith(Terminal.TYPE_DUMB)
                    ? Optional.empty()
                    : Optional.ofNullable(Status.getStatus(terminal));
            if (status.isEmpty()) {
                terminal.close();
            }
            return status.map(lines -> new TerminalView(terminal, lines, scene));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public synchronized void say(String text) {
        if (closed) {
            System.out.println(text);
        } else {
            terminal.writer().println(text);
            terminal.flush();
        }
    }

    @Override
    public synchronized void show(Sample sample) {
        if (closed) {
            return;
        }
        status.update(List.of(
                line("", scene.pika() + "  =>  Kafka " + Pipeline.TOPIC + "  =>  " + scene.redis()),
                line("full sync", "dump: " + Words.dump(sample)),
                line(
                        "snapshot",
                        bar(sample) + Words.count(sample.keys()) + " keys in Redis"
                                + sample.source()
                                        .flatMap(SourcePlace::reading)
                                        .map(place -> "; reading " + place)
                                        .orElse("")),
                line(
                        "binlog",
                        sample.source()
                                        .map(SourcePlace::resume)
                                        .map(place -> "Kafka has " + place)
                                        .orElse("-")
                                + sample.masterEnd()
                                        .map(BinlogPosition::toString)
                                        .map(end -> ", Pika is at " + end)
                                        .orElse("")),
                line("lag", Words.behind(sample)),
                line("rate", Words.rate(sample)),
                line("status", scene.status())));
    }

    /** Keys of the snapshot; full once it is in Kafka, since keys may have expired before. */
    private String bar(Sample sample) {
        return scene.keys().stream()
                .mapToObj(keys -> Words.bar(sample.followsTheBinlog() ? keys : sample.keys(), keys) + " ")
                .findFirst()
                .orElse("");
    }

    private AttributedString line(String name, String text) {
        return new AttributedStringBuilder()
                .style(AttributedStyle.BOLD)
                .append(String.format(" %-10s ", name))
                .style(AttributedStyle.DEFAULT)
                .append(text)
                .toAttributedString();
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            status.hide();
            status.close();
            terminal.close();
        } catch (IOException | IllegalStateException e) {
            // the terminal was given back already
        }
    }
}
