package io.pikaconnect.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Folders for one run's data and logs, below {@code target}: they stay until the next `mvn clean`, for a look. */
final class Workplace {

    private Workplace() {}

    /** A new empty folder whose name begins like this. */
    static Path folder(String name) throws IOException {
        Path parent = Files.createDirectories(Path.of("target", "endtoend").toAbsolutePath());
        return Files.createTempDirectory(parent, name + "-");
    }
}
