package io.pikaconnect;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** What is logged from a moment on: the log of a test's JVM is a file, into which tests log one after the other. */
public final class LogLines {

    private static final String FILE = "org.slf4j.simpleLogger.logFile";

    private final Path file;
    private final long from;

    private LogLines(Path file) throws IOException {
        this.file = file;
        from = Files.size(file);
    }

    /** Skips the test where the log is no file, as in some IDEs. */
    public static LogLines fromNow() throws IOException {
        String file = System.getProperty(FILE);
        Assumptions.assumeTrue(file != null && Files.exists(Path.of(file)), "the log is no file");
        return new LogLines(Path.of(file));
    }

    /** The warnings and errors with that text so far. */
    public List<String> warnings(String text) {
        return lines(text).stream()
                .filter(line -> line.contains(" WARN ") || line.contains(" ERROR "))
                .toList();
    }

    /** The lines of any level with that text so far. */
    public List<String> lines(String text) {
        try {
            byte[] all = Files.readAllBytes(file);
            return new String(all, (int) from, all.length - (int) from, StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.contains(text))
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
